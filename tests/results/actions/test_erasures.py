"""Erasing a person: no word of theirs is left anywhere, nothing of anybody else changes, and every account holds."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions.seals import seal_journal
from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Entry, Erasure, User
from courses.queries.seals import broken_seals
from essays.actions.drafts import save_draft
from essays.models import Draft, Reading, Revision, Submission
from essays.queries.receipts import check_receipt
from results.actions import erasures
from results.actions.erasures import (
    ErasedAlready,
    ErasureListUnwritable,
    ErasureNeedsReason,
    HeldAlready,
    LastAdmin,
    NotHeld,
    UnderLegalHold,
    erase_again,
    erase_person,
    erase_words,
    lift_hold,
    place_hold,
    refusal_to_erase,
)
from results.actions.outcomes import override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.models import BroughtWorksheet, Outcome, Release
from results.pure.holdings import ERASED, HOLDINGS
from results.queries.changes import unreleased_changes
from results.queries.classes import class_page
from results.queries.erasures import TOLD_TO_OTHERS, erasure_plan, listed_erasures, rows_about
from results.queries.gradebook import rows_by_name
from results.queries.standing import Kept
from tests.results.privacy_world import AFTER, Private, lived_in_privately
from tests.rows import person

LATER = AFTER + timedelta(hours=1)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[Private]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in_privately()
        transaction.set_rollback(True)


@pytest.fixture
def school(built, db, tmp_path, settings) -> Iterator[Private]:
    settings.ERASURE_LIST = tmp_path / "erasures.txt"
    with clock.at(AFTER), transaction.atomic():
        yield built
        transaction.set_rollback(True)


def everything() -> dict[str, str]:
    """Read every row of every table as one text a table, packed texts unpacked."""
    found = {}
    for model in apps.get_models():
        rows = []
        for row in model._default_manager.order_by("pk").values():
            if "body" in row and model in (Revision, BroughtWorksheet):
                row["body"] = zlib.decompress(bytes(row["body"])).decode()
            rows.append(repr(row))
        found[model._meta.label] = "\n".join(rows)
    return found


def where(words: list[str], tables: dict[str, str]) -> set[tuple[str, str]]:
    return {(label, word) for label, text in tables.items() for word in words if word in text}


def test_the_school_has_words_of_each_student_in_every_table_that_holds_some(school):
    tables = {label for label, _ in where(["tok-ines"], everything())}

    assert tables >= {
        *("courses.EntryReason", "courses.Arrangement", "essays.Revision", "essays.Reading", "essays.PlanItem"),
        *(
            "essays.Highlight",
            "essays.Extension",
            "marking.Remark",
            "marking.Evidence",
            "marking.Flag",
            "marking.Paper",
        ),
        *("results.Outcome", "results.OutcomeLine", "results.OutcomePassage", "results.Adjustment"),
        *("results.Reflection", "results.SelfScore", "courses.Roster", "courses.Invitation", "courses.Session"),
        *("results.BroughtWorksheet", "results.Release"),
    }


def test_no_word_of_an_erased_person_is_left_in_any_table(school):
    erase_person(school.students["ines"], reason="Asked for on Monday.", by=school.admin)

    assert where(school.words_of("ines"), everything()) == set()


def test_nothing_of_anybody_else_changes(school):
    others = [*school.words_of("noor"), *school.words_of("lena"), "Marta", "Reyesmarker"]
    before = everything()
    before.pop("results.BroughtWorksheet")  # one file with everybody's names: it goes whole, as it would within a week

    erase_person(school.students["ines"], reason="Asked for.", by=school.admin)

    after = everything()
    counts = {
        word: (sum(t.count(word) for t in before.values()), sum(t.count(word) for t in after.values()))
        for word in others
    }
    assert {word: pair for word, pair in counts.items() if pair[0] != pair[1]} == {}
    assert all(pair[0] for pair in counts.values())


def test_the_journal_its_seals_and_its_entries_hold(school):
    with clock.at(LATER):
        seal_journal()
        before = list(Entry.objects.order_by("pk").values_list())

        erase_person(school.students["ines"], reason="Asked for.", by=school.admin)

        assert list(Entry.objects.order_by("pk").values_list())[: len(before)] == before
        assert broken_seals() == []
        call_command("journal", "verify")
        entry = Entry.objects.get(verb="erase_person")
        assert (entry.actor, entry.person_id, entry.reason.text) == (
            school.admin,
            school.students["ines"].pk,
            "Asked for.",
        )


def numbers(school: Private) -> Any:
    """What the class's pages count, and the marks by name without the names."""
    caches["memory"].clear()  # sums are kept until the assignment's journal has something new
    page = class_page(school.assignment, Kept(school.assignment))
    marks = [row[3:] for row in rows_by_name(school.assignment, AFTER)]
    return page, sorted(map(repr, marks))


