"""The addresses of marking, grouped by topic."""

from django.urls import URLPattern

app_name = "marking"
urlpatterns: list[URLPattern] = []
