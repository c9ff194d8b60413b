"""The pages that mend a rubric under way: what is in use, the effect before anything happens, going on."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.kernel import clock
from essays.actions.assignments import open_brief
from essays.models import RuleChange
from marking.actions.markings import mark_paper, reopen_marking
from marking.models import Allotment, Marking
from results.actions.release import prepare_release, publish_release
from rubrics.actions.versions import (
    archive_rubric_version,
    discard_rubric_version,
    draft_rubric_version,
)
from rubrics.models import KeyMap, RubricVersion, VersionMap
from tests.mending import (
    adopted,
    named,
    next_version,
    switched_off,
    with_further,
    with_level,
    without,
    without_level,
    worth,
)
from tests.results.conftest import TUESDAY
from tests.rows import MONDAY
from tests.rubrics.edits import publish_as_seen, rename_strand
from tests.worlds import exemplar_marks


@pytest.fixture(autouse=True)
def tuesday():
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def client(teacher, as_user):
    return as_user(teacher)


def page_of(assignment, number=None):
    if number is None:
        return reverse("results:rubric_changes-detail", args=[assignment.public_id])
    return reverse("results:rubric_changes-effect", args=[assignment.public_id, number])


def effect(client, assignment, **sent):
    answer = client.post(page_of(assignment, 2), sent) if sent else client.get(page_of(assignment, 2))
    return answer.content.decode()


def chosen(page, name):
    """Read which choice of a select is the chosen one."""
    body = re.search(rf'<select [^>]*name="{name}">(.*?)</select>', page, re.DOTALL)[1]
    return re.search(r'value="([^"]*)" selected', body)[1]


def test_the_first_page_says_what_is_in_use_and_offers_the_next_version(client, assignment):
    page = client.get(page_of(assignment)).content.decode()

    assert "Collective defence since 1914, version 1" in page
    assert "Begin the next version" in page
    assert "No other version yet." in page


def test_it_leads_to_the_draft_and_to_what_is_published(client, assignment, teacher, marked, course):
    next_version(assignment, teacher, worth("E7", "3", 9))
    draft_rubric_version(assignment.rubric_version, course=course, by=teacher)

    page = client.get(page_of(assignment)).content.decode()

    assert "Go on with the draft" in page
    assert "Points or counting of E7." in page
    assert f'href="{page_of(assignment, 2)}"' in page
    assert f'href="{page_of(assignment, 3)}"' in page


def test_the_brief_and_the_form_of_the_assignment_lead_there(client, assignment):
    for name in ("essays:assignments-brief", "essays:assignments-edit"):
        page = client.get(reverse(name, args=[assignment.public_id])).content.decode()

        assert f'href="{page_of(assignment)}"' in page
        assert "version 1" in page


def test_the_effect_is_shown_before_anything_happens(client, assignment, papers, marked, teacher):
    publish_release(prepare_release(assignment, papers=papers[1:2], by=teacher), by=teacher)
    next_version(assignment, teacher, worth("E7", "3", 9))

    page = effect(client, assignment)

    assert "2 of 3 totals change, 0 cross a boundary, 1 is released." in page
    assert "They change by 1 on average, and by 1 at most." in page
    assert papers[0].code in page
    assert papers[1].code in page
    assert papers[2].code not in page
    assert not VersionMap.objects.exists()
    assert Marking.objects.count() == 3


def test_the_effect_tells_who_has_to_look_again_and_what_is_not_finished(
    client, assignment, papers, marker, marked, teacher
):
    reopen_marking(marked[2].public_id, by=marker)
    next_version(assignment, teacher, with_further("B"))

    page = effect(client, assignment)

    assert "2 papers need a new look" in page
    assert "R8 on 2" in page
    assert "<strong>R8 Something new</strong> is new" in page
    assert "1 paper has no finished or named marking" in page
    assert "at least 94" in page


def test_the_page_of_a_blind_assignment_names_nobody(client, assignment, papers, marked, teacher, student):
    next_version(assignment, teacher, worth("E7", "3", 9))

    page = effect(client, assignment)

    assert papers[1].code in page
    assert student.last_name not in page


def test_the_map_can_be_changed_and_the_effect_worked_out_again(client, assignment, papers, marked, teacher):
    next_version(assignment, teacher, without_level("E7", "3"))
    first = effect(client, assignment)
    assert chosen(first, "level-E7-3") == "2"
    assert "The new version has no level “Two-sided or deep”." in first

    again = effect(client, assignment, **{"level-E7-3": "4"})

    assert chosen(again, "level-E7-3") == "4"
    assert re.search(r"51</td><td class=\"nums\">53</td>", again)


def test_a_criterion_sent_elsewhere_has_its_levels_proposed_anew(client, assignment, marked, teacher):
    next_version(assignment, teacher, without("E7"))
    first = effect(client, assignment)
    assert chosen(first, "criterion-E7") == "not-carried"
    assert "level-E7-3" not in first

    page = effect(client, assignment, **{"criterion-E7": "R1"})

    assert [chosen(page, f"level-E7-{n}") for n in "01234"] == ["0", "1", "2", "3", "3"]
    assert "Several criteria go to <strong>R1</strong>" in page


def test_papers_beside_an_added_level_are_looked_at_while_the_box_is_ticked(client, assignment, marked, teacher):
    next_version(assignment, teacher, with_level("E7", "3b", 9))

    plain = effect(client, assignment)
    ticked = effect(client, assignment, look_beside="on")
    unticked = effect(client, assignment, looked_beside="on", **{"level-E7-3": "look-again"})

    assert "need a new look" not in plain
    assert chosen(ticked, "level-E7-3") == "look-again"
    assert "E7 on " in ticked
    assert chosen(unticked, "level-E7-3") == "3"


def test_htmx_gets_the_form_alone(client, assignment, marked, teacher):
    next_version(assignment, teacher, worth("E7", "3", 9))

    answer = client.post(page_of(assignment, 2), {"level-E7-3": "4"}, headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<form id="mending"')


def test_going_on_says_what_happened_and_what_is_next(client, assignment, papers, marked, teacher):
    next_version(assignment, teacher, with_further("B"))

    answer = client.post(page_of(assignment, 2), {"adopt": "1"}, follow=True)

    page = answer.content.decode()
    assert "Version 2 is in use. 3 markings went on with it. 3 papers wait in the queue" in page
    assignment.refresh_from_db()
    assert assignment.rubric_version.number == 2
    assert Allotment.objects.filter(round=2).count() == 3


def test_what_is_confirmed_is_what_the_form_held(client, assignment, papers, marked, teacher):
    next_version(assignment, teacher, without_level("E7", "3"))

    client.post(page_of(assignment, 2), {"adopt": "1", "level-E7-3": "4"})

    assert KeyMap.objects.get(criterion="E7", level="3").to_level == "4"
    assert VersionMap.objects.get().confirmed_by == teacher


def test_where_students_have_read_the_brief_a_reason_is_asked_for_and_kept_on_the_page(
    client, assignment, papers, marked, teacher, student
):
    with clock.at(MONDAY + timedelta(minutes=1)):
        open_brief(assignment, by=student)
    next_version(assignment, teacher, worth("E7", "3", 9))

    refused = effect(client, assignment, adopt="1", reason="  ")
    long = effect(client, assignment, adopt="1", reason="x" * 1001)
    client.post(page_of(assignment, 2), {"adopt": "1", "reason": "Too harsh before."})

    assert "Say why: the reason is kept with the change." in refused
    assert "x" * 1001 in long
    assert RuleChange.objects.get().reason == "Too harsh before."


def test_students_read_what_is_different_for_them(assignment, marked, teacher, student, as_user, client):
    with clock.at(MONDAY + timedelta(minutes=1)):
        open_brief(assignment, by=student)
    adopted(assignment, teacher, worth("E7", "3", 9), with_further("B"), reason="Space was forgotten.")

    page = as_user(student).get(reverse("essays:assignments-brief", args=[assignment.public_id])).content.decode()
    own = client.get(page_of(assignment)).content.decode()

    for text in (page, own):
        assert "Space was forgotten." in text
        assert "R8 “Something new” is new." in text
        assert "E7 has other points." in text
    assert "How this is marked has changed" in page
    assert "the higher total stands" in page


def test_a_draft_can_be_tried_and_not_adopted(client, assignment, marked, teacher, course):
    draft_rubric_version(assignment.rubric_version, course=course, by=teacher)

    page = effect(client, assignment)
    refused = effect(client, assignment, adopt="1")

    assert "0 of 3 totals change" in page
    assert "It is still a draft. Publish it first" in page
    assert "not published" in refused
    assert Marking.objects.exclude(rubric_version=assignment.rubric_version).count() == 0


def test_a_draft_that_somebody_tried_to_adopt_can_still_be_discarded(client, assignment, marked, teacher, course):
    draft = draft_rubric_version(assignment.rubric_version, course=course, by=teacher)
    effect(client, assignment, adopt="1")

    discard_rubric_version(draft, by=teacher)

    assert not RubricVersion.objects.filter(number=2).exists()


def test_an_archived_version_can_be_looked_at_and_not_adopted(client, assignment, marked, teacher):
    archive_rubric_version(next_version(assignment, teacher, worth("E7", "3", 9)), by=teacher)

    page = effect(client, assignment)

    assert "This version is no longer in use" in page
    assert "Go on with version 2</button>" not in page


def test_a_version_that_cannot_be_set_this_way_says_so(client, assignment, marked, teacher):
    next_version(
        assignment,
        teacher,
        lambda measure: replace(measure, modes=tuple(mode for mode in measure.modes if mode.key != "timed")),
    )

    detail = client.get(page_of(assignment)).content.decode()
    page = effect(client, assignment)
    refused = effect(client, assignment, adopt="1")

    assert "It cannot be set as Timed." in detail
    assert "This version cannot be set as Timed, as this assignment is." in page
    assert "cannot be set as “Timed”" in refused


def test_what_is_in_use_and_what_is_not_seen_is_not_there(client, assignment, marked, other_course, other_teacher):
    theirs = draft_rubric_version(assignment.rubric_version, course=other_course, by=other_teacher)
    publish_as_seen(rename_strand(theirs, "Ages", by=other_teacher), by=other_teacher)

    assert [client.get(page_of(assignment, number)).status_code for number in (1, 2, 9)] == [404, 404, 404]
    assert "version 2" not in client.get(page_of(assignment)).content.decode()


def test_before_anything_is_marked_no_total_changes(client, assignment, papers, teacher):
    next_version(assignment, teacher, named("E1", "War of coalitions"))

    page = effect(client, assignment)

    assert "No paper has a mark yet, so no total changes." in page


def test_the_dry_run_costs_the_same_statements_for_one_paper_and_for_three(client, assignment, papers, marker, teacher):
    next_version(assignment, teacher, worth("E7", "3", 9), switched_off("B"), lambda measure: measure)
    costs = []
    for paper, name in zip(papers, ("strong", "middling", "weak"), strict=True):
        mark_paper(paper, marks=exemplar_marks(name)[1], by=marker)
        client.get(page_of(assignment, 2))
        with CaptureQueriesContext(connection) as found:
            client.get(page_of(assignment, 2))
        costs.append(len(found))

    assert len(set(costs)) == 1
    assert costs[0] <= 24
