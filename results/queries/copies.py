"""A person's copy of everything that is kept about them: pages to read, data for machines, and the files themselves.

It holds nobody else's name: staff stand in it by their part. Marks are in it once they are released, with what the
person may see of them then; an admin may ask for the rest as well, and for reasons.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F
from django.template.loader import render_to_string

from courses.kernel.clock import now
from courses.kernel.text import plain_name
from courses.models import Look, User
from essays.models import Draft, Revision, Submission
from essays.queries.receipts import receipt_of
from marking.models import Evidence, Remark, Score
from results.permissions.feedback import visible_outcomes
from results.pure.holdings import HOLDINGS, PERIODS
from results.queries.erasures import reasons_about
from results.queries.feedback import CriterionFeedback, FeedbackPage, feedback_page
from results.queries.journal import own_entries, told_lines
from results.queries.looks import look_lines, looks_at_me
from results.queries.retention import days_kept

RELEASED_ONLY = (
    "Marks and comments are in this copy once they are released, as far as their student may see them. What is not "
    "released yet, and the reasons teachers and admins gave in the journal, are not in it."
)
WITH_UNRELEASED = (
    "An admin asked for this copy with marks and comments that are not released yet, and with the reasons that "
    "teachers and admins gave in the journal. Somebody should read those before they are handed over: they may speak "
    "of other people."
)
KINDS = {"head": "", "branch": "-kept-beside", "quarantine": "-came-too-late", "rescue": "-from-a-rescue-file"}


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """One file of a copy: its path inside, with forward slashes, and what it holds."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Table:
    """One table for the page: what it is, why it is kept, who sees it, how long, and its rows."""

    what: str
    why: str
    seen_by: str
    kept: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class EssayInCopy:
    """A hand-in as the page lists it, with its files; without `result` none is released."""

    title: str
    course: str
    receipt: Any
    text: str
    receipt_file: str
    result: str


def files_in_copy(person: User) -> int:
    """Count the files of a person's copy before it is made, for the sake of progress."""
    drafts = Draft.objects.filter(author=person)
    revisions = Revision.objects.filter(draft__in=drafts).count()
    return 3 + revisions + 3 * Submission.objects.filter(draft__in=drafts).count()


