"""Erasing a person: words and names go, what was counted and sealed stays."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django_tasks_db.models import DBTaskResult

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, Erasure, Invitation, JobFile, LegalHold, Roster, User
from essays.models import Assignment, Draft, DraftState, Reading, Revision
from essays.models.drafts import new_journal_key
from marking.models import OfflineMerge, Paper
from results.actions.leaving import lock_courses_of, pass_on
from results.actions.outcomes import digests_of
from results.models import BroughtWorksheet, Outcome, Release
from results.permissions.privacy import may_erase_person, may_keep_privacy
from results.pure.gradebook import workbook_name
from results.pure.holdings import BLANK, ERASED, GOES, HOLDINGS
from results.queries.erasures import (
    erased_username,
    is_held,
    listed_erasures,
    readings_of,
    reasons_about,
    reasons_of_their_own,
    revisions_that_stand,
    rows_about,
    was_erased,
)

NAME = "Erased person"
ERASED_HTML = f'<p id="p1">{ERASED}</p>'


class ErasureNeedsReason(Refusal):
    message = "Say why, without a name: who asked and when. The reason is kept with the journal."


class UnderLegalHold(Refusal):
    message = "This person’s data must be kept for now: a legal hold is set. Lift it first, with a reason."


class ErasedAlready(Refusal):
    message = "This person was erased before. Nothing is left to erase."


class ErasureListUnwritable(Refusal):
    message = (
        "The list of erasures cannot be written, and a restored backup would bring this person back. Nothing was "
        "erased. Whoever runs the server can mend it: ASSAY_ERASURE_LIST."
    )


class ErasureListUnreadable(Refusal):
    """Who was erased cannot be read from the list: nobody on it was erased again."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"The list of erasures {file} cannot be read: {why}. Whom it names is not erased again. Mend that, then "
            "run `manage.py person erase --again` before anybody signs in."
        )


class LastAdmin(Refusal):
    message = "This is the only admin left who can sign in. Make somebody else an admin first."


class HoldNeedsReason(Refusal):
    message = "Say why, without a name. The reason is kept with the journal."


class HeldAlready(Refusal):
    message = "A legal hold is set already."


