"""The table of contents: every address of Assay begins here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("account/", include("config.accounts_urls")),
    path("", include("results.urls")),
    path("", include("marking.urls")),
    path("", include("essays.urls")),
    path("", include("rubrics.urls")),
    path("", include("courses.urls")),
    path("operators/", admin.site.urls),
]
