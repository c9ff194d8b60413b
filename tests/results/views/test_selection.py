"""Choosing papers for a release: ticks that stay, filters, codes typed, and what comes of them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.kernel import clock
from marking.actions.identity import raise_flag
from marking.actions.markings import mark_paper, reopen_marking
from results.actions.outcomes import override_total
from results.actions.release import prepare_release, publish_release
from results.models import Outcome, Release
from tests.rows import MONDAY
from tests.worlds import exemplar_marks

FRIDAY = MONDAY + timedelta(days=4)
TICKED = re.compile(r'value="([0-9A-Z]{3}-[0-9A-Z]{3})" id="t\d+" checked')
LISTED = re.compile(r'name="tick" value="([0-9A-Z]{3}-[0-9A-Z]{3})"')


@pytest.fixture
def shared_class(one_marked_class):
    return one_marked_class


@pytest.fixture
def choose(assignment, marked, teacher, as_user):
    """Send the form; give the page's text and what is ticked on it."""
    client, address = as_user(teacher), reverse("results:selection-choose", args=[assignment.public_id])

    def send(do="", **fields):
        with clock.at(FRIDAY):
            answer = client.post(address, {"do": do, **fields}) if do else client.get(address)
        return answer, answer.content.decode()

    return send


def codes(papers):
    return " ".join(paper.code for paper in papers)


def test_nothing_is_ticked_at_first(choose, papers):
    _, said = choose()

    assert set(LISTED.findall(said)) == {paper.code for paper in papers}
    assert TICKED.findall(said) == []


def test_ticks_stay_when_the_filter_changes(choose, papers, marked, marker):
    reopen_marking(marked[0].public_id, by=marker)

    _, said = choose("show", listed=codes(papers), tick=[papers[1].code], state="unfinished")

    assert LISTED.findall(said) == [papers[0].code]
    assert f'name="chosen" value="{papers[1].code}"' in said
    assert "<strong>1</strong> ticked, 1 of them not on this page" in said


def test_a_tick_taken_away_is_away(choose, papers):
    _, said = choose("show", chosen=codes(papers[:2]), listed=codes(papers), tick=[papers[1].code])

    assert TICKED.findall(said) == [papers[1].code]


def test_all_that_fit_a_filter_are_ticked_at_once_and_unticked_again(choose, papers, marked, teacher):
    mark_paper(papers[2], marks=exemplar_marks("weak")[1], by=teacher, second=True)

    _, by_teacher = choose("all", marker=str(teacher.public_id))
    _, none = choose("none", chosen=codes(papers), marker=str(teacher.public_id))

    assert TICKED.findall(by_teacher) == LISTED.findall(by_teacher) == [papers[2].code]
    assert TICKED.findall(none) == []
    assert "<strong>0</strong> ticked" in none


def test_each_state_and_length_has_its_papers(choose, assignment, papers, marked, marker, teacher):
    with clock.at(FRIDAY):
        publish_release(prepare_release(assignment, papers=papers[:2], by=teacher), by=teacher)
        override_total(Outcome.objects.get(submission=papers[1].submission), total=40, reason="So.", by=teacher)
    reopen_marking(marked[2].public_id, by=marker)
    wanted = {"released": papers[:1], "changed": papers[1:2], "ready": [], "unfinished": papers[2:]}

    for state, those in wanted.items():
        assert set(LISTED.findall(choose("show", state=state)[1])) == {paper.code for paper in those}
    under = {paper.code for paper in papers if paper.words < assignment.mode.words_min}
    over = {paper.code for paper in papers if paper.words > assignment.mode.words_max}
    assert set(LISTED.findall(choose("show", words="under")[1])) == under
    assert set(LISTED.findall(choose("show", words="over")[1])) == over


def test_codes_typed_in_any_way_are_ticked(choose, papers):
    _, said = choose("show", codes=f" {papers[0].code.lower()},{papers[2].code}\n")

    assert set(TICKED.findall(said)) == {papers[0].code, papers[2].code}


def test_a_code_that_no_paper_has_is_named_and_nothing_is_lost(choose, papers):
    _, said = choose("rehearse", codes="XXX-999", listed=codes(papers), tick=[papers[0].code])

    assert "No paper here has the code XXX-999" in said
    assert 'value="XXX-999"' in said
    assert TICKED.findall(said) == [papers[0].code]
    assert not Release.objects.exists()


def test_only_the_ticked_papers_are_rehearsed_and_the_others_wait(choose, papers):
    answer, _ = choose("rehearse", chosen=papers[2].code, listed=codes(papers[:2]), tick=[papers[0].code])

    assert answer.status_code == 302
    assert Release.objects.get().items.count() == 2


def test_a_change_among_them_needs_a_reason_and_the_ticks_stay(choose, assignment, papers, marked, teacher):
    with clock.at(FRIDAY):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        override_total(Outcome.objects.get(submission=papers[1].submission), total=40, reason="So.", by=teacher)

    _, refused = choose("rehearse", listed=codes(papers), tick=[papers[1].code])
    answer, _ = choose("rehearse", listed=codes(papers), tick=[papers[1].code], reason="Read again.")

    assert "Say why: the student reads the reason" in refused
    assert TICKED.findall(refused) == [papers[1].code]
    assert answer.status_code == 302
    assert Release.objects.get(number=2).reason == "Read again."


def test_nothing_ticked_rehearses_nothing(choose, papers):
    _, said = choose("rehearse", listed=codes(papers))

    assert "No paper is ready" in said
    assert not Release.objects.exists()


@pytest.mark.parametrize("field", ["state", "marker", "words"])
def test_a_filter_that_is_not_offered_is_answered_in_words(choose, papers, field):
    answer, said = choose("show", **{field: "nonsense"})

    assert answer.status_code == 200
    assert "Choose one of those in the list." in said


def test_a_page_that_is_not_there_is_the_nearest_one(choose, papers):
    for do, page in (("later", "99"), ("earlier", "1"), ("show", "x")):
        _, said = choose(do, page=page)
        assert set(LISTED.findall(said)) == {paper.code for paper in papers}


def test_flags_and_markers_are_told_and_no_worry_and_no_name(choose, papers, marker):
    raise_flag(papers[0], kind="copying", by=marker)
    raise_flag(papers[1], kind="worry", text="Something is wrong.", by=marker)

    _, said = choose()

    assert said.count("Possible copying") == 1
    assert "Tomas Reyes" in said
    assert not any(word in said for word in ("Worry", "Ines", "Noor", "Jonas"))
