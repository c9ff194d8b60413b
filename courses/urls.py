"""The addresses of courses, grouped by topic."""

from django.urls import URLPattern

app_name = "courses"
urlpatterns: list[URLPattern] = []
