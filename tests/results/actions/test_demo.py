"""The demo: what somebody finds who tries Assay for the first time."""

import pytest
from django.db import transaction
from django.test import override_settings

from courses.kernel import clock
from courses.models import Arrangement, Course, PromptState, PromptVersion, User
from essays.models import Draft, DraftState, LateDecision, Submission
from essays.queries.records import writing_record_of
from marking.models import Evidence, Marking, MarkingState, Paper, Remark
from marking.queries.bank import uses_of
from results.actions.demo import LAST_YEAR, MOCK_EXAM, PACKS, THIS_YEAR, TITLE, NotADemo, make_demo
from results.actions.outcomes import prepare_outcomes
from results.models import Outcome, Reflection, Release, SelfMarking
from results.pure.demo import PASSWORD, SIGN_INS
from rubrics.models import BankComment

AGREED = {"student04": 94, "student05": 51, "student08": 16}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, made once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEMO=True):
            make_demo()
        yield Course.objects.get(slug=THIS_YEAR).assignments.get(title=TITLE)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(db):
    """What a test changes is undone after it, and the demo stays."""


def test_nobody_makes_a_demo_where_passwords_are_meant_to_be_secret(settings):
    settings.DEMO = False

    with pytest.raises(NotADemo):
        make_demo()


def test_a_second_run_keeps_everything_as_it_is(demo, settings):
    settings.DEMO = True
    before = (User.objects.count(), Draft.objects.count(), Outcome.objects.count())

    made = make_demo()

    assert not made.is_new
    assert (User.objects.count(), Draft.objects.count(), Outcome.objects.count()) == before


def test_every_pack_that_ships_stands_in_the_library(demo):
    titles = set(PromptVersion.objects.filter(state=PromptState.PUBLISHED).values_list("prompt__slug", flat=True))

    assert titles == {folder.name for folder in PACKS.iterdir() if folder.is_dir()}
    assert len(titles) >= 3


def test_everybody_signs_in_with_the_one_password(demo):
    students = {f"student{number:02d}" for number in range(1, 25)}

    people = {user.username: user for user in User.objects.all()}

    assert set(people) == students | {"admin", "teacher", "marker", "marker2"}
    assert len({user.password for user in people.values()}) == 1
    assert people["teacher"].check_password(PASSWORD)
    assert {who for who, _ in SIGN_INS} <= set(people)


def test_the_exemplars_get_what_their_pack_says(demo):
    teacher = User.objects.get(username="teacher")
    papers = {
        paper.code: paper.submission.draft.author.username
        for paper in Paper.objects.filter(assignment=demo).select_related("submission__draft__author")
    }

    prepared = prepare_outcomes(demo, by=teacher)

    outcomes = Outcome.objects.in_bulk(prepared.ready.values())
    assert {papers[code]: outcomes[pk].total for code, pk in prepared.ready.items()} == AGREED


def test_this_years_class_has_essays_in_every_state(demo):
    drafts = Draft.objects.filter(assignment=demo)

    markings = Marking.objects.filter(allotment__assignment=demo)

    assert drafts.filter(state=DraftState.OPEN).count() == 8
    assert drafts.filter(state=DraftState.SUBMITTED).count() == 12
    assert not drafts.filter(author__username="student02").exists()
    assert drafts.get(author__username="student01").words > 400
    assert Submission.objects.filter(draft__assignment=demo, withdrawn_at__isnull=False).count() == 1
    assert markings.filter(state=MarkingState.FINISHED).count() == 3
    assert markings.filter(state=MarkingState.OPEN).count() == 1
    assert Paper.objects.get(assignment=demo, flags__kind="second_opinion")
    assert demo.extensions.count() == 1
    assert sorted(demo.standings.values_list("state", flat=True)) == ["absent", "excused"]


def test_a_marker_sees_the_wording_of_an_arrangement_and_nothing_of_it_for_others(demo):
    arranged = demo.course.enrolments.get(person__username="student16", role="student").arrangement

    told = Paper.objects.filter(assignment=demo).exclude(wording="")

    assert arranged.extra_percent == 25
    assert told.get().submission.draft.author.username == "student12"
    assert told.get().wording == arranged.wording


