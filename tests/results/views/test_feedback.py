"""The feedback page over HTTP: whose it is, which version, what it costs, and that nothing unreleased gets out."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.outcomes import override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.models import Outcome, Reflection
from tests.rows import MONDAY
from tests.worlds import exemplar_marks, hand_in_for

SENTINEL = "zwölfundzwanzig-kormoran"
ODD = "48.37"


def address(outcome):
    return reverse("results:feedback-detail", args=[outcome.public_id])


@pytest.fixture
def outcome(assignment, papers, marked, teacher):
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    return Outcome.objects.get(submission=papers[1].submission_id)


def test_a_student_reads_their_own_released_feedback(outcome, classmate, as_user):
    page = as_user(classmate).get(address(outcome)).content.decode()

    assert "Your feedback" in page
    assert "it is hard to know who did it, so it is hard to use Article 5" in page
    assert "Overall of middling." in page


def test_the_citations_of_ones_essay_lead_to_the_sources(assignment, student, teacher, marker, as_user):
    text, marks = exemplar_marks("middling")
    submission = hand_in_for(assignment, student, teacher, f"{text}\n\nAs [Source A, ¶1] says.", at=MONDAY)
    make_papers(assignment)
    mark_paper(Paper.objects.get(submission=submission), marks=marks, overall="Good.", by=marker)
    prepare_outcomes(assignment, by=teacher)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    page = as_user(student).get(address(Outcome.objects.get(submission=submission))).content.decode()

    brief = reverse("essays:assignments-brief", args=[assignment.public_id])
    assert f'<a class="cite" href="{brief}#source-a-p1"' in page


def test_others_find_nothing_there(outcome, student, stranger, teacher, marker, admin, as_user, client):
    for person in (student, stranger, teacher, marker, admin):
        assert as_user(person).get(address(outcome)).status_code == 404
    assert client.get(address(outcome)).status_code == 302


def test_the_page_costs_the_same_for_every_essay(
    outcome, papers, student, classmate, third_student, as_user, without_transactions
):
    costs = []
    for paper, person in zip(papers, (student, classmate, third_student), strict=True):
        own, client = Outcome.objects.get(submission=paper.submission_id), as_user(person)
        with without_transactions() as statements:
            assert client.get(address(own)).status_code == 200
        costs.append(len(statements))

    assert len(set(costs)) == 1
    assert costs[0] <= 10


def test_an_older_version_leads_to_the_newest_released_one(assignment, outcome, classmate, teacher, as_user):
    changed = override_total(outcome, total=Decimal(54), reason="Between two levels.", by=teacher)

    assert as_user(classmate).get(address(changed)).status_code == 404
    publish_release(prepare_release(assignment, reason="C3 was read again.", by=teacher), by=teacher)

    assert as_user(classmate).get(address(outcome)).headers["Location"] == address(changed)
    page = as_user(classmate).get(address(changed)).content.decode()
    assert "your total was 51, now it is 54" in page
    assert "C3 was read again." in page
    assert "Between two levels." in page


def test_next_time_is_kept_without_javascript_and_taken_away_by_emptying_it(outcome, classmate, as_user):
    client, post = as_user(classmate), reverse("results:feedback-reflect", args=[outcome.public_id])

    answer = client.post(post, {"text": "say what effective means"})

    assert answer.headers["Location"] == address(outcome)
    assert "say what effective means" in client.get(address(outcome)).content.decode()
    client.post(post, {"text": "  "})
    assert not Reflection.objects.exists()


def test_too_long_a_promise_is_refused_in_words(outcome, classmate, as_user):
    post = reverse("results:feedback-reflect", args=[outcome.public_id])

    client = as_user(classmate)
    client.post(post, {"text": "x" * 2_001})

    assert "Keep it to 2,000 characters" in client.get(address(outcome)).content.decode()
    assert not Reflection.objects.exists()


def test_nobody_else_answers_for_a_student(outcome, student, teacher, as_user):
    post = reverse("results:feedback-reflect", args=[outcome.public_id])

    for person in (student, teacher):
        assert as_user(person).post(post, {"text": "x"}).status_code == 404


def test_a_hostile_comment_stays_text(assignment, papers, marker, teacher, student, as_user):
    marks = exemplar_marks("strong", C1=Marked(level_key="3", remark="<script>alert(1)</script>"))[1]
    mark_paper(papers[0], marks=marks, by=marker)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    page = as_user(student).get(address(Outcome.objects.get())).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def crawl(client, start="/", most=150):
    """Follow every link a person can reach; give each answer's address with all that came back, headers too."""
    waiting, seen = [start], {}
    while waiting and len(seen) < most:
        at = waiting.pop()
        if at in seen or at.startswith(("/account/logout", "/static")):
            continue
        for accept in ("text/html", "application/json"):
            answer = client.get(at, headers={"accept": accept})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            seen[at] = seen.get(at, "") + str(dict(answer.headers)) + body.decode("utf-8", "replace")
        waiting += [link for link in re.findall(r'(?:href|action|hx-get)="(/[^"#?]*)', seen[at]) if link not in seen]
    return seen


def test_no_unreleased_mark_or_comment_reaches_a_student(assignment, papers, marker, teacher, student, as_user):
    marks = exemplar_marks("strong", C1=Marked(level_key="3", remark=SENTINEL, next_step=SENTINEL))[1]
    mark_paper(papers[0], marks=marks, overall=SENTINEL, overall_next_step=SENTINEL, by=marker)
    prepare_outcomes(assignment, by=teacher)
    outcome = override_total(Outcome.objects.get(), total=Decimal(ODD), reason=SENTINEL, by=teacher)
    release = prepare_release(assignment, by=teacher)
    client, code, of = as_user(student), papers[0].code, assignment.public_id
    guessed = {
        "feedback-detail": [outcome.public_id],
        "release-rehearse": [of],
        "release-preview": [of, code],
        "release-withdraw": [release.public_id],
        "outcomes-choose": [of, code],
        "outcomes-override": [of, code],
        "classes-detail": [of],
        "gradebook-marks": [of],
    }

    before = crawl(client)
    for name, args in guessed.items():
        answer = client.get(reverse(f"results:{name}", args=args))
        assert answer.status_code == 404, name
        before[name] = answer.content.decode()

    assert len(before) > len(guessed) + 3
    assert [at for at, said in before.items() if SENTINEL in said or ODD in said] == []
    publish_release(release, by=teacher)
    after = crawl(client)
    assert [at for at, said in after.items() if ODD in said] == [address(outcome)]
    assert any(SENTINEL in said for said in after.values())
