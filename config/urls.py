"""The table of contents: every address of Assay begins here."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one door, with its counting

urlpatterns = [
    path("account/", include("config.accounts_urls")),
    path("", include("results.urls")),
    path("", include("marking.urls")),
    path("", include("essays.urls")),
    path("", include("rubrics.urls")),
    path("", include("courses.urls")),
    path("operators/", admin.site.urls),
]
