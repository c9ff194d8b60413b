"""Taking away what was kept long enough: in batches, journaled, safe to stop and to repeat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.core.cache import caches
from django.db import transaction
from django.db.models import Model, QuerySet

from courses.actions.journal import write_entry
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Erasure, User
from essays.models import Draft, Extension, Revision, Standing
from marking.models import Paper
from results.actions.erasures import (
    digest_again,
    erase_merged_words,
    erase_person,
    erase_release_reasons,
    erase_words,
)
from results.pure.holdings import BLANK, GOES, HOLDINGS
from results.queries.erasures import reasons_within_drafts, revisions_that_stand
from results.queries.retention import drafts_due, jobs_due, looks_due, people_due, sessions_due, tasks_due

BATCH = 100
ROWS = 2_000
REASON = "Kept as long as this school’s settings say."


@dataclass(frozen=True, slots=True)
class TakenAway:
    """How much of each kind was taken away: drafts, essays, people, and rows of the rest."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def apply_retention() -> TakenAway:
    """Take away whatever is due. Each batch is a transaction; stopped half-way, the rest goes the next time."""
    return TakenAway(
        {
            "people": _erase_people(),
            "essays": _in_batches("essays", _essay_words_go),
            "drafts": _in_batches("drafts", _earlier_words_go),
            "looks": _rows_go("looks", looks_due),
            "tasks": _rows_go("tasks", tasks_due) + _rows_go("jobs", jobs_due),
            "sessions": _rows_go("sessions", sessions_due),
        }
    )


def _erase_people() -> int:
    count = 0
    for person in list(people_due()):
        try:
            erase_person(person, reason=REASON, by=None)
        except Refusal:
            continue
        count += 1
    return count


def _in_batches(kind: str, words_go: Callable[[QuerySet[Draft]], None]) -> int:
    """Let words of drafts go, a hundred drafts of one assignment at a time."""
    total = 0
    for assignment in sorted(set(drafts_due(kind).values_list("assignment_id", flat=True))):
        while batch := list(
            drafts_due(kind).filter(assignment=assignment).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            total += _take(kind, assignment, batch, words_go)
    return total


@transaction.atomic
def _take(kind: str, assignment: int, batch: Sequence[int], words_go: Callable[[QuerySet[Draft]], None]) -> int:
    """Let the words of those of a batch go that are still due; give how many they are."""
    authors = Draft.objects.filter(pk__in=batch).values("author")
    list(User.objects.select_for_update().filter(pk__in=authors).order_by("pk"))  # a hold is set under the same lock
    still = list(drafts_due(kind).filter(pk__in=batch).values_list("pk", flat=True))
    if not still:
        return 0
    erasure = Erasure.objects.create(begun_at=now())
    words_go(Draft.objects.filter(pk__in=still))
    Erasure.objects.filter(pk=erasure.pk).update(ended_at=now())
    write_entry("apply_retention", erasure, by=None, after=f"{kind}:{len(still)}", assignment_id=assignment)
    return len(still)


def _earlier_words_go(drafts: QuerySet[Draft]) -> None:
    """Earlier states of the text, plans, highlights and writing records go; what was handed in stays as it is."""
    stand = list(revisions_that_stand(drafts).values_list("pk", flat=True))
    Revision.objects.filter(draft__in=drafts).exclude(pk__in=stand).delete()
    for holding in HOLDINGS:
        if holding.keeps == "drafts" and holding.erasing == GOES and holding.way_to_draft:
            apps.get_model(holding.model)._default_manager.filter(**{f"{holding.way_to_draft}__in": drafts}).delete()


def _essay_words_go(drafts: QuerySet[Draft]) -> None:
    """The essays themselves go, and every word about them; levels, points and totals stay."""
    reasons_within_drafts(drafts).delete()
    erase_words(drafts)
    erase_release_reasons(drafts)
    for holding in HOLDINGS:
        if not holding.way_to_draft or holding.erasing not in (GOES, BLANK):
            continue
        rows = apps.get_model(holding.model)._default_manager.filter(**{f"{holding.way_to_draft}__in": drafts})
        pks = list(rows.values_list("pk", flat=True))
        about = apps.get_model(holding.model)._default_manager.filter(pk__in=pks)
        if holding.erasing == GOES:
            about.delete()
        else:
            about.update(**dict(holding.blanks))
    papers = Paper.objects.filter(submission__draft__in=drafts)
    erase_merged_words(papers)
    own = {"assignment__in": drafts.values("assignment"), "student__in": drafts.values("author")}
    Extension.objects.filter(**own).update(reason="")
    Standing.objects.filter(**own).update(reason="")
    digest_again(list(papers.values_list("pk", flat=True)))


def _rows_go(kind: str, due: Callable[[], QuerySet[Model]]) -> int:
    """Delete rows that are due, two thousand at a time."""
    total = 0
    while pks := list(due().order_by("pk").values_list("pk", flat=True)[:ROWS]):
        _delete_rows(kind, due().model, pks)
        total += len(pks)
    if total:
        caches["memory"].clear()
    return total


@transaction.atomic
def _delete_rows(kind: str, model: type[Model], pks: Sequence[object]) -> None:
    erasure = Erasure.objects.create(begun_at=now())
    model._default_manager.filter(pk__in=pks).delete()
    Erasure.objects.filter(pk=erasure.pk).update(ended_at=now())
    write_entry("apply_retention", erasure, by=None, after=f"{kind}:{len(pks)}")
