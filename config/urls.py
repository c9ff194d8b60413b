"""The table of contents: every address of Assay begins here."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.cache import never_cache

from config import health

urlpatterns = [
    path("healthz", never_cache(health.healthz), name="healthz"),
    path("readyz", never_cache(health.readyz), name="readyz"),
    path("favicon.ico", health.favicon, name="favicon"),
    path("account/", include("config.accounts_urls")),
    path("", include("results.urls")),
    path("", include("marking.urls")),
    path("", include("essays.urls")),
    path("", include("rubrics.urls")),
    path("", include("courses.urls")),
    path("operators/", admin.site.urls),
]