def copy_of_person(person: User, *, with_unreleased: bool) -> Iterator[CopiedFile]:
    """Give the files of a person's copy one by one; the page and the data come last, for they name the others."""
    essays, results = [], []
    for submission, outcome in _submissions(person):
        name = f"{plain_name(submission.draft.assignment.title) or 'essay'}-{submission.receipt_number.lower()}"
        page = feedback_page(outcome, on_paper=True) if outcome else None
        made = EssayInCopy(
            title=submission.draft.assignment.title,
            course=submission.draft.assignment.course.title,
            receipt=receipt_of(submission),
            text=f"essays/{name}.txt",
            receipt_file=f"receipts/{submission.receipt_number}.txt",
            result=f"results/{name}.html" if page else "",
        )
        essays.append(made)
        yield CopiedFile(made.text, submission.reading.text.encode() if hasattr(submission, "reading") else b"")
        words = {
            "assignment": submission.draft.assignment,
            "course": submission.draft.assignment.course,
            "receipt": made.receipt,
            "site": "",
        }
        yield CopiedFile(made.receipt_file, render_to_string("essays/receipts/receipt.txt", words).encode())
        if page:
            results.append(_result(page))
            paper = {"page": page, "course": page.assignment.course}
            yield CopiedFile(made.result, render_to_string("results/feedback/_paper.html", paper).encode())
    revisions = 0
    for path, text in _revisions(person):
        revisions += 1
        yield CopiedFile(path, text.encode())
    scope = WITH_UNRELEASED if with_unreleased else RELEASED_ONLY
    data = _data(person, results, scope, with_unreleased=with_unreleased)
    yield CopiedFile("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=_plain).encode())
    context = {
        "person": person,
        "made_at": now(),
        "scope": scope,
        "essays": essays,
        "revisions": revisions,
        "tables": list(_tables(data["kept"])),
        "journal": data["journal"],
        "looks": data["looks"],
        "unreleased": data.get("unreleased"),
    }
    yield CopiedFile("index.html", render_to_string("results/copies/_copy.html", context).encode())


def _submissions(person: User) -> Iterator[tuple[Submission, UUID | None]]:
    """Give each hand-in with the newest outcome its author can see."""
    seen = visible_outcomes(person).order_by("submission_id", "version")
    newest = dict(seen.values_list("submission_id", "public_id"))
    rows = Submission.objects.filter(draft__author=person).select_related("draft__assignment__course", "reading")
    for submission in rows.order_by("submitted_at", "pk"):
        yield submission, newest.get(submission.pk)


def _revisions(person: User) -> Iterator[tuple[str, str]]:
    rows = Revision.objects.filter(draft__author=person).select_related("draft__assignment").order_by("draft_id", "n")
    for revision in rows.iterator(chunk_size=50):
        draft = revision.draft
        folder = f"drafts/{plain_name(draft.assignment.title) or 'draft'}-{draft.public_id.hex[:8]}"
        yield f"{folder}/{revision.n:05}{KINDS[revision.kind]}.txt", revision.text


def _data(person: User, results: list[dict[str, Any]], scope: str, *, with_unreleased: bool) -> dict[str, Any]:
    looks = list(looks_at_me(person).select_related("viewer", "person").order_by("-pk"))
    data: dict[str, Any] = {
        "made_at": now(),
        "scope": scope,
        "person": str(person.public_id),
        "kept": list(_kept(person)),
        "results": results,
        "journal": [
            {"at": line.at, "said": line.sentence, "assignment": line.about.title if line.about else ""}
            for line in told_lines(own_entries(person), reader=person)
        ],
        "looks": _looks(looks, person),
    }
    if with_unreleased:
        data["unreleased"] = _unreleased(person)
    return data


def _looks(rows: list[Look], person: User) -> list[dict[str, Any]]:
    lines = look_lines(rows, reader=person)
    return [{"hour": line.hour, "said": line.sentence, "why": line.why} for line in lines]


def _kept(person: User) -> Iterator[dict[str, Any]]:
    """Give each table that holds something of the person, with what its rows give."""
    for holding in HOLDINGS:
        if not holding.person or not holding.gives:
            continue
        model = apps.get_model(holding.model)
        found = model._default_manager.filter(**{holding.person: person.pk}).order_by("pk")
        rows = [dict(zip(holding.gives, row, strict=True)) for row in found.values_list(*holding.gives.values())]
        if rows:
            yield {
                "table": holding.model,
                "what": holding.what,
                "why": holding.why,
                "seen_by": holding.seen_by,
                "kept": days_kept(next(period for period in PERIODS if period.key == holding.keeps)),
                "rows": rows,
            }


def _tables(kept: list[dict[str, Any]]) -> Iterator[Table]:
    for one in kept:
        headings = tuple(one["rows"][0])
        rows = tuple(tuple(_said(value) for value in row.values()) for row in one["rows"])
        yield Table(one["what"], one["why"], one["seen_by"], one["kept"], headings, rows)


def _result(page: FeedbackPage) -> dict[str, Any]:
    """Say a released result as data: what its page shows, and so no mark that is held back."""
    mark = page.mark
    return {
        "assignment": page.assignment.title,
        "released": page.released_at,
        "overall": page.overall,
        "next_steps": [step.text for step in page.next_steps],
        "criteria": [
            _criterion(one, counted=counted)
            for strand in page.strands
            for counted, ones in ((True, strand.counted), (False, strand.uncounted))
            for one in ones
        ],
        "not_attempted": [one.name for strand in page.strands for one in strand.missing],
        "total": mark and mark.total,
        "out_of": mark and mark.out_of,
        "grade": mark.grade_word if mark else "",
        "adjustments": [{"points": line.points, "why": line.reason} for line in mark.adjustments] if mark else [],
        "next_time": page.reflection,
    }


def _criterion(one: CriterionFeedback, *, counted: bool) -> dict[str, Any]:
    return {
        "criterion": one.name,
        "level": one.reached.label if one.reached else None,
        "points": one.reached.points if one.reached else None,
        "counted": counted if one.reached else None,
        "descriptor": one.descriptor,
        "comment": one.remark,
        "next_step": one.next_step,
        "passages": [quotation.quote for quotation in one.quotations],
    }


def _unreleased(person: User) -> Mapping[str, Any]:
    """Give what markings say of the person, whoever made them, and the reasons that the journal keeps."""
    mine = {"marking__allotment__paper__submission__draft__author": person, "marking__superseded_at": None}
    paper = "marking__allotment__paper__submission__draft__assignment__title"
    scores = Score.objects.filter(**mine).order_by("marking_id", "criterion__position")
    remarks = Remark.objects.filter(**mine).order_by("marking_id", "pk")
    passages = Evidence.objects.filter(**mine).order_by("marking_id", "start", "pk")
    return {
        "scores": list(scores.values("marking", "criterion__name", "state", "label", "points", assignment=F(paper))),
        "comments": list(remarks.values("marking", "criterion__name", "text", "next_step", assignment=F(paper))),
        "passages": list(passages.values("marking", "quote", assignment=F(paper))),
        "reasons": list(reasons_about(person).order_by("pk").values("entry__at", "text")),
    }


def _plain(value: Any) -> Any:
    """Write what JSON does not know: moments in universal time, numbers as they are read."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else "–"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
