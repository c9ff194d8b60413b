"""The queue: codes only, in one's own order, at a constant cost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.kernel import clock
from essays.models import Assignment
from marking.actions.identity import raise_flag
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import claim_paper, make_papers
from marking.models import Allotment, Flag, Marking, Paper, Score
from marking.pure.codes import starting_point
from tests.marking.conftest import TUESDAY
from tests.marking.sending import EVERY_KEY, level, not_attempted, send


def queue(assignment, query=""):
    return reverse("marking:papers-list", args=[assignment.public_id]) + query


def codes_of(page):
    return [row.code for row in page.context["queue"].rows]


def begin_at_the_beginning(assignment, *people):
    """Give the assignment a salt with which these people's queues begin before the first paper."""
    first = min(Allotment.objects.values_list("shuffle", flat=True))
    for n in range(100_000):
        if all(starting_point(f"salt{n}", str(person.public_id)) <= first for person in people):
            Assignment.objects.filter(pk=assignment.pk).update(salt=f"salt{n}")
            return
    raise AssertionError("no salt found")


def test_the_queue_makes_papers_of_what_was_handed_in(assignment, papers, marker, as_user):
    page = as_user(marker).get(queue(assignment))

    assert sorted(codes_of(page)) == sorted(paper.code for paper in papers)


def test_an_empty_queue_says_what_will_be_here(assignment, marker, as_user):
    page = as_user(marker).get(queue(assignment))

    assert "No essay is handed in yet" in page.content.decode()


def test_the_queue_costs_the_same_at_30_papers_and_at_300(assignment, many_papers, marker, as_user, statements):
    client = as_user(marker)
    many_papers(30)
    begin_at_the_beginning(assignment, marker)
    client.get(queue(assignment))
    with statements() as at_30:
        client.get(queue(assignment))

    many_papers(270)
    begin_at_the_beginning(assignment, marker)
    client.get(queue(assignment))
    with statements() as at_300:
        page = client.get(queue(assignment))

    assert page.context["queue"].total == 300
    assert at_30.number == at_300.number <= 10, at_300.told


@pytest.mark.parametrize(
    "query",
    [
        "?mode=criterion:E3",
        "?mode=strand:B&state=to-mark",
        "?state=finished&only=words&only=unallotted",
        "?only=flagged&code=K7M",
    ],
)
def test_a_filtered_queue_costs_no_more(assignment, many_papers, marker, as_user, statements, query):
    client = as_user(marker)
    many_papers(120)
    client.get(queue(assignment))

    with statements() as filtered:
        client.get(queue(assignment, query))

    assert filtered.number <= 10, filtered.told


def test_the_page_on_which_the_order_turns_round_costs_no_more(assignment, many_papers, marker, as_user, statements):
    many_papers(120)
    last = max(Allotment.objects.values_list("shuffle", flat=True))
    salt = next(f"salt{n}" for n in range(100_000) if starting_point(f"salt{n}", str(marker.public_id)) > last * 0.9)
    Assignment.objects.filter(pk=assignment.pk).update(salt=salt)
    client = as_user(marker)
    client.get(queue(assignment))

    with statements() as turning:
        page = client.get(queue(assignment))

    assert len(codes_of(page)) == 50
    assert turning.number <= 10, turning.told


def test_every_paper_is_on_exactly_one_page_and_two_markers_begin_elsewhere(
    assignment, many_papers, marker, second_marker, as_user
):
    papers = many_papers(120)
    middle = sorted(Allotment.objects.values_list("shuffle", flat=True))[60]
    people = str(marker.public_id), str(second_marker.public_id)
    salts = (f"salt{n}" for n in range(100_000))
    salt = next(one for one in salts if starting_point(one, people[0]) < middle < starting_point(one, people[1]))
    Assignment.objects.filter(pk=assignment.pk).update(salt=salt)

    seen = {
        person: [
            code for page in (1, 2, 3) for code in codes_of(as_user(person).get(queue(assignment, f"?page={page}")))
        ]
        for person in (marker, second_marker)
    }

    assert sorted(seen[marker]) == sorted(seen[second_marker]) == sorted(paper.code for paper in papers)
    assert seen[marker] != seen[second_marker]
    turn = seen[second_marker].index(seen[marker][0])
    assert seen[second_marker][turn:] + seen[second_marker][:turn] == seen[marker]


