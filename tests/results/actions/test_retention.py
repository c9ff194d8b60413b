"""What was kept long enough goes, by its kind's period; everything else stays, and every account holds."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import is_aware

from courses.actions.seals import seal_journal
from courses.kernel import clock
from courses.models import Entry, Erasure, Job, LegalHold, Look, Session
from courses.queries.seals import broken_seals
from essays.models import Assignment, Extension, Highlight, PlanItem, Reading, Revision, WritingEvent
from results.actions.retention import apply_retention
from results.models import Outcome, OutcomeLine
from results.queries.retention import everything_due
from tests.results.actions.test_erasures import everything, numbers, where
from tests.results.privacy_world import AFTER, Private, lived_in_privately

YEAR = timedelta(days=370)
FOR_GOOD = {f"KEEP_{kind}_DAYS": 0 for kind in ("DRAFTS", "ESSAYS", "PEOPLE", "LOOKS", "TASKS", "SESSIONS")}


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[Private]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in_privately()
        transaction.set_rollback(True)


@pytest.fixture
def school(built, db, settings, tmp_path) -> Iterator[Private]:
    settings.ERASURE_LIST = tmp_path / "erasures.txt"
    for name, days in FOR_GOOD.items():
        setattr(settings, name, days)
    with transaction.atomic(), clock.at(AFTER + YEAR):
        yield built
        transaction.set_rollback(True)


def due() -> dict[str, int]:
    return {one.period.key: one.count for one in everything_due() if one.count}


def test_kept_for_good_nothing_goes(school):
    before = everything()

    assert due() == {}
    assert apply_retention().total == 0
    assert everything() == before


def test_drafts_lose_their_earlier_states_and_what_lay_beside_them(school, settings):
    settings.KEEP_DRAFTS_DAYS = 365
    assert due() == {"drafts": 3}

    taken = apply_retention()

    assert taken.counts["drafts"] == 3
    assert Revision.objects.count() == 3
    assert all("essay3" in revision.text for revision in Revision.objects.all())
    assert not PlanItem.objects.exists()
    assert not Highlight.objects.exists()
    assert not WritingEvent.objects.exists()
    assert Reading.objects.filter(text__contains="essay3").count() == 3
    assert (due(), apply_retention().total) == ({}, 0)


@pytest.mark.parametrize("days", [1, 200, 364])
def test_nothing_goes_before_its_time_is_over(school, settings, days):
    settings.KEEP_DRAFTS_DAYS = 365
    with clock.at(AFTER + timedelta(days=days)):
        assert due() == {}
        assert apply_retention().total == 0


def test_a_later_closing_for_one_student_keeps_the_whole_assignment(school, settings):
    settings.KEEP_DRAFTS_DAYS = 365
    Extension.objects.filter(student=school.students["noor"]).update(closes_at=AFTER + timedelta(days=30))

    assert due() == {}


def test_essays_lose_every_word_and_keep_every_number(school, settings):
    settings.KEEP_ESSAYS_DAYS = 365
    with clock.at(AFTER + YEAR):
        seal_journal()
        before = numbers(school)
        assert due() == {"essays": 3}

        apply_retention()

        left = where([f"tok-{who}" for who in school.students], everything())
        of_the_account = {"courses.Arrangement", "courses.Roster", "courses.Invitation", "courses.Session"}
        assert {label for label, _ in left} == {*of_the_account, "results.BroughtWorksheet"}  # goes within a week
        assert numbers(school) == before
        assert broken_seals() == []
    assert Outcome.objects.count() == 6
    assert not OutcomeLine.objects.exclude(remark="").exists()
    assert (due(), apply_retention().total) == ({}, 0)


def test_people_are_erased_when_their_last_assignment_is_long_over(school, settings):
    settings.KEEP_PEOPLE_DAYS = 365
    assert due() == {"people": 3}

    apply_retention()

    assert where([word for who in school.students for word in school.words_of(who)], everything()) == set()
    assert "Okaforteacher" in everything()["courses.User"]
    assert due() == {}


def test_a_legal_hold_stops_time(school, settings):
    settings.KEEP_PEOPLE_DAYS = settings.KEEP_DRAFTS_DAYS = settings.KEEP_ESSAYS_DAYS = 365
    LegalHold.objects.create(person=school.students["ines"], placed_at=AFTER)

    apply_retention()

    tables = everything()
    assert {label for label, _ in where(["tok-ines"], tables)} >= {
        "essays.Revision",
        "essays.Reading",
        "marking.Remark",
    }
    assert where(school.words_of("noor"), tables) == set()


def test_people_of_a_running_course_stay(school, settings):
    settings.KEEP_PEOPLE_DAYS = 365
    again = Assignment.objects.get(pk=school.assignment.pk)
    again.pk, again.public_id = None, "6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111"
    again.closes_at = AFTER + YEAR
    again.save()

    assert due() == {}


def test_looks_jobs_and_sessions_go(school, settings):
    settings.KEEP_LOOKS_DAYS = settings.KEEP_TASKS_DAYS = 30
    settings.KEEP_SESSIONS_DAYS = 1
    looks = Look.objects.count()
    Job.objects.create(
        owner=school.admin, kind="x", title="Old", state="done", queued_at=AFTER, heard_at=AFTER, ended_at=AFTER
    )
    Session.objects.create(session_key="old", session_data="x", expire_date=AFTER, seen_at=AFTER)
    assert due() == {"looks": looks, "tasks": 1, "sessions": 4}
    assert looks == 3

    apply_retention()

    assert [model.objects.count() for model in (Look, Job, Session)] == [0, 0, 0]


def test_each_batch_is_in_the_journal_and_no_erasure_is_left_open(school, settings):
    settings.KEEP_DRAFTS_DAYS = settings.KEEP_LOOKS_DAYS = 30

    apply_retention()

    told = Entry.objects.filter(verb="apply_retention").order_by("pk").values_list("after", "assignment_id", "actor")
    assert list(told) == [("drafts:3", school.assignment.pk, None), ("looks:3", None, None)]
    assert not Erasure.objects.filter(ended_at=None).exists()
    assert all(is_aware(row.ended_at) for row in Erasure.objects.all())


def test_the_command_says_what_would_go_and_what_went(school, settings, capsys):
    settings.KEEP_DRAFTS_DAYS = 365
    before = everything()

    call_command("retention", "--dry-run")
    assert everything() == before
    call_command("retention")
    call_command("retention", "--quiet")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Drafts, plans, highlights and writing records: kept for 365 days after")
    assert lines[0].endswith("; 3 drafts would go now.")
    assert lines[-1] == "Taken away: drafts 3."