def test_what_the_class_page_counts_stays_the_same(school):
    before = numbers(school)

    erase_person(school.students["ines"], reason="Asked for.", by=school.admin)

    Entry.objects.filter(verb="erase_person").get()
    assert numbers(school) == before
    assert sum("Decimal('60.00')" in row for row in before[1]) == 3


def test_what_lost_its_words_is_no_change_to_be_released(school):
    erase_person(school.students["ines"], reason="Asked for.", by=school.admin)

    prepare_outcomes(school.assignment, by=school.teacher)

    assert list(unreleased_changes(school.assignment, AFTER)) == []
    assert Outcome.objects.filter(submission__draft__author=school.students["ines"]).count() == 2


def test_every_page_that_showed_the_person_still_opens(school):
    student, teacher = school.students["ines"], school.teacher
    submission = Submission.objects.get(draft__author=student)
    erase_person(student, reason="Asked for.", by=school.admin)
    client = Client()
    client.force_login(teacher)
    pages = [
        reverse("results:classes-detail", args=[school.assignment.public_id]),
        reverse("results:answers-detail", args=[school.assignment.public_id, student.public_id]),
        reverse("results:records-detail", args=[school.assignment.public_id, student.public_id]),
        reverse("results:release-rehearse", args=[school.assignment.public_id]),
        reverse("results:release-preview", args=[school.assignment.public_id, submission.paper.code]),
        reverse("results:journal-assignment", args=[school.assignment.public_id]),
        reverse("results:journal-submission", args=[submission.public_id]),
        reverse("results:journal-person", args=[student.public_id]),
        reverse("results:looks-assignment", args=[school.assignment.public_id]),
        reverse("results:gradebook-marks", args=[school.assignment.public_id]),
        reverse("essays:arrangements-detail", args=[school.assignment.public_id, student.public_id]),
        reverse("essays:assignments-progress", args=[school.assignment.public_id]),
        reverse("marking:papers-list", args=[school.assignment.public_id]),
        reverse("marking:markings-desk", args=[school.assignment.public_id, submission.paper.code]),
        reverse("courses:people-list", args=[school.course.slug]),
    ]

    answers = {page: client.get(page) for page in pages}

    assert {page: answer.status_code for page, answer in answers.items() if answer.status_code not in (200, 302)} == {}
    bodies = [b"".join(one) if one.streaming else one.content for one in answers.values()]
    assert not [word for word in school.words_of("ines") for body in bodies if word in body.decode()]


def test_an_erased_person_cannot_sign_in_and_a_receipt_still_proves_the_text(school):
    student = school.students["ines"]
    submission = Submission.objects.select_related("reading").get(draft__author=student)
    text = submission.reading.text
    client = Client()
    client.force_login(student)

    erase_person(student, reason="Asked for.", by=school.admin)

    student.refresh_from_db()
    assert not student.is_active
    assert not student.has_usable_password()
    assert client.get(reverse("courses:people-me")).status_code == 302
    assert check_receipt(submission.receipt_number, text).same is True
    assert check_receipt(submission.receipt_number, text + "x").same is False


