"""After an erasure nothing of a person is in any column of any table: each that could hold a word was given one."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django_tasks_db.models import DBTaskResult, get_date_max

from courses.actions.seals import seal_journal
from courses.kernel import clock
from courses.models import Erasure, Invitation, Job, JobFile, LegalHold, Roster
from courses.queries.seals import broken_seals
from essays.models import LateDecision, RecordNote, Revision
from marking.models import KeptBatch, Marking, OfflineMerge, Paper
from results.actions.erasures import erase_person
from results.actions.retention import apply_retention
from results.pure.gradebook import workbook_name
from results.pure.holdings import HOLDINGS
from results.queries.erasures import rows_about
from tests.results.privacy_world import AFTER, Private, lived_in_privately

TOKEN = "tok-ines"
WORDY = (models.TextField, models.JSONField, models.BinaryField)
NOT_THEIR_WORDS = {
    "account.EmailConfirmation.key": "goes with its row",
    "courses.Enrolment.source": "a word of ours: how somebody came",
    "courses.User.password": "a hash",
    **{f"courses.User.{name}": "has its own words" for name in ("username", "first_name", "last_name", "email")},
    "essays.Draft.head_sha256": "a hash",
    "essays.Draft.journal_key": "a key",
    "essays.Submission.sha256": "a hash",
    "essays.Submission.receipt_number": "a number",
    "marking.Mutation.operation": "a word of ours",
    "marking.Mutation.result": "ids and hashes",
    "marking.Mutation.target": "a criterion or a number",
    "marking.Mutation.value_sha256": "a hash",
    "marking.Paper.code": "a code",
    "marking.Score.label": "the rubric's word",
    "results.Outcome.arithmetic": "numbers and the rubric's words",
    "results.Outcome.coverage": "numbers and the rubric's words",
    "results.Outcome.grade_word": "the rubric's word",
    "results.Outcome.sha256": "a hash",
    "rubrics.BankComment.text": "its author's words, about nobody",
}
"""Columns that stay, and what they hold: never what a person is called, wrote or was told."""

RUBRICS_WORDS = (
    "criterion_key",
    "criterion_name",
    "criterion_short_name",
    "criterion_detail",
    "strand_key",
    "level_key",
)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[Private]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = lived_in_privately()
        with clock.at(AFTER):
            in_every_other_table(world)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def school(built, db, settings, tmp_path) -> Iterator[Private]:
    settings.ERASURE_LIST = tmp_path / "erasures.txt"
    with transaction.atomic(), clock.at(AFTER):
        yield built
        transaction.set_rollback(True)


def in_every_other_table(school: Private) -> None:
    """Add rows to the tables that the world leaves empty, and what names somebody without pointing at them."""
    ines = school.students["ines"]
    now = {"queued_at": AFTER, "heard_at": AFTER, "ended_at": AFTER, "state": "done"}
    for owner, name in (
        (ines, "copy.zip"),
        (school.teacher, workbook_name("marks", school.assignment.file_name, named=True)),
    ):
        job = Job.objects.create(owner=owner, kind="x", title="A file", **now)
        JobFile.objects.create(job=job, name=name, content_type="x", size=1, body=zipped(f"{TOLD_BY_NAME} 60"))
    draft = ines.drafts.get()
    RecordNote.objects.create(draft=draft, about="x", text=f"{TOKEN}-record", written_at=AFTER)
    late = Revision.objects.filter(draft=draft).latest("n")
    LateDecision.objects.create(
        revision=late, taken=False, decided_by=school.teacher, decided_at=AFTER, reason=f"{TOKEN}-late"
    )
    marking = Marking.objects.filter(allotment__paper__submission__draft=draft).latest("pk")
    batch = {"key": uuid4(), "base": 1, "head": 2, "mutations": [{"text": f"{TOKEN}-kept"}], "kept_at": AFTER}
    KeptBatch.objects.create(marking=marking, **batch)
    row = {"line": 9, "name": ines.name, "username": "", "email": "", "problem": "Without an address."}
    course = {"course": school.course, "role": "student", "read_by": school.teacher, "read_at": AFTER}
    Roster.objects.create(file_name="x.csv", rows=[row], **course)
    invited = {"invited_by": school.teacher, "invited_at": AFTER, "expires_at": AFTER}
    Invitation.objects.create(
        course=school.course, role="student", email=ines.email, mail_problem=f"{ines.email} is refused", **invited
    )
    for merge in OfflineMerge.objects.all():
        merge.refused = [["Levels, D4", f"A1 has no level “{TOKEN}-refused”."]]
        merge.save()
    task = {"task_path": "x", "backend_name": "default", "run_after": get_date_max()}
    DBTaskResult.objects.create(args_kwargs={"args": [ines.email], "kwargs": {}}, **task)
    told = f"SMTPRecipientsRefused: {{'{ines.email}': (550, b'no')}}"
    DBTaskResult.objects.create(args_kwargs={}, status="FAILED", finished_at=AFTER, traceback=told, **task)


TOLD_BY_NAME = "Fines Qinesmore"


def zipped(words: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", words)
    return file.getvalue()


def plain(value: object) -> str:
    """Give what a column holds as text, unpacked where it is packed."""
    if isinstance(value, memoryview | bytes):
        body = bytes(value)
        if body[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(body)) as packed:
                return " ".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
        with suppress(zlib.error):
            body = zlib.decompress(body)
        return body.decode(errors="replace")
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def crawled(words: list[str]) -> set[str]:
    """Name every column of the whole database, models or not, in which one of these words stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # as found
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                said = [plain(value).casefold() for value in row]
                found |= {
                    f"{table}.{name}"
                    for name, text in zip(names, said, strict=True)
                    if any(word.casefold() in text for word in words)
                }
    return found