class NotHeld(Refusal):
    message = "There is no legal hold to lift."


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of which table an erasure changed or deleted."""

    rows: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.rows)


def refusal_to_erase(person: User) -> Refusal | None:
    """Say why a person cannot be erased now; None where they can."""
    if was_erased(person):
        return ErasedAlready()
    if is_held(person):
        return UnderLegalHold()
    others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
    return LastAdmin() if person.is_staff and not others.exists() else None


@transaction.atomic
def erase_person(person: User, *, reason: str, by: User | None) -> Erased:
    """Erase a person, whole or not at all. `by` is None for whoever runs the server.

    Names, e-mail, texts, comments, quoted passages and reasons go; numbers, states, hashes and the journal stay, about
    somebody who has no name any more. What waits for them goes to others, as when an account is deactivated. The
    person's public id goes onto the list of erasures, in the database and beside it. Raises ErasureNeedsReason,
    UnderLegalHold, ErasedAlready, LastAdmin, NobodyForWorries or ErasureListUnwritable.
    """
    require(by is None or may_erase_person(by, person))
    if not reason.strip():
        raise ErasureNeedsReason
    courses = lock_courses_of(person)
    found = User.objects.select_for_update().filter(Q(is_staff=True) | Q(pk=person.pk)).order_by("pk")
    locked = {one.pk: one for one in found}  # of two admins who erase each other, the second is none any more
    held = locked[person.pk]
    if by is not None:
        require(by.pk in locked and locked[by.pk].is_active and may_erase_person(locked[by.pk], held))
    if refusal := refusal_to_erase(held):
        raise refusal
    _refuse_without_list()
    erasure, *others = _begin_erasures(held, by)
    _pass_on_whole(held, courses, by)
    rows = _erase_whole(held)
    _end_erasures([erasure, *others])
    write_entry(
        "erase_person", erasure, by=by, after=f"rows:{sum(rows.values())}", person_id=held.pk, reason=reason.strip()
    )
    lines = "".join(f"{one.person_public_id} {now().isoformat()}\n" for one in (erasure, *others))
    transaction.on_commit(lambda: _note_beside(lines))
    return Erased(tuple(rows.items()))


def erase_again(*, file: Path | None = None) -> list[UUID]:
    """Erase once more whoever the list of erasures names and a restored backup has brought back; say whom, by id.

    Legal holds do not stop it: the erasure was decided when none was set. Safe at any time, and to be repeated: each
    person is a transaction. Raises ErasureListUnreadable.
    """
    try:
        listed = listed_erasures(file)
    except (OSError, UnicodeDecodeError) as error:
        why = "it is no text" if isinstance(error, UnicodeDecodeError) else str(error.strerror or error)
        raise ErasureListUnreadable(file or Path(settings.ERASURE_LIST), why) from error
    done = []
    for public_id in listed:
        person = User.objects.filter(public_id=public_id).first()
        if person is None or person.username == erased_username(person):
            continue
        _erase_listed(person)
        done.append(public_id)
    return done


@transaction.atomic
def _erase_listed(person: User) -> None:
    courses = lock_courses_of(person)
    erasure, *others = _begin_erasures(person, None)
    _pass_on_whole(person, courses, None)
    rows = _erase_whole(person)
    _end_erasures([erasure, *others])
    write_entry("erase_person_again", erasure, by=None, after=f"rows:{sum(rows.values())}", person_id=person.pk)


@transaction.atomic
def place_hold(person: User, *, reason: str, by: User) -> LegalHold:
    """Forbid that a person's data is erased, until it is lifted. Raises HoldNeedsReason or HeldAlready."""
    require(may_keep_privacy(by))
    if not reason.strip():
        raise HoldNeedsReason
    User.objects.select_for_update().get(pk=person.pk)
    if is_held(person):
        raise HeldAlready
    hold = LegalHold.objects.create(person=person, placed_by=by, placed_at=now())
    write_entry("place_hold", hold, by=by, after="held", person_id=person.pk, reason=reason.strip())
    return hold


@transaction.atomic
def lift_hold(person: User, *, reason: str, by: User) -> None:
    """Let a person's data be erased again. Raises HoldNeedsReason or NotHeld."""
    require(may_keep_privacy(by))
    if not reason.strip():
        raise HoldNeedsReason
    theirs = Q(person=person) | Q(person__merged_into=person) | Q(person__merged_from=person)
    found = LegalHold.objects.filter(theirs, lifted_at=None).values("pk")
    hold = LegalHold.objects.select_for_update().filter(pk__in=found).order_by("pk").first()
    if hold is None:
        raise NotHeld
    LegalHold.objects.filter(pk=hold.pk).update(lifted_at=now())
    write_entry("lift_hold", hold, by=by, before="held", after="lifted", person_id=person.pk, reason=reason.strip())


# ---------------------------------------------------------------- what is done; inside a transaction with an erasure
def erase_words(drafts: QuerySet[Draft]) -> dict[str, int]:
    """Empty drafts of their words: earlier states go, what other rows point at stays without its text."""
    stand = list(revisions_that_stand(drafts).values_list("pk", flat=True))
    gone, _ = Revision.objects.filter(draft__in=drafts).exclude(pk__in=stand).delete()
    emptied = Revision.objects.filter(pk__in=stand).update(body=Revision.packed(""))
    return {"essays.Revision": gone + emptied, "essays.Reading": _empty_readings(drafts)}


def erase_release_reasons(drafts: QuerySet[Draft]) -> int:
    """Take the reason out of releases that named these drafts alone, or with them only what was erased before."""
    pks = list(reasons_of_their_own(drafts).values_list("pk", flat=True))
    return Release.objects.filter(pk__in=pks).update(reason=ERASED)


