"""The addresses of rubrics, grouped by topic."""

from django.urls import path

from rubrics.views import bank, exemplars, rubrics, versions

app_name = "rubrics"
urlpatterns = [
    # rubrics
    path("rubrics/", rubrics.list, name="rubrics-list"),
    # versions
    path("rubrics/<slug:slug>/<int:number>/", versions.detail, name="versions-detail"),
    # exemplars
    path("rubrics/<slug:slug>/<int:number>/exemplars/<slug:key>/", exemplars.detail, name="exemplars-detail"),
    # bank
    path("rubrics/<slug:slug>/comments/", bank.list, name="bank-list"),
]
