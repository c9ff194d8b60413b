"""What was kept long enough goes, by its kind's period; everything else stays, and every account holds."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import is_aware

from courses.actions.seals import seal_journal
from courses.kernel import clock
from courses.models import Course, Enrolment, Entry, Erasure, Job, LegalHold, Look, Role, Session, User
from courses.queries.seals import broken_seals
from essays.models import (
    Assignment,
    Draft,
    Extension,
    Highlight,
    PlanItem,
    Reading,
    Revision,
    Submission,
    WritingEvent,
)
from marking.models import Marking
from results.actions.outcomes import override_total
from results.actions.retention import _earlier_words_go, _take, apply_retention
from results.models import Outcome, OutcomeLine, Release
from results.pure.holdings import PERIODS
from results.queries.retention import WHY_IT_WAITS, assignments_waiting, days_kept, drafts_due, everything_due
from tests.results.actions.test_erasures import everything, numbers, where
from tests.results.privacy_world import AFTER, Private, lived_in_privately

YEAR = timedelta(days=370)
KINDS = ("DRAFTS", "ESSAYS", "PEOPLE", "LOOKS", "TASKS", "SESSIONS", "WAITING")
FOR_GOOD = {f"KEEP_{kind}_DAYS": 0 for kind in KINDS}


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


def test_a_hold_on_an_account_that_was_merged_stops_time_as_well(school, settings):
    settings.KEEP_PEOPLE_DAYS = settings.KEEP_DRAFTS_DAYS = settings.KEEP_ESSAYS_DAYS = 365
    before = User.objects.create(username="ines.before", merged_into=school.students["ines"], is_active=False)
    LegalHold.objects.create(person=before, placed_at=AFTER)

    assert due() == {"drafts": 2, "essays": 2, "people": 2}


EVERY = ("KEEP_DRAFTS_DAYS", "KEEP_ESSAYS_DAYS", "KEEP_PEOPLE_DAYS")


def ines_of(school) -> Submission:
    return Submission.objects.current().get(draft__author=school.students["ines"])


def taken_back(school):
    """Her result was released, and that release taken back."""
    Release.objects.filter(items__outcome__submission=ines_of(school)).update(withdrawn_at=AFTER)


def released_lately(school):
    Release.objects.filter(items__outcome__submission=ines_of(school)).update(live_at=AFTER + YEAR)


def changed_and_not_released(school):
    outcome = Outcome.objects.filter(submission=ines_of(school)).latest("version")
    override_total(outcome, total=Decimal(61), reason="An appeal.", by=school.teacher)


def under_review(school):
    """Somebody began to mark her essay once more, lately."""
    marking = Marking.objects.filter(allotment__paper__submission=ines_of(school)).latest("pk")
    again = marking.allotment
    again.pk, again.round, again.marker = None, 9, school.teacher
    again.save()
    Marking.objects.create(
        allotment=again,
        marker=school.teacher,
        purpose="review",
        rubric_version=marking.rubric_version,
        started_at=AFTER + YEAR - timedelta(days=1),
    )


@pytest.mark.parametrize("happened", [taken_back, released_lately, changed_and_not_released, under_review])
def test_what_somebody_works_on_or_waits_for_stays(school, settings, happened):
    for name in EVERY:
        setattr(settings, name, 365)
    assert due() == {"drafts": 3, "essays": 3, "people": 3}

    happened(school)

    assert due() == {"drafts": 2, "essays": 2, "people": 2}
    apply_retention()
    assert {label for label, _ in where(["tok-ines"], everything())} >= {
        "essays.Revision",
        "essays.Reading",
        "essays.PlanItem",
        "marking.Remark",
    }


def never_released(school):
    """Her result was prepared, and nobody showed it."""
    Release.objects.filter(items__outcome__submission=ines_of(school)).update(live_at=None)


@pytest.mark.parametrize("happened", [taken_back, never_released])
def test_what_nobody_released_goes_once_nobody_has_touched_it_for_long_enough(school, settings, happened):
    settings.KEEP_ESSAYS_DAYS, settings.KEEP_WAITING_DAYS = 365, 730
    happened(school)
    with clock.at(AFTER + timedelta(days=729)):
        assert due() == {"essays": 2}
    with clock.at(AFTER + timedelta(days=740)):
        assert due() == {"essays": 3}
        apply_retention()
        assert not {label for label, _ in where(["tok-ines-essay3", "tok-ines-remark"], everything())}


@pytest.mark.parametrize("happened", [under_review, changed_and_not_released])
def test_what_waits_waits_on_where_somebody_has_worked_on_it_since(school, settings, happened):
    settings.KEEP_ESSAYS_DAYS = settings.KEEP_WAITING_DAYS = 365
    never_released(school)
    assert due() == {"essays": 3}

    happened(school)

    assert due() == {"essays": 2}


def test_waiting_never_makes_a_period_shorter(school, settings):
    settings.KEEP_ESSAYS_DAYS, settings.KEEP_WAITING_DAYS = 730, 1
    never_released(school)

    with clock.at(AFTER + timedelta(days=729)):
        assert due() == {}
    with clock.at(AFTER + timedelta(days=740)):
        assert due() == {"essays": 3}


def test_late_words_that_nobody_decided_about_go_with_what_waits(school, settings):
    settings.KEEP_DRAFTS_DAYS = settings.KEEP_WAITING_DAYS = 365
    mine = ines_of(school)
    Submission.objects.filter(pk=mine.pk).update(withdrawn_at=AFTER)
    late = Revision.objects.filter(draft=mine.draft).latest("n")
    late.pk, late.n, late.key, late.kind = None, 99, uuid4(), "quarantine"
    late.save()

    assert due() == {"drafts": 3}
    assert assignments_waiting() == []


def test_what_waits_is_counted_and_named_with_its_reasons(school, settings, capsys):
    settings.KEEP_ESSAYS_DAYS, settings.KEEP_WAITING_DAYS = 365, 1095
    assert assignments_waiting() == []
    taken_back(school)
    noor = Submission.objects.current().get(draft__author=school.students["noor"])
    Release.objects.filter(items__outcome__submission=noor).update(live_at=None)
    LegalHold.objects.create(person=school.students["lena"], placed_at=AFTER)

    [one] = assignments_waiting()
    call_command("retention", "--dry-run")

    assert (one.assignment, one.essays) == (school.assignment, 3)
    assert one.reasons == ((2, WHY_IT_WAITS["unreleased"]), (1, WHY_IT_WAITS["held"]))
    *_, told, rule = capsys.readouterr().out.splitlines()
    assert told.startswith(f"{one.assignment.title}, History 12, closed 20")
    assert told.endswith(": 3 essays wait: 2 without a released result, or released too lately, 1 under a legal hold.")
    assert (
        rule == "What waits goes like the rest once nobody has worked on it for 1,095 days (ASSAY_KEEP_WAITING_DAYS)."
    )


def test_essays_take_their_drafts_along_though_drafts_are_kept_for_good(school, settings):
    settings.KEEP_ESSAYS_DAYS = 365
    drafts = PERIODS[0]
    assert days_kept(drafts) == "for good, or until their essay goes"

    apply_retention()

    assert not PlanItem.objects.exists()
    assert {revision.text for revision in Revision.objects.all()} == {""}
    settings.KEEP_DRAFTS_DAYS = 200
    assert days_kept(drafts) == "for 200 days after the assignment closed"


def test_late_words_about_which_nobody_decided_stay(school, settings):
    settings.KEEP_DRAFTS_DAYS = settings.KEEP_PEOPLE_DAYS = 365
    mine = ines_of(school)
    Submission.objects.filter(pk=mine.pk).update(withdrawn_at=AFTER)
    late = Revision.objects.filter(draft=mine.draft).latest("n")
    late.pk, late.n, late.key, late.kind = None, 99, uuid4(), "quarantine"
    late.save()

    assert due() == {"drafts": 2, "people": 2}


def test_somebody_who_came_into_another_course_since_stays(school, settings):
    settings.KEEP_PEOPLE_DAYS = 365
    new = Course.objects.create(slug="history-13", title="History 13")
    Enrolment.objects.create(
        course=new, person=school.students["ines"], role=Role.STUDENT, enrolled_at=AFTER + YEAR - timedelta(days=2)
    )

    assert due() == {"people": 2}


def test_people_of_a_course_that_is_not_over_stay(school, settings):
    settings.KEEP_PEOPLE_DAYS = 365
    Course.objects.filter(pk=school.course.pk).update(closes_on=(AFTER + YEAR + YEAR).date())

    assert due() == {}


def test_somebody_with_more_time_or_an_open_draft_stays(school, settings):
    settings.KEEP_PEOPLE_DAYS = 365
    Extension.objects.filter(student=school.students["noor"]).update(closes_at=AFTER + YEAR)
    Draft.objects.filter(author=school.students["lena"]).update(state="open")

    assert due() == {"people": 1}


def test_a_hold_that_is_set_while_a_batch_waits_is_heeded(school, settings):
    settings.KEEP_DRAFTS_DAYS = 365
    batch = list(drafts_due("drafts").values_list("pk", flat=True))
    LegalHold.objects.create(person=school.students["ines"], placed_at=AFTER)

    assert _take("drafts", school.assignment.pk, batch, _earlier_words_go) == 2
    assert PlanItem.objects.get().draft.author == school.students["ines"]


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


def test_what_is_kept_of_somebody_under_a_legal_hold_stays_whatever_its_kind(school, settings):
    settings.KEEP_LOOKS_DAYS = settings.KEEP_TASKS_DAYS = 30
    settings.KEEP_SESSIONS_DAYS = 1
    ines = school.students["ines"]
    Job.objects.create(owner=ines, kind="x", title="Old", state="done", queued_at=AFTER, heard_at=AFTER, ended_at=AFTER)
    LegalHold.objects.create(person=ines, placed_at=AFTER)

    apply_retention()

    assert [model.objects.count() for model in (Look, Job, Session)] == [1, 1, 1]


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