def test_the_order_stays_as_it_is_when_papers_are_marked(assignment, many_papers, marker, as_user):
    papers = many_papers(10)
    before = codes_of(as_user(marker).get(queue(assignment)))

    claim_paper(papers[3], by=marker)

    assert codes_of(as_user(marker).get(queue(assignment))) == before


def test_a_page_that_is_none_is_the_nearest(assignment, papers, marker, as_user):
    client = as_user(marker)

    for page in ["0", "-3", "99", "two", "٣", "9" * 30]:
        answer = client.get(queue(assignment, f"?page={page}&state=nonsense"))

        assert answer.status_code == 200, page
        assert len(codes_of(answer)) == 3


def test_the_filters_are_in_the_address(assignment, papers, finished, marker, second_marker, as_user):
    strong, middling, weak = papers
    claim_paper(middling, by=marker)
    raise_flag(weak, kind="second_opinion", by=second_marker)
    client = as_user(marker)

    shown = {
        state: codes_of(client.get(queue(assignment, f"?state={state}"))) for state in ("to-mark", "mine", "finished")
    }
    flagged = codes_of(client.get(queue(assignment, "?only=flagged")))

    assert shown == {"to-mark": [weak.code], "mine": [middling.code], "finished": [strong.code]}
    assert flagged == [weak.code]


def test_filters_narrow_each_other_and_each_says_how_many_it_would_show(assignment, many_papers, marker, as_user):
    papers = many_papers(8)
    Paper.objects.filter(pk__in=[paper.pk for paper in papers[::2]]).update(words=1_000)
    outside = {paper.code for paper in papers[1::2]}
    for paper in papers[:4]:
        Allotment.objects.filter(paper=paper).update(marker=marker)
    claim_paper(papers[0], by=marker)
    client = as_user(marker)

    page = client.get(queue(assignment, "?state=to-mark&only=allotted"))
    both = client.get(queue(assignment, "?state=to-mark&only=allotted&only=words"))

    shown = page.context["queue"]
    assert set(codes_of(page)) == {paper.code for paper in papers[1:4]}
    assert {one.words: one.count for one in shown.states} == {"All": 4, "To mark": 3, "Mine, open": 1, "Marked": 0}
    offered = {one.words: (one.count, one.is_chosen) for one in shown.narrower}
    assert offered["Allotted to you"] == (3, True)
    assert offered["For whoever takes it"] == (0, False)
    assert offered["Outside the word range"] == (len(codes_of(both)), False)
    assert set(codes_of(both)) == set(codes_of(page)) & outside


def test_every_filters_address_shows_as_many_as_it_says(
    assignment, papers, finished, weak, marker, second_marker, as_user
):
    claim_paper(papers[1], by=marker)
    raise_flag(weak, kind="second_opinion", by=second_marker)
    client = as_user(marker)

    for start in ["", "?only=words", "?mode=criterion:E1", "?mode=criterion:E1&state=finished", "?code=Z"]:
        shown = client.get(queue(assignment, start)).context["queue"]
        for one in [*shown.states, *shown.narrower]:
            there = client.get(queue(assignment, one.query)).context["queue"]
            taken_away = one.is_chosen and one in shown.narrower
            assert taken_away or there.matching == len(there.rows) == one.count, (start, one)


def test_the_address_of_the_next_page_keeps_everything(assignment, many_papers, marker, as_user):
    many_papers(60)
    client = as_user(marker)

    first = client.get(queue(assignment, "?mode=strand:B&state=to-mark&only=unallotted")).context["queue"]
    second = client.get(queue(assignment, first.query_after)).context["queue"]

    assert first.query_after == "?mode=strand:B&state=to-mark&only=unallotted&page=2"
    assert (len(first.rows), len(second.rows)) == (50, 10)
    assert not {row.code for row in first.rows} & {row.code for row in second.rows}


