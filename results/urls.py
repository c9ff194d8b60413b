"""The addresses of results, grouped by topic."""

from django.urls import URLPattern

app_name = "results"
urlpatterns: list[URLPattern] = []
