"""Who reads results, answers them, marks their own essay and reads what others answered: one table."""

import pytest

from essays.models import Submission
from results.actions.release import prepare_release, publish_release
from results.permissions.answers import visible_answered_essays
from results.permissions.feedback import may_reflect, visible_outcomes
from results.permissions.self_markings import may_mark_own_essay, visible_own_essays

CAST = ["student", "classmate", "teacher", "marker", "stranger", "other_teacher", "admin"]
TABLE = {
    "visible_outcomes": {"student": 1},
    "visible_own_essays": {"student": 1, "classmate": 1},
    "visible_answered_essays": {"teacher": 1},
    "may_reflect": {"student"},
    "may_mark_own_essay": {"student"},
}


@pytest.fixture
def released(assignment, papers, marked, teacher):
    """Give Ines's hand-in, whose result is released while the others wait."""
    assignment.self_marking = True
    assignment.save()
    publish_release(prepare_release(assignment, papers=papers[:1], by=teacher), by=teacher)
    return Submission.objects.select_related("draft__assignment").get(paper=papers[0])


@pytest.mark.parametrize("who", CAST)
def test_the_table_of_results(who, request, released):
    person = request.getfixturevalue(who)

    counts = {
        "visible_outcomes": visible_outcomes(person).count(),
        "visible_own_essays": visible_own_essays(person).count(),
        "visible_answered_essays": visible_answered_essays(person).count(),
    }
    allowed = {
        "may_reflect": may_reflect(person, released),
        "may_mark_own_essay": may_mark_own_essay(person, released),
    }

    assert counts == {name: TABLE[name].get(who, 0) for name in counts}
    assert allowed == {name: who in TABLE[name] for name in allowed}


def test_where_it_is_not_offered_nobody_marks_their_own_essay(released, assignment, student):
    assignment.self_marking = False
    assignment.save()
    submission = Submission.objects.select_related("draft__assignment").get(pk=released.pk)

    assert not may_mark_own_essay(student, submission)
    assert not visible_own_essays(student).exists()