def test_a_paper_is_found_by_its_code_or_a_part_of_it(assignment, papers, strong, marker, as_user):
    client = as_user(marker)
    bare = strong.code.replace("-", "").lower()

    for typed in [strong.code, strong.code.lower(), bare, f" {bare} ", strong.code[:4], bare[:5]]:
        assert strong.code in codes_of(client.get(queue(assignment, f"?code={typed}"))), typed
    nothing = client.get(queue(assignment, "?code=IIIIII"))

    assert "No paper you may mark has “III-III” in its code here." in nothing.content.decode()
    assert "Show all papers" in nothing.content.decode()


# ---------------------------------------------------------------- a strand or a criterion over all papers
def test_in_a_scope_ones_own_papers_count_by_what_is_left_in_it(assignment, papers, strong, marking, marker, as_user):
    client = as_user(marker)
    before = client.get(queue(assignment, "?mode=criterion:E3")).context["queue"]
    send(marking, level("E3", "4"), by=marker)

    after = client.get(queue(assignment, "?mode=criterion:E3")).context["queue"]
    todo = client.get(queue(assignment, "?mode=criterion:E3&state=to-mark"))

    counts = [{one.words: one.count for one in page.states} for page in (before, after)]
    assert counts == [
        {"All": 3, "To mark": 3, "Mine, open": 1, "Marked": 0},
        {"All": 3, "To mark": 2, "Mine, open": 0, "Marked": 1},
    ]
    assert strong.code not in codes_of(todo)
    row = next(row for row in after.rows if row.code == strong.code)
    assert (row.decided, row.of, row.query) == (1, 1, "?mode=criterion:E3")


def test_starting_in_a_scope_keeps_it(assignment, papers, marker, as_user):
    client = as_user(marker)
    page = client.get(queue(assignment, "?mode=strand:B")).content.decode()

    answer = client.post(reverse("marking:markings-start", args=[assignment.public_id]), {"mode": "strand:B"})

    assert 'name="mode" value="strand:B"' in page
    assert answer["Location"].endswith("?mode=strand:B")


def test_an_addition_stands_in_the_queue_with_its_number_and_leads_to_its_own_desk(
    assignment, strong, finished, marker, as_user
):
    Allotment.objects.create(
        paper=strong, assignment=assignment, round=2, purpose="catch_up", criteria=["C5"], shuffle=strong.shuffle
    )

    page = as_user(marker).get(queue(assignment, "?only=added"))

    [row] = page.context["queue"].rows
    assert (row.code, row.place, row.query) == (strong.code, "1 criterion to add", "?round=2")
    assert f"{strong.code}/?round=2" in page.content.decode()


def test_a_paper_with_a_criterion_to_add_is_one_paper_and_stands_once_in_the_list_of_that_criterion(
    assignment, strong, finished, marker, as_user
):
    Score.objects.filter(marking=finished, criterion__key="C5").update(state="unmarked", level=None, points=None)
    Allotment.objects.create(
        paper=strong, assignment=assignment, round=2, purpose="catch_up", criteria=["C5"], shuffle=strong.shuffle
    )
    client = as_user(marker)

    whole, added, other = (
        client.get(queue(assignment, f"?mode={mode}")) for mode in ("", "criterion:C5", "criterion:C4")
    )

    words = " ".join(whole.content.decode().split())
    assert "3 papers in your own shuffled order. 1 is marked, 2 wait. On 1 there is something to add." in words
    assert [row.place for row in added.context["queue"].rows if row.code == strong.code] == ["1 criterion to add"]
    assert "C5 over 3 papers" in added.content.decode()
    assert [row.is_finished for row in other.context["queue"].rows if row.code == strong.code] == [True]