def test_a_record_loses_no_word_by_any_other_way(school):
    erase_person(school.students["ines"], reason="Asked for.", by=school.admin)

    for change in (
        lambda: Outcome.objects.filter(submission__draft__author=school.students["noor"]).update(overall=""),
        lambda: Revision.objects.filter(draft__author=school.students["noor"]).update(body=b""),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_account_that_was_merged_into_theirs_goes_with_them(school):
    ines = school.students["ines"]
    User.objects.create(username="ines.before", last_name="Tokenmaiden", merged_into=ines, is_active=False)

    erase_person(ines, reason="Asked for.", by=school.admin)

    assert where(["ines.before", "Tokenmaiden"], everything()) == set()


def test_a_merged_account_is_on_the_list_too_since_an_older_backup_knows_of_no_merge(
    school, django_capture_on_commit_callbacks
):
    ines = school.students["ines"]
    before = User.objects.create(username="ines.before", merged_into=ines, is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(ines, reason="Asked for.", by=school.admin)
    User.objects.filter(pk=before.pk).update(username="ines.before", last_name="Tokenmaiden", merged_into=None)

    assert erase_again() == [before.public_id]
    assert where(["ines.before", "Tokenmaiden"], everything()) == set()


def test_a_hold_on_one_of_a_persons_accounts_holds_both(school):
    ines = school.students["ines"]
    before = User.objects.create(username="ines.before", merged_into=ines, is_active=False)
    place_hold(before, reason="A complaint.", by=school.admin)

    for one in (ines, before):
        with pytest.raises(UnderLegalHold):
            erase_person(one, reason="Asked for.", by=school.admin)
    lift_hold(ines, reason="It is over.", by=school.admin)
    assert erase_person(ines, reason="Asked for.", by=school.admin).total


def released_again(school: Private, reason: str) -> Release:
    """Release every paper again, changed, with one reason for all."""
    for student in school.students.values():
        outcome = Outcome.objects.filter(submission__draft__author=student).latest("version")
        override_total(outcome, total=Decimal(61), reason="Read anew.", by=school.teacher)
    return publish_release(prepare_release(school.assignment, reason=reason, by=school.teacher), by=school.teacher)


def test_why_many_papers_were_released_again_stays_until_each_of_them_was_erased(school):
    words = "Criterion E1 was read anew."
    release = released_again(school, words)
    own = "Why a result of theirs alone was released again"
    for who in ("ines", "noor", "lena"):
        release.refresh_from_db()
        plan = erasure_plan(school.students[who], "")
        stays = {share.what: share.rows for share in plan.stays}

        assert release.reason == words
        assert {share.what: share.rows for share in plan.goes}[own] == (2 if who == "lena" else 1)
        assert stays.get(TOLD_TO_OTHERS) == (None if who == "lena" else 1)
        erase_person(school.students[who], reason="Asked for.", by=school.admin)

    release.refresh_from_db()
    assert release.reason == ERASED


def test_why_a_release_was_made_is_changed_by_nothing_but_an_erasure(school):
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(reason__contains="ines").update(reason="")


def test_a_save_under_way_finds_the_draft_closed_before_its_words_go(school, monkeypatch):
    seen = []
    monkeypatch.setattr(
        erasures,
        "erase_words",
        lambda drafts: seen.extend(drafts.values_list("state", flat=True)) or erase_words(drafts),
    )
    Draft.objects.filter(author=school.students["ines"]).update(state="open")

    erase_person(school.students["ines"], reason="Asked for.", by=school.admin)

    assert seen == ["closed"]


def test_a_save_that_was_under_way_brings_no_word_back(school):
    ines = school.students["ines"]
    draft = Draft.objects.get(author=ines)
    erase_person(User.objects.get(pk=ines.pk), reason="Asked for.", by=school.admin)

    text = "tok-ines-under-way"
    with pytest.raises(Draft.DoesNotExist):
        save_draft(draft.public_id, base=draft.head, text=text, sha256=sha256_of(text), key=uuid4(), by=ines)

    assert where(["tok-ines"], everything()) == set()


# ---------------------------------------------------------------- refusals
def test_a_reason_is_needed_and_nobody_is_erased_twice_or_by_a_teacher(school):
    student = school.students["ines"]
    with pytest.raises(ErasureNeedsReason):
        erase_person(student, reason="  ", by=school.admin)
    with pytest.raises(PermissionDenied):
        erase_person(student, reason="Asked for.", by=school.teacher)
    with pytest.raises(PermissionDenied):
        erase_person(school.admin, reason="Asked for.", by=school.admin)
    with pytest.raises(LastAdmin):
        erase_person(school.admin, reason="Asked for.", by=None)
    assert where(["tok-ines"], everything())

    erase_person(student, reason="Asked for.", by=school.admin)

    with pytest.raises(ErasedAlready):
        erase_person(student, reason="Asked for.", by=school.admin)


def test_nobody_is_erased_where_the_list_cannot_be_written(school, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.ERASURE_LIST = tmp_path / "file" / "erasures.txt"
    before = everything()

    with pytest.raises(ErasureListUnwritable):
        erase_person(school.students["ines"], reason="Asked for.", by=school.admin)

    assert everything() == before


def test_a_legal_hold_forbids_it_until_it_is_lifted(school):
    student, admin = school.students["ines"], school.admin
    place_hold(student, reason="A court asked.", by=admin)
    with pytest.raises(HeldAlready):
        place_hold(student, reason="A court asked.", by=admin)
    before = everything()
    with pytest.raises(UnderLegalHold):
        erase_person(student, reason="Asked for.", by=admin)
    assert everything() == before

    lift_hold(student, reason="It is over.", by=admin)

    with pytest.raises(NotHeld):
        lift_hold(student, reason="It is over.", by=admin)
    assert refusal_to_erase(student) is None
    erase_person(student, reason="Asked for.", by=admin)
    assert set(Entry.objects.filter(verb__contains="hold").values_list("verb", flat=True)) == {
        "place_hold",
        "lift_hold",
    }


def test_a_dry_run_says_what_would_go_and_changes_nothing(school, capsys):
    before = everything()

    plan = erasure_plan(school.students["ines"], "")
    call_command("person", "erase", "user.ines", "--reason", "Asked for.", "--dry-run")

    assert everything() == before
    goes = {share.what: share.rows for share in plan.goes}
    assert goes["Every kept state of the text"] == 4
    assert goes["The essay as it is read"] == 1
    assert "Every kept state of the text: 4 rows" in capsys.readouterr().out


def test_every_table_of_the_list_finds_the_rows_about_a_person(school):
    found = {
        holding.model: rows_about(holding, school.students["ines"]).count() for holding in HOLDINGS if holding.person
    }

    none = {model for model, count in found.items() if not count}
    assert none <= {
        *("courses.LegalHold", "account.EmailAddress", "account.EmailConfirmation", "admin.LogEntry", "courses.Job"),
        *(
            "essays.RecordNote",
            "essays.Standing",
            "courses.RosterAddition",
            "essays.LateDecision",
            "marking.KeptBatch",
            "results.ChosenMarking",
            "results.MarkShown",
        ),
        *("rubrics.BankComment",),
    } | {model for model in none if model.partition(".")[0] not in ("courses", "essays", "marking", "results")}


# ---------------------------------------------------------------- a backup that comes back
def test_a_restored_backup_is_erased_again_by_the_list(school, tmp_path, django_capture_on_commit_callbacks):
    student = school.students["ines"]
    kept = User.objects.filter(pk=student.pk).values().get()
    words = Reading.objects.filter(submission__draft__author=student).values().get()
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(student, reason="Asked for.", by=school.admin)
    listed = tmp_path / "erasures.txt"
    assert listed.read_text().split()[0] == str(student.public_id)
    assert "ines" not in listed.read_text()
    # the backup of yesterday: names and words are back, the database's own list is not
    User.objects.filter(pk=student.pk).update(**{k: v for k, v in kept.items() if k != "id"})
    Reading.objects.filter(submission__draft__author=student).delete()
    Reading.objects.create(**{k: v for k, v in words.items() if k != "id"})
    with transaction.atomic():
        Erasure.objects.create(begun_at=AFTER)
        Revision.objects.filter(draft__author=student).update(body=Revision.packed("tok-ines-back"))
        Erasure.objects.filter(ended_at=None).update(ended_at=AFTER)

    done = erase_again()

    assert done == [student.public_id]
    assert where(school.words_of("ines"), everything()) == set()
    assert erase_again() == []


def test_the_command_erases_and_says_how_much(school, capsys):
    call_command("person", "erase", "user.ines", "--reason", "Asked for by letter.")
    call_command("person", "erase", "--again")

    out = capsys.readouterr().out
    assert "is erased" in out
    assert "Nobody on the list of erasures has come back." in out
    assert where(school.words_of("ines"), everything()) == set()
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("person", "erase", "user.nobody", "--reason", "x")
    with pytest.raises(CommandError, match="Say why"):
        call_command("person", "erase", "user.noor")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "it is no text"),
        (Path.absolute, "No such file or directory"),
    ],
)
def test_a_list_that_cannot_be_read_is_said_with_what_to_do(school, tmp_path, make, why):
    file = tmp_path / "brought.txt"
    make(file)

    with pytest.raises(CommandError) as refused:
        call_command("person", "erase", "--again", "--list", str(file))

    assert str(refused.value).startswith(f"The list of erasures {file} cannot be read: {why}. Whom it names is not")


def test_of_two_admins_who_erase_each_other_one_stays(school):
    second = person("otto.kern", "Otto Kern", is_staff=True)
    late = User.objects.get(pk=second.pk)  # as the second's request had read it, before the first one's was done

    with CaptureQueriesContext(connection) as asked:
        erase_person(second, reason="Left the school.", by=school.admin)

    if connection.vendor == "postgresql":  # the second waits for the first one's rows; SQLite has one writer anyway
        first = next(one["sql"] for one in asked if "courses_user" in one["sql"] and "FOR UPDATE" in one["sql"])
        assert '"is_staff"' in first
    with pytest.raises(PermissionDenied):
        erase_person(school.admin, reason="Left the school.", by=late)
    assert User.objects.get(pk=school.admin.pk).is_active
    with pytest.raises(LastAdmin):
        erase_person(school.admin, reason="Left the school.", by=None)


def test_lines_of_the_list_that_are_no_ids_are_passed_over(school, tmp_path):
    file = Path(tmp_path) / "other.txt"
    file.write_text("# a note\n\nnot-an-id 2026\n6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111 2026-11-24\n")

    assert [str(one) for one in listed_erasures(file)] == ["6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111"]
    assert Draft.objects.count() == 3
