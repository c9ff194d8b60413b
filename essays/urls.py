"""The addresses of essays, grouped by topic."""

from django.urls import URLPattern

app_name = "essays"
urlpatterns: list[URLPattern] = []