# ---------------------------------------------------------------- how long it takes, finishing, letting go
def finish_at(paper, marker, began, minutes):
    with clock.at(began):
        claim_paper(paper, by=marker)
    with clock.at(began + timedelta(minutes=minutes)):
        mark_paper(paper, marks={key: Marked(state="not_attempted") for key in EVERY_KEY}, by=marker)


def test_after_three_papers_a_marker_is_told_how_long_the_rest_takes_at_their_own_pace(
    assignment, many_papers, marker, second_marker, teacher, as_user
):
    papers = many_papers(12)
    for n, paper in enumerate(papers[:2]):
        finish_at(paper, marker, TUESDAY + timedelta(minutes=10 * n), 10)
    two = as_user(marker).get(queue(assignment)).context["queue"]
    finish_at(papers[2], marker, TUESDAY + timedelta(minutes=20), 10)
    for n, paper in enumerate(papers[3:6]):
        finish_at(paper, second_marker, TUESDAY + timedelta(minutes=30 * n), 30)

    pages = {who: as_user(who).get(queue(assignment)).context["queue"] for who in (marker, second_marker, teacher)}

    assert two.time_left == ""
    assert {who: (page.pace, page.left, page.time_left) for who, page in pages.items()} == {
        marker: ("10 min", 6, "1 h"),
        second_marker: ("30 min", 6, "3 h"),
        teacher: ("20 min", 6, "2 h"),
    }


def test_papers_on_which_everything_is_decided_are_finished_in_one_go(assignment, papers, marker, as_user):
    client = as_user(marker)
    for paper in papers[:2]:
        send(claim_paper(paper, by=marker), *[not_attempted(key) for key in EVERY_KEY], by=marker)
    send(claim_paper(papers[2], by=marker), not_attempted("E1"), by=marker)
    page = client.get(queue(assignment))

    done = client.post(reverse("marking:papers-finish", args=[assignment.public_id]), follow=True)

    assert page.context["queue"].decided == 2
    assert "Everything is decided on 2 papers" in page.content.decode()
    assert "2 papers are finished." in done.content.decode()
    assert Marking.objects.finished().count() == 2
    assert done.context["queue"].decided == 0


def test_one_lets_go_of_ones_own_and_a_teacher_frees_a_colleagues(
    assignment, strong, marking, marker, teacher, as_user
):
    own = as_user(marker).get(queue(assignment)).content.decode()
    taught = as_user(teacher).get(queue(assignment)).content.decode()

    assert reverse("marking:leases-let-go", args=[marking.public_id]) in own
    assert reverse("marking:leases-free", args=[assignment.public_id, strong.code]) not in own
    assert reverse("marking:leases-free", args=[assignment.public_id, strong.code]) in taught


def test_a_filter_that_finds_nothing_says_so(assignment, papers, marker, as_user):
    page = as_user(marker).get(queue(assignment, "?state=finished"))

    assert "Nothing here" in page.content.decode()


def test_how_far_a_paper_is_stands_beside_it(assignment, papers, finished, marker, as_user):
    page = as_user(marker).get(queue(assignment))

    row = next(one for one in page.context["queue"].rows if one.is_finished)
    assert (row.decided, row.of, row.marker, row.state) == (19, 19, "you", "Marked")


def test_a_marker_does_not_learn_which_colleague_marked_and_the_teacher_does(
    assignment, finished, second_marker, teacher, as_user
):
    seen = {
        person: next(
            row.marker for row in as_user(person).get(queue(assignment)).context["queue"].rows if row.is_finished
        )
        for person in (second_marker, teacher)
    }

    assert seen == {second_marker: "a colleague", teacher: "Tomas Reyes"}


def test_a_worry_is_seen_by_who_raised_it_and_by_the_teacher_only(
    assignment, papers, weak, marker, second_marker, teacher, as_user
):
    raise_flag(weak, kind="worry", text="Sentinel worry", by=marker)

    seen = {
        person: "Worry about this student" in as_user(person).get(queue(assignment)).content.decode()
        for person in (marker, second_marker, teacher)
    }

    assert seen == {marker: True, second_marker: False, teacher: True}


