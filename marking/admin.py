"""Marking for operators: read-only, since every change of it is an action's."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from marking.models import Allotment, Flag, IdentityOpened, KeptBatch, Marking, Paper


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # no parameter at run time
    """Rows to look at. Nothing here joins a code to a name: submissions are shown by neither."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Paper)
class PaperAdmin(ReadOnly):
    list_display = ["code", "assignment", "words", "retired_at", "released_at"]
    list_select_related = ["assignment"]
    fields = ["code", "assignment", "words", "wording", "retired_at", "released_at"]
    search_fields = ["code"]


@admin.register(Allotment)
class AllotmentAdmin(ReadOnly):
    list_display = ["paper", "round", "slot", "state", "leased_by", "lease_until"]
    list_select_related = ["paper", "leased_by"]
    fields = ["paper", "round", "slot", "marker", "criteria", "state", "leased_by", "lease_until"]
    list_filter = ["state"]


@admin.register(Marking)
class MarkingAdmin(ReadOnly):
    list_display = ["public_id", "marker", "purpose", "state", "revision", "started_at", "finished_at"]
    list_select_related = ["marker"]
    list_filter = ["state", "purpose"]


@admin.register(Flag)
class FlagAdmin(ReadOnly):
    list_display = ["paper", "kind", "raised_by", "raised_at", "cleared_at"]
    list_select_related = ["paper", "raised_by"]
    fields = ["paper", "kind", "raised_by", "raised_at", "cleared_at"]


@admin.register(IdentityOpened)
class IdentityOpenedAdmin(ReadOnly):
    list_display = ["paper", "opened_by", "opened_at"]
    list_select_related = ["paper", "opened_by"]


@admin.register(KeptBatch)
class KeptBatchAdmin(ReadOnly):
    list_display = ["marking", "base", "head", "kept_at", "settled_at"]
    list_select_related = ["marking"]
    fields = ["marking", "base", "head", "kept_at", "settled_at"]
