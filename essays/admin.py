"""Essays for operators, to look at: actions make and change every row. No text and no reason is shown here."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from essays.models import Assignment, Draft, Extension, Standing, Submission


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # no parameter at run time
    """Everything listed is shown, nothing is changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly):
    list_display = ("title", "course", "opens_at", "due_at", "closes_at", "minutes", "blind")
    list_filter = ("course",)
    list_select_related = ("course",)
    exclude = ("salt",)


@admin.register(Draft)
class DraftAdmin(ReadOnly):
    list_display = ("public_id", "state", "number", "head", "words", "grace_until")
    list_filter = ("state",)
    exclude = ("journal_key",)


@admin.register(Submission)
class SubmissionAdmin(ReadOnly):
    list_display = ("public_id", "origin", "words", "submitted_at", "decided_at", "withdrawn_at")
    list_filter = ("origin",)


@admin.register(Extension)
class ExtensionAdmin(ReadOnly):
    list_display = ("assignment", "due_at", "closes_at", "extra_minutes")
    list_select_related = ("assignment",)
    exclude = ("reason",)


@admin.register(Standing)
class StandingAdmin(ReadOnly):
    list_display = ("assignment", "state")
    list_select_related = ("assignment",)
    exclude = ("reason",)
