"""Rubrics for operators, to look at: packs make them, and a published version never changes."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from rubrics.models import BankComment, Criterion, Exemplar, Level, Mode, Rubric, RubricVersion


class ReadOnly(admin.ModelAdmin[Model]):
    """Everything is shown, nothing is changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Rubric)
class RubricAdmin(ReadOnly):
    list_display = ["slug", "title", "prompt"]
    search_fields = ["slug", "title"]
    list_select_related = ["prompt"]


@admin.register(RubricVersion)
class RubricVersionAdmin(ReadOnly):
    list_display = ["rubric", "number", "state", "total", "step", "published_at", "sha256"]
    list_filter = ["state"]
    list_select_related = ["rubric"]


@admin.register(Mode)
class ModeAdmin(ReadOnly):
    list_display = ["version", "key", "name", "words_min", "words_max", "minutes"]


@admin.register(Criterion)
class CriterionAdmin(ReadOnly):
    list_display = ["version", "key", "name", "strand", "position", "marking_position", "evidence_min"]
    list_select_related = ["strand"]


@admin.register(Level)
class LevelAdmin(ReadOnly):
    list_display = ["criterion", "key", "label", "points"]


@admin.register(BankComment)
class BankCommentAdmin(ReadOnly):
    """The rubrics' own comments; what a marker wrote is for those whom that marker shares it with."""

    list_display = ["rubric", "code", "scope", "uses"]
    list_select_related = ["rubric"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).filter(owner=None)


@admin.register(Exemplar)
class ExemplarAdmin(ReadOnly):
    list_display = ["version", "key", "title", "audience", "words"]
