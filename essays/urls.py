"""The addresses of essays, grouped by topic."""

from django.urls import path

from essays.views import arrangements, assignments, decisions

STUDENT = "assignments/<uuid:assignment_id>/students/<uuid:person_id>"

app_name = "essays"
urlpatterns = [
    # assignments
    path("courses/<slug:slug>/assignments/", assignments.list, name="assignments-list"),
    path("courses/<slug:slug>/assignments/new/", assignments.create, name="assignments-create"),
    path("assignments/<uuid:assignment_id>/", assignments.brief, name="assignments-brief"),
    path("assignments/<uuid:assignment_id>/edit/", assignments.edit, name="assignments-edit"),
    path("assignments/<uuid:assignment_id>/task/", assignments.rule, name="assignments-rule"),
    path("assignments/<uuid:assignment_id>/start/", assignments.start, name="assignments-start"),
    path("assignments/<uuid:assignment_id>/write/", assignments.write, name="assignments-write"),
    path("assignments/<uuid:assignment_id>/students/", assignments.progress, name="assignments-progress"),
    # arrangements
    path(f"{STUDENT}/", arrangements.detail, name="arrangements-detail"),
    path(f"{STUDENT}/extension/", arrangements.extend, name="arrangements-extend"),
    path(f"{STUDENT}/standing/", arrangements.standing, name="arrangements-standing"),
    # decisions
    path(f"{STUDENT}/collected/", decisions.collected, name="decisions-collected"),
    path(f"{STUDENT}/reopen/", decisions.reopen, name="decisions-reopen"),
    path(f"{STUDENT}/another-draft/", decisions.redraft, name="decisions-redraft"),
    path(f"{STUDENT}/on-behalf/", decisions.behalf, name="decisions-behalf"),
]
