"""The addresses of courses, grouped by topic."""

from django.urls import path

from courses.views import health

app_name = "courses"
urlpatterns = [
    # health
    path("healthz", health.live, name="health-live"),
    path("readyz", health.ready, name="health-ready"),
]
