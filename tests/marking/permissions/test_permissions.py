"""Who sees and who may do what in marking: one table."""

import pytest

from marking.actions.identity import raise_flag
from marking.actions.papers import allot_second, claim_paper
from marking.models import Allotment
from marking.permissions import (
    may_choose_marking,
    may_mark,
    may_open_identity,
    may_raise_flag,
    may_reword_uses,
    may_write_marking,
    visible_allotments,
    visible_markings,
    visible_papers,
    visible_papers_and_worries,
    visible_uses,
)
from rubrics.actions.bank import add_bank_comment
from tests.marking.sending import remark, send

CAST = ["teacher", "marker", "second_marker", "student", "classmate", "stranger", "other_teacher", "admin"]
TABLE = {
    "visible_papers": {"teacher": 3, "marker": 3, "second_marker": 3},
    "visible_papers_and_worries": {"teacher": 3, "marker": 3, "second_marker": 3},
    "visible_allotments": {"teacher": 3, "marker": 3, "second_marker": 3},
    "visible_markings": {"teacher": 1, "marker": 1},
    "may_mark": {"teacher", "marker", "second_marker"},
    "may_raise_flag": {"teacher", "marker", "second_marker"},
    "may_write_marking": {"marker"},
    "may_open_identity": {"teacher"},
    "may_choose_marking": {"teacher"},
}
USES = {"teacher": {"shared"}, "marker": {"own", "shared"}, "second_marker": {"hers"}}
"""What was said with which comment is somebody's to reword; each was put into one marking by its own marker."""


@pytest.fixture
def shared_class(one_class):
    return one_class


@pytest.mark.parametrize("who", CAST)
def test_the_table_of_marking(who, request, marking, strong, assignment):
    person = request.getfixturevalue(who)

    counts = {
        "visible_papers": visible_papers(person).count(),
        "visible_papers_and_worries": visible_papers_and_worries(person).count(),
        "visible_allotments": visible_allotments(person).count(),
        "visible_markings": visible_markings(person).count(),
    }
    answers = {
        "may_mark": may_mark(person, assignment),
        "may_raise_flag": may_raise_flag(person, strong),
        "may_write_marking": may_write_marking(person, marking),
        "may_open_identity": may_open_identity(person, strong),
        "may_choose_marking": may_choose_marking(person, assignment),
    }

    assert counts == {name: TABLE[name].get(who, 0) for name in counts}
    assert answers == {name: who in TABLE[name] for name in answers}


@pytest.mark.parametrize("who", CAST)
def test_who_rewords_what_was_said_with_a_comment(who, request, marking, weak, course, marker, second_marker):
    rubric, person = marking.rubric_version.rubric, request.getfixturevalue(who)
    comments = {
        "own": add_bank_comment(rubric, text="Own.", by=marker),
        "shared": add_bank_comment(rubric, text="Shared.", course=course, by=marker),
        "hers": add_bank_comment(rubric, text="Hers.", by=second_marker),
    }
    said = [remark("E1", "Own.", bank_comment=comments["own"].code, bank_text="Own.")]
    said += [remark("E2", "Shared.", bank_comment=comments["shared"].code, bank_text="Shared.")]
    send(marking, *said, by=marker)
    hers = remark("E1", "Hers.", bank_comment=comments["hers"].code, bank_text="Hers.")
    send(claim_paper(weak, by=second_marker), hers, by=second_marker)

    assert {name for name, one in comments.items() if may_reword_uses(person, one)} == USES.get(who, set())
    assert {name for name, one in comments.items() if visible_uses(person, one).exists()} == USES.get(who, set())


def test_a_place_allotted_to_somebody_is_nobody_elses(strong, marker, second_marker, teacher):
    allot_second(strong, marker=second_marker, by=teacher)

    seen = {
        person: sorted(visible_allotments(person).filter(paper=strong).values_list("slot", flat=True))
        for person in (marker, second_marker)
    }

    assert seen == {marker: [1], second_marker: [1, 2]}


def test_a_paper_whose_places_are_all_somebody_elses_is_not_seen(strong, marker, second_marker):
    Allotment.objects.filter(paper=strong).update(marker=second_marker)

    assert not visible_papers(marker).filter(pk=strong.pk).exists()
    assert visible_papers(second_marker).filter(pk=strong.pk).exists()


@pytest.mark.parametrize("who", ["second_marker", "admin"])
def test_a_paper_with_a_worry_is_found_by_the_person_named_for_it_while_the_worry_is_up(who, request, strong, marker):
    named = request.getfixturevalue(who)
    Allotment.objects.filter(paper__assignment=strong.assignment).update(marker=marker)
    strong.assignment.worry_contact = named
    strong.assignment.save(update_fields=["worry_contact"])
    before = list(visible_papers_and_worries(named))

    flag = raise_flag(strong, kind="worry", by=marker)
    raise_flag(strong, kind="copying", by=marker)
    while_up = list(visible_papers_and_worries(named))
    flag.cleared_at = flag.raised_at
    flag.save(update_fields=["cleared_at"])

    assert (before, while_up, list(visible_papers_and_worries(named))) == ([], [strong], [])


def test_the_named_person_may_open_an_identity_only_while_a_worry_is_up(strong, marker, second_marker, assignment):
    assignment.worry_contact = second_marker
    assignment.save(update_fields=["worry_contact"])
    strong.refresh_from_db()
    before = may_open_identity(second_marker, strong)

    flag = raise_flag(strong, kind="worry", by=marker)
    while_up = may_open_identity(second_marker, strong)
    flag.cleared_at = flag.raised_at
    flag.save(update_fields=["cleared_at"])

    assert (before, while_up, may_open_identity(second_marker, strong)) == (False, True, False)


def test_being_taken_off_a_course_takes_its_papers_away(strong, marker):
    claim_paper(strong, by=marker)

    marker.enrolments.all().delete()

    assert not visible_papers(marker).exists()
    assert not visible_allotments(marker).exists()