def test_words_outside_the_range_are_named(assignment, papers, weak, marker, as_user):
    page = as_user(marker).get(queue(assignment))

    row = next(one for one in page.context["queue"].rows if one.code == weak.code)
    assert row.words_note == "under 800 words"


def test_only_those_who_mark_or_teach_here_find_the_queue(
    assignment, papers, marker, teacher, student, stranger, other_teacher, admin, as_user
):
    people = {marker: 200, teacher: 200, student: 404, stranger: 404, other_teacher: 404, admin: 404}

    answers = {person: as_user(person).get(queue(assignment)).status_code for person in people}

    assert answers == people


def test_the_queue_swaps_itself_for_htmx(assignment, papers, marker, as_user):
    answer = as_user(marker).get(queue(assignment), headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<div id="queue">')


def test_a_withdrawn_essay_leaves_the_queue(assignment, papers, marker, as_user):
    papers[0].submission.withdrawn_at = papers[0].submission.submitted_at
    papers[0].submission.save(update_fields=["withdrawn_at"])
    make_papers(assignment)

    codes = codes_of(as_user(marker).get(queue(assignment)))

    assert sorted(codes) == sorted(paper.code for paper in papers[1:])


def test_a_flag_goes_up_and_down(assignment, weak, marker, as_user):
    client = as_user(marker)
    flag = reverse("marking:papers-flag", args=[assignment.public_id, weak.code])
    down = reverse("marking:papers-unflag", args=[assignment.public_id, weak.code])

    raised = client.post(flag, {"kind": "copying", "text": "The same words as in another."})
    up = Flag.objects.get(paper=weak)
    client.post(down, {"kind": "copying"})

    assert raised.status_code == 302
    assert (up.kind, up.text, up.cleared_at) == ("copying", "The same words as in another.", None)
    assert Flag.objects.get(paper=weak).cleared_at is not None


def test_a_script_gets_the_flags_that_are_up(assignment, weak, marker, as_user):
    flag = reverse("marking:papers-flag", args=[assignment.public_id, weak.code])

    answer = as_user(marker).post(flag, {"kind": "second_opinion"}, headers={"Accept": "application/json"})

    assert answer.json()["flags"] == [{"kind": "second_opinion", "label": "Second opinion", "text": "", "mine": True}]


def test_a_teacher_takes_down_the_flag_of_one_marker_and_leaves_the_others(
    assignment, weak, marker, second_marker, teacher, as_user
):
    for person in (marker, second_marker):
        raise_flag(weak, kind="copying", by=person)
    raise_flag(weak, kind="worry", by=marker)
    down = reverse("marking:papers-unflag", args=[assignment.public_id, weak.code])

    named = {"kind": "copying", "raised_by": str(second_marker.public_id)}
    answer = as_user(teacher).post(down, named, headers={"Accept": "application/json"})

    assert [one["kind"] for one in answer.json()["flags"]] == ["copying", "worry"]
    assert Flag.objects.filter(kind="copying", cleared_at=None).get().raised_by == marker


@pytest.mark.parametrize(("kind", "status"), [("copying", 403), ("worry", 404), ("gossip", 404)])
def test_a_marker_takes_down_nobody_elses_flag(assignment, weak, marker, second_marker, as_user, kind, status):
    raise_flag(weak, kind="copying", by=marker)
    raise_flag(weak, kind="worry", by=marker)
    down = reverse("marking:papers-unflag", args=[assignment.public_id, weak.code])

    answer = as_user(second_marker).post(down, {"kind": kind, "raised_by": str(marker.public_id)})

    assert answer.status_code == status
    assert Flag.objects.filter(cleared_at=None).count() == 2


def test_a_flag_of_no_kind_is_refused_in_a_sentence(assignment, weak, marker, as_user):
    flag = reverse("marking:papers-flag", args=[assignment.public_id, weak.code])

    answer = as_user(marker).post(flag, {"kind": "gossip"})

    assert answer.status_code == 409
    assert "Choose what the flag is for" in answer.content.decode()