def test_last_years_class_has_its_feedback(demo):
    past = Course.objects.get(slug=LAST_YEAR).assignments.get()

    outcomes = Outcome.objects.filter(submission__draft__assignment=past)

    release = Release.objects.get(assignment=past)
    assert release.live_at < clock.now()
    assert release.items.count() == outcomes.count() == 23
    assert all(release.findings[name]["count"] == 0 for name in ("unmarked", "unchosen", "names", "lost_quotes"))
    assert outcomes.get(submission__draft__author__username="student11").total == 98
    assert Reflection.objects.filter(submission__draft__assignment=past).count() == 6
    assert SelfMarking.objects.get().scores.count() == 11


def test_late_work_loses_its_points_in_a_line_of_its_own(demo):
    late = Outcome.objects.get(submission__draft__author__username="student22")

    adjustment = late.adjustments.get()

    assert (late.rounded, late.total, adjustment.points) == (58, 53, -5)


def test_two_papers_were_marked_twice_and_the_first_marking_counts(demo):
    past = Course.objects.get(slug=LAST_YEAR).assignments.get()

    twice = [paper for paper in Paper.objects.filter(assignment=past) if paper.allotments.count() == 2]

    assert len(twice) == 2
    for paper in twice:
        first, second = Marking.objects.filter(allotment__paper=paper).order_by("pk")
        assert first.marker != second.marker
        assert Outcome.objects.get(submission=paper.submission).marking_of_record == first


def test_every_passage_stands_in_its_essay_word_for_word(demo):
    passages = Evidence.objects.select_related("marking__allotment__paper__submission__reading")

    read = [
        (one.quote, one.marking.allotment.paper.submission.reading.reading_text[one.start : one.end])
        for one in passages
    ]

    assert len(read) > 400
    assert all(quote == there for quote, there in read)


def test_the_years_essays_are_long_enough_to_be_worth_reading(demo):
    words = sorted(Submission.objects.current().values_list("words", flat=True))

    assert words[0] > 350
    assert words[len(words) // 2] > 650
    assert words[-1] < 1_400


def test_last_years_writing_record_says_where_pasted_words_come_from(demo):
    draft = Draft.objects.get(assignment__course__slug=LAST_YEAR, author__username="student06")

    record = writing_record_of(draft)

    assert [(line.event.origin, line.event.words) for line in record.events] == [("sources", 24)]
    assert "quotation marks" in record.events[0].note.text
    assert len(record.sessions) == 2


def test_words_that_came_after_the_end_were_decided_about(demo):
    decision = LateDecision.objects.get()

    assert (decision.revision.draft.author.username, decision.taken) == ("student18", False)
    assert decision.revision.text.endswith("so trust came before the machine.\n")


def test_a_mock_exam_waits_with_a_clock_that_rest_breaks_stop_for_somebody(demo):
    exam = Course.objects.get(slug=THIS_YEAR).assignments.get(title=MOCK_EXAM)
    resting = Arrangement.objects.filter(enrolment__course=exam.course, breaks_stop_clock=True)

    assert exam.minutes == 90
    assert exam.shown_before_start == "rubric"
    assert exam.opens_at < clock.now() < exam.due_at
    assert [one.enrolment.person.username for one in resting] == ["student02"]
    assert not exam.drafts.exists()


def test_those_who_mark_have_comments_of_their_own_and_some_of_them_speak_in_unreleased_markings(demo):
    written = BankComment.objects.filter(owner__isnull=False)
    put_in = Remark.objects.filter(bank_comment__owner__isnull=False, marking__allotment__assignment=demo)

    assert set(written.values_list("owner__username", flat=True)) == {"marker", "marker2", "teacher"}
    assert set(written.values_list("scope", flat=True)) == {"own", "shared"}
    assert put_in.count() == sum(written.values_list("uses", flat=True)) >= 6
    assert not put_in.filter(marking__allotment__paper__released_at__isnull=False).exists()
    assert (
        uses_of(written.get(text__contains="did it bind or divide"), User.objects.get(username="marker")).outdated == 5
    )
