"""The class page: counts before release, names after; what was tried, missed and said."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import caches
from django.urls import reverse

from marking.actions.identity import raise_flag
from marking.actions.markings import Marked, finish_marking, mark_paper, reopen_marking
from marking.actions.papers import claim_paper, make_papers
from marking.models import Marking, Paper
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.queries.classes import class_page
from results.queries.standing import Progress, progress_of
from rubrics.actions.bank import add_bank_comment, edit_bank_comment
from rubrics.actions.packs import load_pack
from rubrics.pure.packs import read_pack
from rubrics.queries.versions import rubric_sheet
from tests.marking.sending import level, send
from tests.mending import adopted, with_further
from tests.rows import MONDAY, set_for
from tests.worlds import exemplar_marks, hand_in_for

PACKS = Path(__file__).resolve().parents[3] / "rubrics" / "packs"
NAMES = ("Ines", "Noor", "Jonas", "Duarte", "Haddad", "Weber")


@pytest.fixture
def page(assignment):
    return reverse("results:classes-detail", args=[assignment.public_id])


def test_before_anything_is_marked_it_says_what_to_do(papers, page, teacher, as_user):
    assert "Nothing marked yet" in as_user(teacher).get(page).content.decode()


def test_before_release_there_are_counts_and_no_name_or_code(papers, marked, page, teacher, as_user):
    said = as_user(teacher).get(page).content.decode()

    assert "3 of 3 marked, 0 released." in said
    assert not any(name in said for name in NAMES)
    assert not any(paper.code in said for paper in papers)


def test_after_release_there_are_names_and_marks(assignment, marked, page, teacher, as_user):
    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    said = as_user(teacher).get(page).content.decode()

    assert all(name in said for name in NAMES)
    assert "51 <span" in said


def test_of_an_essay_reopened_and_released_again_the_new_mark_is_shown(told_again, page, teacher, as_user):
    said = as_user(teacher).get(page).content.decode()

    row = said[said.index("Noor Haddad") :].split("</tr>")[0]
    assert "16 <span" in row


def test_not_attempted_is_apart_from_zero_and_left_out_of_the_mean(assignment, marked):
    spread = {one.criterion.key: one for strand in class_page(assignment).strands for one in strand.criteria}

    assert (spread["E2"].not_attempted, spread["E2"].levels) == (2, (0, 0, 0, 1, 0))
    assert spread["E2"].mean == 8
    assert spread["E1"].tried + spread["E1"].not_attempted == 3


def test_a_missed_level_says_what_the_next_one_asks(assignment, marked):
    missed = class_page(assignment).missed

    assert missed[0].papers >= missed[-1].papers
    assert all(one.next_level == one.level + 1 and one.asks for one in missed)


def test_the_class_map_counts_essays_once_outcomes_are_prepared(assignment, marked, teacher):
    assert class_page(assignment).coverage.essays == 0

    prepare_outcomes(assignment, by=teacher)

    drawn = class_page(assignment).coverage
    assert drawn.essays == 3
    assert max(cell.essays for _, _, cells in drawn.rows for cell in cells) >= 1


def test_what_was_added_up_is_kept_until_something_changes(assignment, marked, without_transactions):
    with without_transactions() as first:
        class_page(assignment)

    with without_transactions() as second:
        class_page(assignment)

    assert len(second) == 1 < len(first)


def test_the_time_left_is_told_once_a_few_papers_are_marked(assignment, papers, marked, marker):
    assert progress_of(assignment).time_left == ""

    reopen_marking(marked[0].public_id, by=marker)
    Marking.objects.filter(pk=marked[1].pk).update(started_at=marked[1].finished_at - timedelta(minutes=12))
    few = progress_of(assignment)

    assert (few.left, few.time_left, few.minutes_a_paper) == (1, "", None)


def test_what_lay_open_over_a_break_does_not_count_as_time(assignment, papers, marked):
    for marking, minutes in zip(marked, (8, 10, 600), strict=True):
        Marking.objects.filter(pk=marking.pk).update(started_at=marking.finished_at - timedelta(minutes=minutes))

    assert progress_of(assignment).minutes_a_paper is None

    Marking.objects.filter(pk=marked[2].pk).update(started_at=marked[2].finished_at - timedelta(minutes=12))
    caches["memory"].clear()

    assert progress_of(assignment).minutes_a_paper == 10
    assert Progress(9, 3, 0, minutes_a_paper=10, markers=(), flags=()).time_left == "1 h 0 min"


def test_each_marker_stands_with_what_they_finished_and_have_open(assignment, papers, marked, teacher):
    claim_paper(papers[0], by=teacher, second=True)

    told = [(one.name, one.finished, one.open) for one in progress_of(assignment).markers]

    assert told == [("Marta Okafor", 0, 1), ("Tomas Reyes", 3, 0)]


def test_flags_are_counted_and_a_worry_is_not(papers, marked, page, marker, teacher, as_user):
    raise_flag(papers[0], kind="copying", by=marker)
    raise_flag(papers[1], kind="worry", text="Something is wrong.", by=marker)

    said = as_user(teacher).get(page).content.decode()

    assert "flagged “Possible copying”: 1" in said
    assert "Worry" not in said


def test_lengths_stand_against_the_range_and_lead_to_those_outside(assignment, papers, marked, page, teacher, as_user):
    client = as_user(teacher)
    said = client.get(page).content.decode()
    under = sum(paper.words < assignment.mode.words_min for paper in papers)

    assert "Asked for: 800–1,200 words." in said
    assert f'?words=under">{under} below the range' in said
    listed = client.get(reverse("results:selection-choose", args=[assignment.public_id]), {"words": "under"})
    assert listed.content.decode().count('name="tick"') == under


@pytest.mark.parametrize("slug", ["international-agreements", "social-media-democracy"])
def test_nothing_is_special_about_the_first_rubric(slug, course, teacher, student, marker, as_user):
    loaded = load_pack(read_pack(PACKS / slug), by=None)
    fields = {"prompt_version": loaded.prompt_version, "rubric_version": loaded.rubric_version}
    other = set_for(course, teacher, mode=loaded.rubric_version.modes.first(), **fields)
    hand_in_for(other, student, teacher, "One thing and another.", at=MONDAY)
    make_papers(other)
    sheet = rubric_sheet(loaded.rubric_version.pk)
    marks = {one.key: Marked(level_key=one.levels[-1].key) for one in sheet.criteria}
    mark_paper(Paper.objects.get(assignment=other), marks=marks, by=marker)

    drawn = class_page(other)
    said = as_user(teacher).get(reverse("results:classes-detail", args=[other.public_id])).content.decode()

    assert len(drawn.strands) == len(sheet.strands)
    assert sum(one.tried for strand in drawn.strands for one in strand.criteria) == len(sheet.criteria)
    assert said.count('<svg class="chart classchart"') == len(sheet.strands)
    assert said.count("Papers at each level") == len(sheet.strands)


def test_what_was_caught_up_on_is_counted_with_the_rest(assignment, papers, marked, marker, teacher):
    adopted(assignment, teacher, with_further("B"))
    for paper in papers[:2]:
        catching = claim_paper(paper, by=marker, round=2)
        send(catching, level("R8", "3"), by=marker)
        catching.refresh_from_db()
        finish_marking(catching.public_id, base=catching.revision, by=marker)

    strand = class_page(assignment).strands[1]

    added = next(one for one in strand.criteria if one.criterion.key == "R8")
    assert (added.levels, added.tried, added.not_attempted) == ((0, 0, 0, 2), 2, 0)
    assert sum(one.tried + one.not_attempted for one in strand.criteria if one.criterion.key == "R1") == 3


def test_what_is_said_most_often_is_told_without_whose_words_they_are(papers, page, course, marker, teacher, as_user):
    rubric = papers[0].assignment.rubric_version.rubric
    own = add_bank_comment(rubric, text="Say what it changed.", by=marker)
    shared = add_bank_comment(rubric, text="You lean on {source}: why?", course=course, by=marker)
    for paper, name in zip(papers, ("strong", "middling", "weak"), strict=True):
        said = {
            "E1": Marked(level_key="2", remark=own.text, bank_comment=own.code, no_passage=True),
            "C2": Marked(level_key="2", remark=shared.text, bank_comment=shared.code, no_passage=True),
        }
        mark_paper(paper, marks=exemplar_marks(name, **said)[1], by=marker)
    edit_bank_comment(own, text="Mine alone by now.", by=marker)

    shown = as_user(teacher).get(page).content.decode()

    assert "3 papers.</strong> “Say what it changed.”" in shown
    assert "3 papers.</strong> “You lean on …: why?”" in shown
    assert "Mine alone" not in shown.split("Said most often")[1]
