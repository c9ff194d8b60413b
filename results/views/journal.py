"""The pages of the journal, and the journal to take away."""

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, show
from courses.models import LookKind, User
from results.forms.journal import NarrowJournal
from results.permissions.journal import (
    may_read_journal_of,
    may_read_whole_journal,
    visible_journaled_assignments,
    visible_journaled_submissions,
)
from results.pure.gradebook import MARK, csv_lines
from results.queries.journal import (
    EXPORTED,
    JournalPage,
    Narrowed,
    entries_of_assignment,
    entries_of_person,
    entries_of_submission,
    exported_rows,
    is_named,
    is_named_essay,
    journal_page,
    own_entries,
    whole_journal,
)
from results.wire.journal import json_lines, plain


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_read_whole_journal(request.user))
    form, narrowed = _narrowed(request)
    page = journal_page(whole_journal(request.user), narrowed)
    return show(request, "results/journal/list.html", _context(request, form, page))


@require_safe
def assignment(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    found = visible_journaled_assignments(request.user).select_related("course")
    assignment = get_object_or_404(found, public_id=assignment_id)
    form, narrowed = _narrowed(request)
    named = is_named(assignment)
    page = journal_page(entries_of_assignment(assignment), narrowed, papers=named)
    context = {"assignment": assignment, "named": named}
    return show(request, "results/journal/assignment.html", _context(request, form, page) | context)


@require_safe
def submission(request: SignedInRequest, submission_id: UUID) -> HttpResponse:
    found = visible_journaled_submissions(request.user).select_related("draft__assignment__course", "draft__author")
    submission = get_object_or_404(found, public_id=submission_id)
    form, narrowed = _narrowed(request)
    named = is_named_essay(submission)
    page = journal_page(entries_of_submission(submission), narrowed, papers=named)
    context = {"submission": submission, "assignment": submission.draft.assignment, "named": named}
    return show(request, "results/journal/submission.html", _context(request, form, page) | context)


@require_safe
def person(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(User, public_id=person_id)
    require(may_read_journal_of(request.user, person))
    form, narrowed = _narrowed(request)
    keep_look(LookKind.JOURNAL, by=request.user, person=person)
    page = journal_page(entries_of_person(request.user, person), narrowed)
    return show(request, "results/journal/person.html", _context(request, form, page) | {"person": person})


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    form, narrowed = _narrowed(request)
    page = journal_page(own_entries(request.user), narrowed, reader=request.user)
    return show(request, "results/journal/mine.html", _context(request, form, page))


@require_safe
def csv(request: SignedInRequest) -> HttpResponseBase:
    """The journal as CSV, narrowed as its page is."""
    rows = _exported(request)
    told = ([plain(value) for value in row] for row in rows)
    return _file(chain([MARK], csv_lines(chain([EXPORTED], told))), "journal.csv", "text/csv; charset=utf-8")


@require_safe
def lines(request: SignedInRequest) -> HttpResponseBase:
    """The journal as JSON, one entry a line."""
    return _file(json_lines(EXPORTED, _exported(request)), "journal.jsonl", "application/jsonl; charset=utf-8")


def _exported(request: SignedInRequest) -> Iterator[tuple[object, ...]]:
    require(may_read_whole_journal(request.user))
    return exported_rows(whole_journal(request.user), _narrowed(request)[1])


def _file(parts: Iterator[str], name: str, content_type: str) -> HttpResponseBase:
    disposition = f'attachment; filename="{name}"'
    return StreamingHttpResponse(parts, content_type=content_type, headers={"Content-Disposition": disposition})


def _narrowed(request: SignedInRequest) -> tuple[NarrowJournal, Narrowed]:
    form = NarrowJournal(request.GET)
    return form, Narrowed(**form.narrowed)


def _context(request: SignedInRequest, form: NarrowJournal, page: JournalPage) -> dict[str, object]:
    """What every page shows; `narrowing` is the address's filters, for the links to other pages and files."""
    kept = {name: request.GET[name] for name in ("about", "who", "since", "until") if request.GET.get(name)}
    return {"form": form, "page": page, "narrowing": urlencode(kept), "is_narrowed": bool(kept)}
