"""A database to measure: one course with as many essays as wanted, made in batches, texts from the first pack."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from uuid import uuid4

from django.db import transaction

from courses.kernel.clock import now
from courses.kernel.readings import MadeReading, make_reading
from courses.kernel.text import count_words, sha256_of
from courses.models import Course, Enrolment, Role, User
from essays.actions.assignments import set_assignment
from essays.models import Assignment, Draft, DraftState, Reading, Revision, RevisionKind, Submission
from marking.actions.papers import make_papers
from rubrics.actions.packs import load_pack
from rubrics.pure.packs import Pack, read_pack

PACK = Path(__file__).resolve().parents[2] / "rubrics" / "packs" / "collective-defence"
WORDS = 1_200
"""How long the essays are that are measured with."""
BATCH = 500


@dataclass(frozen=True)
class World:
    """Who and what there is to measure with."""

    admin: User
    teacher: User
    markers: list[User]
    assignment: Assignment
    authors: list[User]


def essay_text(pack: Pack, variant: int) -> str:
    """Make an essay of about 1,200 words: the strong exemplar, lengthened from the middling one, turned by variant."""
    strong, middling = (next(e.text for e in pack.exemplars if e.key == key) for key in ("strong", "middling"))
    paragraphs = [p for p in strong.split("\n") if p.strip()]
    more = [p for p in middling.split("\n") if p.strip()]
    turn = variant % len(more)
    for paragraph in more[turn:] + more[:turn]:
        if count_words("\n".join(paragraphs)) >= WORDS:
            break
        paragraphs.insert(-1, paragraph)
    return "\n".join(paragraphs)


def people(course: Course, role: Role, stem: str, many: int) -> list[User]:
    """Make accounts that nobody signs in to by password, and enrol them."""
    users = [
        User(username=f"{stem}{n:05}", first_name=stem.capitalize(), last_name=f"Number {n}", password="!")  # noqa: S106
        for n in range(many)
    ]
    users = User.objects.bulk_create(users, batch_size=BATCH)
    moment = now() - timedelta(days=30)
    Enrolment.objects.bulk_create(
        [Enrolment(course=course, person=user, role=role, enrolled_at=moment) for user in users], batch_size=BATCH
    )
    return users


def make_world(size: int, *, markers: int = 4) -> World:
    """Fill an empty database with `size` essays handed in and waiting under codes."""
    if User.objects.exists():
        raise RuntimeError("The bench fills a database of its own: give it an empty one by DATABASE_URL.")
    admin = User.objects.create_superuser("bench-admin", password=token_hex(8))
    return add_course(admin, size, markers=markers)


def add_course(admin: User, size: int, *, markers: int = 4, slug: str = "") -> World:
    """Add a course with `size` essays waiting; a further one has a `slug`, and its people's names begin with it."""
    pack = read_pack(PACK)
    loaded = load_pack(pack, by=admin)
    course = Course.objects.create(slug=slug or "bench", title="Bench")
    [teacher] = people(course, Role.TEACHER, f"{slug}teacher", 1)
    assignment = set_assignment(
        course,
        prompt_version=loaded.prompt_version,
        rubric_version=loaded.rubric_version,
        mode=loaded.rubric_version.modes.get(key="timed"),
        title="Collective defence since 1914",
        opens_at=now() - timedelta(days=7),
        due_at=now() + timedelta(days=7),
        closes_at=now() + timedelta(days=8),
        by=teacher,
    )
    marking = people(course, Role.MARKER, f"{slug}marker", markers)
    authors = people(course, Role.STUDENT, f"{slug}student", size)
    hand_in_all(assignment, authors, [essay_text(pack, variant) for variant in range(8)])
    make_papers(assignment)
    return World(admin, teacher, marking, assignment, authors)


def hand_in_all(assignment: Assignment, authors: list[User], texts: list[str]) -> None:
    """Give every author a submitted essay, rows as the actions make them."""
    read = [(text, make_reading(text), count_words(text), Revision.packed(text)) for text in texts]
    for start in range(0, len(authors), BATCH):
        with transaction.atomic():
            _hand_in_batch(assignment, authors[start : start + BATCH], read, start)


def _hand_in_batch(
    assignment: Assignment, authors: list[User], read: list[tuple[str, MadeReading, int, bytes]], start: int
) -> None:
    moment = now() - timedelta(days=1)
    essays = [read[(start + n) % len(read)] for n in range(len(authors))]
    drafts = Draft.objects.bulk_create(
        Draft(
            assignment=assignment,
            author=author,
            head=1,
            latest=1,
            head_sha256=sha256_of(text),
            words=words,
            characters=len(text),
            state=DraftState.SUBMITTED,
            started_at=moment,
            saved_at=moment,
            grace_until=assignment.closes_at + timedelta(minutes=1),
        )
        for author, (text, _, words, _) in zip(authors, essays, strict=True)
    )
    Revision.objects.bulk_create(
        Revision(
            draft=draft,
            n=1,
            parent_n=0,
            key=uuid4(),
            sha256=draft.head_sha256,
            body=body,
            words=words,
            kind=RevisionKind.HEAD,
            keep=True,
            saved_at=moment,
        )
        for draft, (_, _, words, body) in zip(drafts, essays, strict=True)
    )
    submissions = Submission.objects.bulk_create(
        Submission(
            draft=draft,
            revision_n=1,
            sha256=draft.head_sha256,
            words=draft.words,
            key=uuid4(),
            declared=True,
            submitted_at=moment,
            submitted_by=draft.author,
            receipt_number=f"B-{draft.pk:08}",
        )
        for draft in drafts
    )
    Reading.objects.bulk_create(
        Reading(
            submission=submission,
            text=text,
            reading_html=made.html,
            reading_text=made.text,
            reading_sha256=made.sha256,
            renderer=made.renderer,
        )
        for submission, (text, made, _, _) in zip(submissions, essays, strict=True)
    )


def open_drafts(assignment: Assignment, many: int, *, stem: str = "writer") -> list[Draft]:
    """Add `many` students with an empty open draft each."""
    writers = people(assignment.course, Role.STUDENT, stem, many)
    moment = now()
    return Draft.objects.bulk_create(
        [
            Draft(
                assignment=assignment,
                author=writer,
                started_at=moment,
                grace_until=assignment.closes_at + timedelta(minutes=1),
            )
            for writer in writers
        ],
        batch_size=BATCH,
    )


def texts_growing(pack: Pack, seed: int) -> Iterator[str]:
    """Give the states of an essay as it is written: some words more every time."""
    words = essay_text(pack, seed).split(" ")
    at, step = 0, 5 + seed % 7
    while True:
        at += step
        rounds, rest = divmod(at, len(words))
        yield " ".join([*words * rounds, *words[:rest]])[-9_000:] + f" {at}"


def text_hash(text: str) -> str:
    """Hash a text with LF line ends, as the protocol asks."""
    return sha256(text.encode()).hexdigest()
