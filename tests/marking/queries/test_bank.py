"""What the desk offers from the bank: to whom, with what it is ranked by, and at what cost."""

import pytest
from django.urls import reverse

from marking.actions.bank import keep_bank_settings
from marking.actions.papers import claim_paper
from marking.queries.bank import Uses, desk_bank, uses_of
from rubrics.actions.bank import add_bank_comment, archive_bank_comment, edit_bank_comment
from rubrics.models import BankComment
from rubrics.queries.versions import rubric_sheet
from tests.marking.sending import EVERY_KEY, level, remark, send
from tests.rows import MONDAY


@pytest.fixture
def sheet(assignment):
    return rubric_sheet(assignment.rubric_version_id)


@pytest.fixture
def rubric(assignment):
    return assignment.rubric_version.rubric


def offered(assignment, sheet, user) -> dict[str, str]:
    """Give who wrote what, but for the rubric's own twenty."""
    return {one.text: one.whose.value for one in desk_bank(assignment, sheet, user).comments if one.whose != "rubric"}


def test_the_rubrics_own_comments_come_in_their_order_with_where_they_suit(assignment, sheet, marker):
    bank = desk_bank(assignment, sheet, marker)

    assert [one.key for one in bank.comments] == [f"K{n:02}" for n in range(1, 21)]
    assert bank.comments[0].ties[:2] == (("E1", "1"), ("E2", "1"))
    assert (bank.rubric_slug, bank.course_slug) == ("collective-defence", "history-12")


def test_ones_own_and_the_teams_are_offered_and_nobody_elses(
    assignment, sheet, rubric, course, marker, second_marker, teacher
):
    add_bank_comment(rubric, text="Mine.", by=marker)
    add_bank_comment(rubric, text="Mine for all.", course=course, by=marker)
    add_bank_comment(rubric, text="Hers.", by=second_marker)
    archive_bank_comment(add_bank_comment(rubric, text="Gone.", by=marker), by=marker)

    assert offered(assignment, sheet, marker) == {"Mine.": "mine", "Mine for all.": "mine"}
    assert offered(assignment, sheet, second_marker) == {"Hers.": "mine", "Mine for all.": "team"}
    assert offered(assignment, sheet, teacher) == {"Mine for all.": "team"}


def test_what_a_team_shares_is_offered_in_its_own_course(
    assignment, sheet, rubric, marker, other_teacher, other_course
):
    other_course.enrolments.create(person=marker, role="marker", enrolled_at=MONDAY)
    add_bank_comment(rubric, text="Theirs.", course=other_course, by=other_teacher)
    add_bank_comment(rubric, text="Mine there.", course=other_course, by=marker)

    assert offered(assignment, sheet, marker) == {"Mine there.": "mine"}


def test_the_titles_of_sources_come_where_a_comment_names_one_at_one_statement_more(
    assignment, sheet, rubric, marker, django_assert_num_queries
):
    with django_assert_num_queries(1):
        without = desk_bank(assignment, sheet, marker).titles
    add_bank_comment(rubric, text="Weigh {source}.", by=marker)

    with django_assert_num_queries(2):
        titles = desk_bank(assignment, sheet, marker).titles

    assert without == {}
    assert set(titles) == {"A", "B", "C"}


def test_no_level_is_told_where_feedback_comes_before_the_mark(assignment, sheet, marker):
    told = desk_bank(assignment, sheet, marker).tells_level
    assignment.mark_after_days = 7

    assert (told, desk_bank(assignment, sheet, marker).tells_level) == (True, False)


def test_the_page_starts_with_what_ranks_and_fills_comments(assignment, strong, rubric, marker, as_user):
    add_bank_comment(rubric, text="Mine.", ties=[("E1", "1")], by=marker)
    BankComment.objects.filter(owner=marker).update(uses=3, last_used_at=MONDAY)
    address = reverse("marking:markings-desk", args=[assignment.public_id, strong.code])

    start = as_user(marker).get(address).context["desk_json"]

    mine = next(one for one in start["bank"]["comments"] if one["whose"] == "mine")
    assert (mine["text"], mine["ties"], mine["uses"], mine["used_at"]) == (
        "Mine.",
        [["E1", "1"]],
        3,
        MONDAY.isoformat(),
    )
    assert start["bank"]["mine_only"] is False
    text = start["paper"]["reading"]["text"]
    assert [text[at : at + 8] for at, _ in start["paper"]["reading"]["cited"]] == ["[Source "] * text.count("[Source ")


# ---------------------------------------------------------------- said before
SAID = "Say what it changed for the alliance."


def on_another_paper(weak, marker, text: str = SAID, criterion: str = "E1", **more: str) -> None:
    """Let the marker say something on the weak paper."""
    send(claim_paper(weak, by=marker), remark(criterion, text, **more), by=marker)


