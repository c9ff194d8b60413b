"""The addresses of rubrics, grouped by topic."""

from django.urls import path

from rubrics.views import (
    comparisons,
    drafts,
    exchange,
    exemplars,
    grids,
    packs,
    pastes,
    rubrics,
    steps,
    versions,
)

VERSION = "rubrics/<slug:slug>/<int:number>"

app_name = "rubrics"
urlpatterns = [
    # rubrics
    path("rubrics/", rubrics.list, name="rubrics-list"),
    path("rubrics/new/", rubrics.create, name="rubrics-create"),
    path("rubrics/<slug:slug>/title/", rubrics.edit, name="rubrics-edit"),
    path(f"{VERSION}/copy/", rubrics.copy, name="rubrics-copy"),
    # versions
    path(f"{VERSION}/", versions.detail, name="versions-detail"),
    path(f"{VERSION}/next/", versions.draft, name="versions-draft"),
    path(f"{VERSION}/publish/", versions.publish, name="versions-publish"),
    path(f"{VERSION}/archive/", versions.archive, name="versions-archive"),
    path(f"{VERSION}/restore/", versions.restore, name="versions-restore"),
    # drafts
    path(f"{VERSION}/edit/", drafts.detail, name="drafts-detail"),
    path(f"{VERSION}/edit/add/", drafts.add, name="drafts-add"),
    path(f"{VERSION}/edit/counting/", drafts.counting, name="drafts-counting"),
    path(f"{VERSION}/edit/discard/", drafts.discard, name="drafts-discard"),
    path(f"{VERSION}/edit/strands/", drafts.add_strand, name="drafts-add_strand"),
    path(f"{VERSION}/edit/strands/<slug:key>/move/", drafts.move_strand, name="drafts-move_strand"),
    path(f"{VERSION}/edit/strands/<slug:key>/remove/", drafts.remove_strand, name="drafts-remove_strand"),
    path(f"{VERSION}/edit/strands/<slug:key>/", drafts.strand, name="drafts-strand"),
    path(f"{VERSION}/edit/criteria/<slug:key>/", drafts.criterion, name="drafts-criterion"),
    path(f"{VERSION}/edit/criteria/<slug:key>/move/", drafts.move, name="drafts-move"),
    path(f"{VERSION}/edit/criteria/<slug:key>/remove/", drafts.remove, name="drafts-remove"),
    # grids
    path(f"{VERSION}/edit/grid/<slug:key>/", grids.detail, name="grids-detail"),
    # pastes
    path(f"{VERSION}/edit/paste/", pastes.detail, name="pastes-detail"),
    # steps
    path(f"{VERSION}/edit/undo/", steps.undo, name="steps-undo"),
    path(f"{VERSION}/edit/redo/", steps.redo, name="steps-redo"),
    # comparisons
    path(f"{VERSION}/changes/", comparisons.detail, name="comparisons-detail"),
    # exemplars
    path(f"{VERSION}/exemplars/<slug:key>/", exemplars.detail, name="exemplars-detail"),
    # exchange
    path("rubrics/bring/", exchange.bring, name="exchange-bring"),
    path("rubrics/bring/create/", exchange.create, name="exchange-create"),
    path(f"{VERSION}/formats/", exchange.detail, name="exchange-detail"),
    path(f"{VERSION}/formats/<slug:to>/", exchange.file, name="exchange-file"),
    # packs
    path("rubrics/packs/", packs.bring, name="packs-bring"),
    path("rubrics/packs/load/", packs.load, name="packs-load"),
    path(f"{VERSION}/pack/", packs.file, name="packs-file"),
]
