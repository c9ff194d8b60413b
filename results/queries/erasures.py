"""What erasing a person would do, whose erasure is forbidden for now, and who was erased before."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from courses.models import Entry, EntryReason, Erasure, LegalHold, User
from essays.models import Draft, Reading, Revision, Submission
from marking.models import Marking, Paper
from results.models import Outcome, Release, ReleaseItem
from results.pure.holdings import APART, BLANK, ERASED, GOES, HOLDINGS, Holding

HOW = {GOES: "deleted", BLANK: "emptied of words", APART: "deleted, or emptied of names and words"}

TOLD_TO_OTHERS = "Why results were released again, where the sentence tells others too: read whether it names somebody"


@dataclass(frozen=True, slots=True)
class Share:
    """How many rows of one table are about a person, and what erasing does with them."""

    what: str
    rows: int
    how: str


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure takes and what it leaves. `refused` says why it cannot be done now; empty where it can."""

    goes: tuple[Share, ...]
    stays: tuple[Share, ...]
    refused: str


def rows_about(holding: Holding, person: User) -> QuerySet[Model]:
    """Give a table's rows about one person."""
    rows: QuerySet[Model] = apps.get_model(holding.model)._default_manager.all()
    return rows.filter(**{holding.person: person.pk}) if holding.person else rows.none()


def erasure_plan(person: User, refused: str) -> ErasurePlan:
    """Count what there is about a person, table by table; changes nothing."""
    goes, stays = list[Share](), list[Share]()
    for holding in HOLDINGS:
        rows = reasons_about(person).count() if holding.model == "courses.EntryReason" else None
        count = rows_about(holding, person).count() if rows is None else rows
        if count:
            share = Share(holding.what, count, HOW.get(holding.erasing, "stays as it is, without a name"))
            (goes if holding.erasing in HOW else stays).append(share)
    drafts = Draft.objects.filter(author=person)
    alone, told = reasons_of_their_own(drafts).count(), release_reasons(drafts).count()
    if alone:
        goes.append(Share("Why a result of theirs alone was released again", alone, HOW[BLANK]))
    if told > alone:
        stays.append(Share(TOLD_TO_OTHERS, told - alone, "stays as it is: it speaks to the others too"))
    entries = Entry.objects.filter(Q(person_id=person.pk) | Q(actor=person)).count()
    stays.append(Share("The journal’s entries: ids, states and hashes", entries, "stays as it is, without a name"))
    return ErasurePlan(tuple(goes), tuple(stays), refused)


def is_held(person: User) -> bool:
    """Whether a person's data must not be erased for now, whichever of their accounts a hold was set on."""
    return held_people().filter(pk=person.pk).exists()


def held_people() -> QuerySet[User]:
    """The accounts under a legal hold: set on them, on one that was merged into them, or on the one they went into."""
    held = LegalHold.objects.filter(lifted_at=None).values("person")
    into = User.objects.filter(pk__in=held, merged_into__isnull=False).values("merged_into")
    return User.objects.filter(Q(pk__in=held) | Q(pk__in=into) | Q(merged_into__in=held))


def was_erased(person: User) -> bool:
    """Whether nothing of the person's name is left: an erasure that is only in the list says nothing of a backup."""
    done = Erasure.objects.filter(person_public_id=person.public_id, ended_at__isnull=False).exists()
    return done and person.username == erased_username(person)


def erased_username(person: User) -> str:
    return f"erased-{person.public_id.hex[:12]}"


def reasons_about(person: User) -> QuerySet[EntryReason]:
    """The reasons in the journal that speak of one person: of entries about them, their papers, markings, results."""
    return EntryReason.objects.filter(entry__in=_entries_about(Q(author=person.pk), Q(person_id=person.pk)))


def reasons_within_drafts(drafts: QuerySet[Draft]) -> QuerySet[EntryReason]:
    """The reasons in the journal that speak of drafts, what came of them, and their authors in that assignment."""
    own = Q()
    for assignment, author in drafts.values_list("assignment_id", "author_id"):
        own |= Q(assignment_id=assignment, person_id=author)
    return EntryReason.objects.filter(entry__in=_entries_about(Q(pk__in=drafts.values("pk")), own))