def offered_for(marking, marker, text: str = SAID, criterion: str = "E1", **more: str) -> tuple[str, ...]:
    return send(marking, remark(criterion, text, **more), by=marker).said_before


def test_the_same_words_on_a_second_paper_are_offered_to_be_kept(marking, marker, weak):
    on_another_paper(weak, marker)

    assert offered_for(marking, marker, "  say what it CHANGED for the  alliance") == ("E1",)


def test_nothing_is_offered_the_first_time_or_where_it_is_said_again_on_one_paper(marking, marker):
    assert offered_for(marking, marker) == ()
    assert offered_for(marking, marker, f"{SAID} ") == ()


@pytest.mark.parametrize(
    ("before", "criterion", "now"),
    [
        (SAID, "E2", SAID),
        ("Good point.", "E1", "Good point."),
        ("Say what it changed for the enemy.", "E1", SAID),
        ("See {quotes} and more of it.", "E1", "See {quotes} and more of it."),
    ],
)
def test_other_criteria_short_words_and_other_words_are_not_the_same(marking, marker, weak, before, criterion, now):
    on_another_paper(weak, marker, before, criterion)

    assert offered_for(marking, marker, now) == ()


def test_what_a_colleague_said_is_not_ones_own(marking, marker, weak, second_marker):
    on_another_paper(weak, second_marker)

    assert offered_for(marking, marker) == ()


def test_what_is_in_the_bank_is_not_offered_again_archived_or_not(marking, marker, weak, rubric, second_marker, course):
    on_another_paper(weak, marker)
    own = add_bank_comment(rubric, text=SAID, by=marker)
    archive_bank_comment(own, by=marker)
    as_archived = offered_for(marking, marker)
    own.delete()
    add_bank_comment(rubric, text=SAID, course=course, by=second_marker)

    assert (as_archived, offered_for(marking, marker, f"{SAID}!")) == ((), ())


def test_what_came_from_the_bank_is_no_reason_to_ask(marking, marker, weak, rubric):
    line = rubric.bank.get(code="K01")
    on_another_paper(weak, marker, SAID, bank_comment=line.code)

    assert offered_for(marking, marker) == ()


def test_who_said_no_is_not_asked_again_about_these_words(marking, marker, weak):
    on_another_paper(weak, marker)
    keep_bank_settings(declined=("E1", SAID.upper()), by=marker)

    assert offered_for(marking, marker) == ()
    assert offered_for(marking, marker, SAID, "E2") == ()


def test_a_next_step_alone_asks_nothing(marking, marker, weak):
    on_another_paper(weak, marker)
    first = offered_for(marking, marker)

    assert (first, send(marking, remark("E1", SAID, "Weigh it."), by=marker).said_before) == (("E1",), ())


def test_the_same_batch_again_offers_nothing_again(marking, marker, weak):
    on_another_paper(weak, marker)
    asked = remark("E1", SAID)
    first = send(marking, asked, by=marker, base=0).said_before

    assert (first, send(marking, asked, by=marker, base=0).said_before) == (("E1",), ())


def test_looking_costs_a_statement_where_own_words_are_said_and_a_second_where_they_were_said_before(
    marking, marker, weak, second_marker, statements
):
    def cost(*sent) -> int:
        with statements() as found:
            send(marking, *sent, by=marker)
        return found.number

    words = "Another thing to say about this."
    short, own = cost(remark("E3", "Good point.")), cost(remark("E4", words))
    on_another_paper(weak, marker)
    before = cost(remark("E1", SAID))

    assert (own - short, before - short) == (1, 2)
    whole = cost(*[level(key, "2") for key in EVERY_KEY], *[remark(key, f"{SAID} {key}") for key in EVERY_KEY])
    assert whole - 2 <= 12


# ---------------------------------------------------------------- uses
def test_of_very_many_uses_the_first_are_shown_and_all_are_counted(marking, marker, rubric, statements):
    comment = add_bank_comment(rubric, text=SAID, by=marker)
    said = [remark(key, SAID, bank_comment=comment.code, bank_text=SAID) for key in EVERY_KEY[:5]]
    send(marking, *said, by=marker)
    edit_bank_comment(comment, text="Say it better.", by=marker)
    comment.refresh_from_db()

    with statements() as cost:
        found = uses_of(comment, marker, at_once=2)

    assert ([one.criterion for one in found.shown], found.outdated) == (["E1", "E2"], 5)
    assert cost.number == 2


def test_what_is_said_in_the_words_of_today_is_not_outdated(marking, marker, rubric):
    comment = add_bank_comment(rubric, text=SAID, by=marker)
    send(marking, remark("E1", SAID, bank_comment=comment.code, bank_text=SAID), by=marker)

    assert uses_of(comment, marker) == Uses((), outdated=0, released=0, rewritten=0)