def _empty_readings(drafts: QuerySet[Draft]) -> int:
    """Put an empty reading in the place of each: a reading is never changed, but it may go."""
    submissions = list(readings_of(drafts).exclude(text="").values_list("submission_id", flat=True))
    Reading.objects.filter(submission__in=submissions).delete()
    Reading.objects.bulk_create(
        Reading(
            submission_id=pk,
            text="",
            reading_html=ERASED_HTML,
            reading_text=ERASED,
            reading_sha256="",
            renderer="erased",
        )
        for pk in submissions
    )
    return len(submissions)


def digest_again(papers: Sequence[int]) -> None:
    """Hash the newest outcomes of papers anew, so that what lost its words is not taken for a change to be released."""
    for outcome, digest in digests_of(papers).items():
        Outcome.objects.filter(pk=outcome).update(sha256=digest)


def _accounts_of(person: User) -> list[User]:
    """Give a person's account, then those that were merged into it."""
    return [person, *User.objects.filter(merged_into=person).order_by("pk")]


def _begin_erasures(person: User, by: User | None) -> list[Erasure]:
    """Put every account of a person on the list: in a backup from before a merge they are two people."""
    return [
        Erasure.objects.create(person_public_id=one.public_id, by=by, begun_at=now()) for one in _accounts_of(person)
    ]


def _end_erasures(erasures: Sequence[Erasure]) -> None:
    Erasure.objects.filter(pk__in=[one.pk for one in erasures]).update(ended_at=now())


def _pass_on_whole(person: User, courses: Sequence[Course], by: User | None) -> None:
    for one in _accounts_of(person):
        pass_on(one, courses, by=by)


def _erase_whole(person: User) -> dict[str, int]:
    """Erase a person, and the accounts that were merged into theirs."""
    rows: dict[str, int] = {}
    for one in _accounts_of(person):
        for model, count in _erase_rows(one).items():
            rows[model] = rows.get(model, 0) + count
        _erase_account(one)
    return rows


def _erase_rows(person: User) -> dict[str, int]:
    drafts = Draft.objects.filter(author=person)
    drafts.filter(state=DraftState.OPEN).update(
        state=DraftState.CLOSED
    )  # first: a save under way waits, and is refused
    keyed = drafts.update(journal_key=new_journal_key())
    rows = {"courses.EntryReason": reasons_about(person).delete()[0], **erase_words(drafts), "essays.Draft": keyed}
    for holding in HOLDINGS:
        about = rows_about(holding, person)
        if holding.erasing == GOES:
            rows[holding.model] = _delete(about)
        elif holding.erasing == BLANK:
            rows[holding.model] = _blank(about, holding.model, dict(holding.blanks))
    rows |= _erase_lists(person) | {"results.Release": erase_release_reasons(drafts)}
    papers = Paper.objects.filter(submission__draft__author=person).values_list("pk", flat=True)
    digest_again(list(papers))
    return {model: count for model, count in rows.items() if count}


def _erase_lists(person: User) -> dict[str, int]:
    """Take a person out of lists: invitations, lists of people not taken in, files of marks that were brought in."""
    address = person.email.casefold()
    invited = Q(accepted_by=person) | Q(email__iexact=person.email) if address else Q(accepted_by=person)
    found = list(Invitation.objects.filter(invited).values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=found, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now())
    Invitation.objects.filter(pk__in=found).update(name="", email="", mail_problem="")
    lists = 0
    for roster in Roster.objects.exclude(rows=[]).select_for_update(of=("self",)):
        rows = [row for row in roster.rows if not _is_about(row, person)]
        if len(rows) < len(roster.rows):
            Roster.objects.filter(pk=roster.pk).update(rows=rows)
            lists += 1
    courses = person.enrolments.values("course")
    brought, _ = BroughtWorksheet.objects.filter(assignment__course__in=courses).delete()
    gone = {"results.BroughtWorksheet": brought}
    gone["marking.OfflineMerge"] = erase_merged_words(Paper.objects.filter(submission__draft__author=person))
    gone["courses.JobFile"] = _erase_files_of_marks(person)
    gone[DBTaskResult._meta.label] = _erase_tasks(person)
    return {"courses.Invitation": len(found), "courses.Roster": lists} | gone


