"""The queue: codes only, in one's own order, at a constant cost."""

from django.urls import reverse

from essays.models import Assignment
from marking.actions.identity import raise_flag
from marking.actions.papers import claim_paper, make_papers
from marking.models import Allotment, Flag
from marking.pure.codes import starting_point


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
    assert at_30.number == at_300.number <= 9, at_300.told


def test_the_page_on_which_the_order_turns_round_costs_one_more(assignment, many_papers, marker, as_user, statements):
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
        state: codes_of(client.get(queue(assignment, f"?state={state}")))
        for state in ("to-mark", "mine", "finished", "flagged")
    }

    assert shown == {
        "to-mark": [weak.code],
        "mine": [middling.code],
        "finished": [strong.code],
        "flagged": [weak.code],
    }


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


def test_a_flag_of_no_kind_is_refused_in_a_sentence(assignment, weak, marker, as_user):
    flag = reverse("marking:papers-flag", args=[assignment.public_id, weak.code])

    answer = as_user(marker).post(flag, {"kind": "gossip"})

    assert answer.status_code == 409
    assert "Choose what the flag is for" in answer.content.decode()