def planted(person) -> set[str]:
    """Put a word into every column of every row about a person that takes one; name the columns that took it."""
    done = set()
    erasure = Erasure.objects.create(begun_at=AFTER)
    for holding in HOLDINGS:
        model = apps.get_model(holding.model)
        rows = list(rows_about(holding, person).order_by("pk").values_list("pk", flat=True))
        for field in model._meta.concrete_fields:
            name = f"{holding.model}.{field.name}"
            wordy = isinstance(field, WORDY) or (isinstance(field, models.CharField) and not field.choices)
            if not wordy or not rows or name in NOT_THEIR_WORDS or field.name in RUBRICS_WORDS:
                continue
            word = f"{TOKEN}-{field.name}"[: field.max_length or 99]
            value = {
                models.JSONField: [{"words": word}],
                models.BinaryField: zlib.compress(word.encode()),
            }.get(type(field), word)
            try:
                with transaction.atomic():
                    model._default_manager.filter(pk=rows[0]).update(**{field.name: value})
            except IntegrityError:
                continue  # what a guard lets nobody change, an erasure neither: the test of the list knows those
            done.add(name)
    Erasure.objects.filter(pk=erasure.pk).update(ended_at=AFTER)
    return done


def test_a_word_in_every_column_about_a_person_is_gone_and_every_account_holds(school):
    ines = school.students["ines"]
    words = school.words_of("ines")
    with clock.at(AFTER + timedelta(hours=1)):
        seal_journal()
        took = planted(ines)
        before = crawled([*words, TOLD_BY_NAME])
        ines.refresh_from_db()

        erase_person(ines, reason="Asked for on Monday.", by=school.admin)

        assert crawled([*words, TOKEN, TOLD_BY_NAME]) == set()
        assert broken_seals() == []
        call_command("journal", "verify")
    assert len(took) >= 40
    assert before >= {
        *("django_tasks_database_dbtaskresult.args_kwargs", "django_tasks_database_dbtaskresult.traceback"),
        *("courses_roster.rows", "courses_invitation.mail_problem", "courses_jobfile.body", "courses_entryreason.text"),
        *("marking_offlinemerge.given", "marking_offlinemerge.refused", "marking_keptbatch.mutations"),
        *("essays_revision.body", "essays_recordnote.text", "essays_latedecision.reason", "courses_session.device"),
    }


def test_retention_of_a_class_leaves_what_a_file_said_of_somebody_who_is_held(school, settings):
    settings.KEEP_ESSAYS_DAYS, settings.KEEP_DRAFTS_DAYS, settings.KEEP_PEOPLE_DAYS = 365, 0, 0
    LegalHold.objects.create(person=school.students["noor"], placed_at=AFTER)
    codes = {who: Paper.objects.get(submission__draft__author=one).code for who, one in school.students.items()}

    with clock.at(AFTER + timedelta(days=370)):
        apply_retention()

    [merge] = OfflineMerge.objects.all()
    assert [cell[0] for cell in merge.given] == [codes["noor"]]
    assert merge.refused == []
