"""The addresses of rubrics, grouped by topic."""

from django.urls import URLPattern

app_name = "rubrics"
urlpatterns: list[URLPattern] = []