def _entries_about(whose: Q, entries: Q) -> QuerySet[Entry]:
    drafts = Draft.objects.filter(whose)
    submissions = Submission.objects.filter(draft__in=drafts)
    papers = Paper.objects.filter(submission__in=submissions)
    subjects = {
        "essays.draft": drafts.values_list("public_id", flat=True),
        "essays.submission": submissions.values_list("public_id", flat=True),
        "marking.paper": papers.values_list("pk", flat=True),
        "marking.marking": Marking.objects.filter(allotment__paper__in=papers).values_list("public_id", flat=True),
        "results.outcome": Outcome.objects.filter(submission__in=submissions).values_list("public_id", flat=True),
    }
    for kind, ids in subjects.items():
        entries |= Q(subject_kind=kind, subject_id__in=[str(one) for one in ids])
    return Entry.objects.filter(entries).exclude(verb="erase_person")


def release_reasons(drafts: QuerySet[Draft]) -> QuerySet[Release]:
    """The releases that gave a reason and named a paper of these drafts."""
    named = ReleaseItem.objects.filter(outcome__submission__draft__in=drafts)
    return Release.objects.filter(pk__in=named.values("release")).exclude(reason__in=["", ERASED])


def reasons_of_their_own(drafts: QuerySet[Draft]) -> QuerySet[Release]:
    """Those of them that named no other paper that has its words still: nobody else reads the reason any more."""
    others = ReleaseItem.objects.exclude(outcome__submission__draft__in=drafts)
    read = others.exclude(outcome__submission__reading__text="")
    return release_reasons(drafts).exclude(pk__in=read.values("release"))


def revisions_that_stand(drafts: QuerySet[Draft]) -> QuerySet[Revision]:
    """The revisions other rows point at: handed in, decided about, or the newest. They stay, without their words."""
    handed_in = Submission.objects.filter(draft__in=drafts).values_list("draft_id", "revision_n")
    heads = drafts.exclude(head=0).values_list("pk", "head")
    standing = Q(late_decision__isnull=False)
    for draft, n in {*handed_in, *heads}:
        standing |= Q(draft_id=draft, n=n)
    return Revision.objects.filter(standing, draft__in=drafts)


def readings_of(drafts: QuerySet[Draft]) -> QuerySet[Reading]:
    return Reading.objects.filter(submission__draft__in=drafts)


def listed_erasures(file: Path | None = None) -> list[UUID]:
    """List who was erased, by public id, each once: from this database, then from the list kept beside it.

    The usual list need not be there yet; another one that is named must. Raises OSError or UnicodeDecodeError.
    """
    rows = Erasure.objects.filter(person_public_id__isnull=False, ended_at__isnull=False).order_by("pk")
    found = dict.fromkeys(rows.values_list("person_public_id", flat=True))
    path = file or Path(settings.ERASURE_LIST)
    if file or path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            word = line.partition(" ")[0]
            try:
                found.setdefault(UUID(word))
            except ValueError:
                continue
    return [one for one in found if one is not None]


FOUND = 25


def found_people(words: str) -> list[User]:
    """Find people by parts of their name, username or e-mail, at most 26; nobody where nothing was asked."""
    if not words.strip():
        return []
    people = User.objects.annotate(is_held=Exists(LegalHold.objects.filter(person=OuterRef("pk"), lifted_at=None)))
    for word in words.split()[:5]:
        part = Q(username__icontains=word) | Q(email__icontains=word)
        people = people.filter(part | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return list(people.order_by("last_name", "first_name", "pk")[: FOUND + 1])


def newest_erasures() -> QuerySet[Erasure]:
    """The fifty newest erasures of people."""
    return Erasure.objects.filter(person_public_id__isnull=False).select_related("by").order_by("-pk")[:50]
