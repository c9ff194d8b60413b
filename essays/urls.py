"""The addresses of essays, grouped by topic."""

from django.urls import path

from essays.views import (
    arrangements,
    assignments,
    breaks,
    decisions,
    drafts,
    duplicates,
    files,
    highlights,
    plans,
    receipts,
    records,
    rescues,
    revisions,
    submissions,
)

STUDENT = "assignments/<uuid:assignment_id>/students/<uuid:person_id>"

app_name = "essays"
urlpatterns = [
    # assignments
    path("courses/<slug:slug>/assignments/", assignments.list, name="assignments-list"),
    path("courses/<slug:slug>/assignments/new/", assignments.create, name="assignments-create"),
    path("courses/<slug:slug>/assignments/late/", assignments.late, name="assignments-late"),
    path("assignments/<uuid:assignment_id>/", assignments.brief, name="assignments-brief"),
    path("assignments/<uuid:assignment_id>/edit/", assignments.edit, name="assignments-edit"),
    path("assignments/<uuid:assignment_id>/task/", assignments.rule, name="assignments-rule"),
    path("assignments/<uuid:assignment_id>/start/", assignments.start, name="assignments-start"),
    path("assignments/<uuid:assignment_id>/write/", assignments.write, name="assignments-write"),
    path("assignments/<uuid:assignment_id>/students/", assignments.progress, name="assignments-progress"),
    # duplicates
    path("assignments/<uuid:assignment_id>/again/", duplicates.create, name="duplicates-create"),
    # arrangements
    path(f"{STUDENT}/", arrangements.detail, name="arrangements-detail"),
    path(f"{STUDENT}/extension/", arrangements.extend, name="arrangements-extend"),
    path(f"{STUDENT}/standing/", arrangements.standing, name="arrangements-standing"),
    # decisions
    path(f"{STUDENT}/collected/", decisions.collected, name="decisions-collected"),
    path(f"{STUDENT}/reopen/", decisions.reopen, name="decisions-reopen"),
    path(f"{STUDENT}/another-draft/", decisions.redraft, name="decisions-redraft"),
    path(f"{STUDENT}/on-behalf/", decisions.behalf, name="decisions-behalf"),
    # rescue files
    path(f"{STUDENT}/rescue/", rescues.upload, name="rescues-upload"),
    path("drafts/<uuid:draft_id>/rescue/", rescues.bring, name="rescues-bring"),
    # the writing desk
    path("drafts/<uuid:draft_id>/", drafts.write, name="drafts-write"),
    path("drafts/<uuid:draft_id>/text/", drafts.text, name="drafts-text"),
    path("drafts/<uuid:draft_id>/preview/", drafts.preview, name="drafts-preview"),
    path("drafts/<uuid:draft_id>/break/", breaks.begin, name="breaks-begin"),
    path("drafts/<uuid:draft_id>/break/end/", breaks.end, name="breaks-end"),
    path("drafts/<uuid:draft_id>/plan/", plans.save, name="plans-save"),
    path("drafts/<uuid:draft_id>/file/", files.read, name="files-read"),
    path("drafts/<uuid:draft_id>/file/put/", files.put, name="files-put"),
    path("drafts/<uuid:draft_id>/copy/", files.copy, name="files-copy"),
    path("drafts/<uuid:draft_id>/highlights/", highlights.keep, name="highlights-keep"),
    path("drafts/<uuid:draft_id>/highlights/<uuid:highlight_id>/", highlights.note, name="highlights-note"),
    path("drafts/<uuid:draft_id>/highlights/<uuid:highlight_id>/remove/", highlights.remove, name="highlights-remove"),
    path("drafts/<uuid:draft_id>/history/", revisions.list, name="revisions-list"),
    path("drafts/<uuid:draft_id>/history/<int:n>/", revisions.detail, name="revisions-detail"),
    path("drafts/<uuid:draft_id>/history/<int:n>/text/", revisions.text, name="revisions-text"),
    path("drafts/<uuid:draft_id>/history/<int:n>/restore/", revisions.restore, name="revisions-restore"),
    # the writing record
    path("drafts/<uuid:draft_id>/record/", records.detail, name="records-detail"),
    path("drafts/<uuid:draft_id>/record/report/", records.report, name="records-report"),
    path("drafts/<uuid:draft_id>/record/note/", records.note, name="records-note"),
    # handing in
    path("drafts/<uuid:draft_id>/submit/", submissions.submit, name="submissions-submit"),
    path("drafts/<uuid:draft_id>/reopen/", submissions.reopen, name="submissions-reopen"),
    path("drafts/<uuid:draft_id>/withdraw/", submissions.withdraw, name="submissions-withdraw"),
    path("receipts/", receipts.check, name="receipts-check"),
    path("receipts/<str:number>/", receipts.detail, name="receipts-detail"),
    path("receipts/<str:number>/text/", receipts.text, name="receipts-text"),
    path("receipts/<str:number>/copy/", files.handed_in, name="files-handed-in"),
]