def _erase_files_of_marks(person: User) -> int:
    """Delete the files that jobs made: this person's copies, and workbooks of their courses' marks by name."""
    files = Q(name__contains=person.public_id.hex[:12])
    theirs = Assignment.objects.filter(course__in=person.enrolments.values("course")).select_related("course")
    for assignment in theirs.order_by("pk"):
        files |= Q(name__endswith=workbook_name("", assignment.file_name, named=True))
    return JobFile.objects.filter(files).delete()[0]


def _erase_tasks(person: User) -> int:
    """Delete tasks that hold the person's address, as a wish for a new password does, or tell of it in an error."""
    if not person.email:
        return 0
    told = DBTaskResult.objects.alias(given=Cast("args_kwargs", TextField()))
    spelt = json.dumps(person.email)[1:-1]  # as a database that keeps JSON as text has it
    named = Q(given__icontains=person.email) | Q(given__icontains=spelt) | Q(traceback__icontains=person.email)
    return _delete(told.filter(named))


def erase_merged_words(papers: QuerySet[Paper]) -> int:
    """Take what markers' files said of papers out of the merges they were brought in with."""
    own = set(papers.values_list("assignment_id", "code"))
    changed = 0
    merges = OfflineMerge.objects.filter(file__assignment__in=papers.values("assignment"))
    for merge in merges.select_related("file").select_for_update(of=("self",)).order_by("pk"):
        at = merge.file.assignment_id
        given = [cell for cell in merge.given if (at, cell[0]) not in own]
        done = [cell for cell in merge.done if (at, cell[0]) not in own]
        if (len(given), len(done)) != (len(merge.given), len(merge.done)):  # `refused` quotes cells and names no paper
            OfflineMerge.objects.filter(pk=merge.pk).update(given=given, done=done, refused=[])
            changed += 1
    return changed


def _is_about(row: dict[str, object], person: User) -> bool:
    """Whether a line of a list names this person by username or address; by name alone where it has neither."""
    names = {str(row.get("username") or "").casefold(), str(row.get("email") or "").casefold()} - {""}
    if not names:
        return str(row.get("name") or "").casefold() == person.name.casefold()
    return bool(names & {person.username.casefold(), person.email.casefold()})


def _delete(rows: QuerySet[Model]) -> int:
    pks = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=pks).delete()
    return len(pks)


def _blank(rows: QuerySet[Model], model: str, blanks: dict[str, object]) -> int:
    """Empty columns by key: an UPDATE with joins is no SQL that both databases know."""
    pks = list(rows.values_list("pk", flat=True))
    return int(apps.get_model(model)._default_manager.filter(pk__in=pks).update(**blanks))


def _erase_account(person: User) -> None:
    """Take name, address and sign-in from the account; the row stays, for others point at it."""
    person.username = erased_username(person)
    person.first_name, person.last_name, person.email = NAME, "", ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login, person.reading_settings, person.marking_keys = None, {}, {}
    person.set_unusable_password()
    person.save()


def _refuse_without_list() -> None:
    """See that the list beside the database can be added to, before anything is erased."""
    path = Path(settings.ERASURE_LIST)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()
    except OSError as error:
        raise ErasureListUnwritable from error


def _note_beside(line: str) -> None:
    """Add to the list that lies beside the database, so that an old backup of it does not forget. Ids only."""
    path = Path(settings.ERASURE_LIST)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
