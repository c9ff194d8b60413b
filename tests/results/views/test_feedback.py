"""The feedback page over HTTP: whose it is, which version, what it costs, and that nothing unreleased gets out."""

import re
import zlib
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from courses.kernel import clock
from essays.actions.drafts import open_draft
from essays.models import Assignment
from essays.pure.pdf import pdf_is_here
from essays.queries.promises import last_promise
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.feedback import write_reflection
from results.actions.outcomes import override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.actions.self_markings import give_own_level
from results.models import MarkShown, Outcome, Reflection, Release
from results.queries.feedback import feedback_page
from tests.rows import MONDAY, published_rubric, set_for
from tests.worlds import exemplar_marks, hand_in_for

SENTINEL = "zwölfundzwanzig-kormoran"
ODD = "48.37"
FRIDAY = MONDAY + timedelta(days=4)


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


def test_ones_own_marking_costs_one_statement_more(
    assignment, papers, marked, student, teacher, as_user, without_transactions
):
    assignment.self_marking = True
    assignment.save()
    for key in ("E1", "E2", "R1", "C1"):
        give_own_level(papers[0].submission, criterion=key, choice="1", by=student)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    costs = []
    for paper, person in ((papers[0], student), (papers[1], None)):
        own = Outcome.objects.get(submission=paper.submission_id)
        client = as_user(person or paper.submission.draft.author)
        client.get(address(own))
        with without_transactions() as statements:
            client.get(address(own))
        costs.append(len(statements))

    assert costs == [10, 9]


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


def test_too_long_a_promise_is_refused_in_words_and_given_back(outcome, classmate, as_user):
    post, long = reverse("results:feedback-reflect", args=[outcome.public_id]), "define it first; " * 120

    answer = as_user(classmate).post(post, {"text": long})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Keep it to 2,000 characters" in page
    assert long.strip() in page
    assert not Reflection.objects.exists()


def test_a_line_end_counts_as_one_character_as_it_does_in_the_page(outcome, classmate, as_user):
    post = reverse("results:feedback-reflect", args=[outcome.public_id])

    answer = as_user(classmate).post(post, {"text": "x\r\n" * 999 + "xx"})

    assert answer.status_code == 302
    assert len(Reflection.objects.get().text) == 2_000


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


# ---------------------------------------------------------------- on paper
def on_paper(outcome):
    page = feedback_page(outcome.public_id, on_paper=True)
    return render_to_string("results/feedback/_paper.html", {"page": page, "course": page.assignment.course})


def test_on_paper_passages_carry_one_number_in_the_essay_and_where_they_are_quoted(outcome):
    paper = on_paper(outcome)

    numbers = re.findall(r'<mark class="ev strand-[abc]" id="passage-(\d+)"', paper)
    quoted = re.findall(r'<a class="no" href="#passage-(\d+)">(\d+)</a>', paper)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert {number for number, _ in quoted} == set(numbers)
    assert all(number == shown for number, shown in quoted)
    assert "Nothing found for one of your three places: 0 of 8." in paper
    assert "<strong>51</strong> of 100" in paper


def test_paper_names_no_person(outcome, classmate):
    paper = on_paper(outcome)

    assert not any(name in paper for name in ("Noor", "Haddad", classmate.username, "Okafor", "Reyes"))


def test_every_id_on_paper_and_on_the_page_is_there_once_and_every_link_leads_somewhere(outcome, classmate, as_user):
    for html in (on_paper(outcome), as_user(classmate).get(address(outcome)).content.decode()):
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_where_no_pdf_can_be_made_the_page_offers_to_print(outcome, classmate, as_user, monkeypatch):
    for place in ("results.views.feedback.pdf_is_here", "essays.actions.files.pdf_is_here"):
        monkeypatch.setattr(place, lambda: False)
    client = as_user(classmate)

    page, refused = client.get(address(outcome)).content.decode(), client.get(address(outcome), {"as": "pdf"})

    assert "Print or PDF" in page
    assert "?as=pdf" not in page
    assert refused.status_code == 409


@pytest.mark.parametrize("asked", ["docx", "", "PDF"])
def test_another_kind_of_file_is_not_there(outcome, classmate, as_user, asked):
    assert as_user(classmate).get(address(outcome), {"as": asked}).status_code == 404


def test_the_file_is_nobody_elses_either(outcome, student, teacher, as_user):
    for person in (student, teacher):
        assert as_user(person).get(address(outcome), {"as": "pdf"}).status_code == 404


def unpacked(data):
    """Give a PDF with its streams written out."""
    found = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        with suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"".join(found)


@pytest.mark.pdf
def test_a_pdf_is_made_of_it_tagged_and_named_after_course_and_assignment(outcome, classmate, as_user):
    if not pdf_is_here():
        pytest.fail("WeasyPrint or Pango is missing: pip install assay[pdf]; apt install libpango-1.0-0")

    answer = as_user(classmate).get(address(outcome), {"as": "pdf"})

    inside = unpacked(answer.content)
    assert answer.content.startswith(b"%PDF-1.")
    assert all(word in inside for word in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid:part", b"/Lang"))
    assert not any(name.encode() in inside for name in ("Noor", "Haddad"))
    name = "history-12-collective-defence-since-1914-feedback.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


# ---------------------------------------------------------------- the promise at the next draft
def test_what_was_promised_stands_on_the_next_brief_and_above_the_next_draft(
    course, assignment, outcome, classmate, student, teacher, as_user
):
    parts = {part: getattr(assignment, part) for part in ("prompt_version", "rubric_version", "mode")}
    following = set_for(course, teacher, title="The next essay", **parts)
    write_reflection(outcome.submission, text="say what <effective> means", by=classmate)
    with clock.at(MONDAY):
        draft, other = open_draft(following, by=classmate), open_draft(following, by=student)
        pages = {
            "brief": as_user(classmate).get(reverse("essays:assignments-brief", args=[following.public_id])),
            "desk": as_user(classmate).get(reverse("essays:drafts-write", args=[draft.public_id])),
            "home": as_user(classmate).get("/"),
        }
        theirs = as_user(student).get(reverse("essays:drafts-write", args=[other.public_id])).content.decode()

    said = {
        name: "Next time I will say what &lt;effective&gt; means" in page.content.decode()
        for name, page in pages.items()
    }
    assert said == dict.fromkeys(pages, True)
    assert "Last time you wrote" not in theirs


def test_the_newest_promise_is_the_one_that_is_shown(assignment, papers, outcome, classmate, student):
    write_reflection(outcome.submission, text="Next time I define it.", by=classmate)
    assert last_promise(classmate) == "Next time I define it."

    write_reflection(outcome.submission, text="define it", by=classmate)
    assert last_promise(classmate) == "Next time I will define it"
    assert last_promise(student) == ""


def test_a_brief_of_what_is_handed_in_says_nothing_of_it(assignment, outcome, classmate, as_user):
    write_reflection(outcome.submission, text="define it", by=classmate)

    with clock.at(MONDAY):
        brief = as_user(classmate).get(reverse("essays:assignments-brief", args=[assignment.public_id]))

    assert "Last time you wrote" not in brief.content.decode()


# ---------------------------------------------------------------- feedback before the mark
@pytest.fixture
def first(assignment):
    """Feedback comes first in this assignment; the mark after three days at the latest."""
    Assignment.objects.filter(pk=assignment.pk).update(mark_after_days=3)
    return assignment


def told(outcome, student, as_user, at):
    with clock.at(at):
        return as_user(student).get(address(outcome)).content.decode()


@pytest.fixture
def odd(course, teacher, marker, student):
    """A released essay whose every number is odd: levels, sum, the teacher's own total and what lateness takes."""
    levels = (("Nothing creditable", "0"), ("Mentioned", "2.37"), ("Weighed", "9.41"))
    rubric = published_rubric(levels=levels)
    terms = {"mark_after_days": 3, "late_rule": "percent", "late_percent": Decimal("7.53")}
    assignment = set_for(course, teacher, rubric_version=rubric, **terms)
    text = "Railways moved armies.\n\nRadar saw them come.\n\nNobody agreed about the League."
    submission = hand_in_for(assignment, student, teacher, text, at=assignment.due_at + timedelta(hours=2))
    make_papers(assignment)
    marks = {
        "E1": Marked(level_key="2", quotes=("Railways moved armies.",), remark="A fact and its use."),
        "E2": Marked(level_key="1", quotes=("Nobody agreed about the League.",)),
        "E3": Marked(level_key="1", quotes=("Radar saw them come.",), next_step="Say who shared it."),
        "C1": Marked(state="not_attempted"),
    }
    mark_paper(Paper.objects.get(submission=submission), marks=marks, overall="Short and clear.", by=marker)
    prepare_outcomes(assignment, by=teacher)
    override_total(Outcome.objects.get(), total=Decimal(ODD), reason=SENTINEL, by=teacher)
    with clock.at(FRIDAY):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
    return Outcome.objects.latest("version")


ON_THE_BRIEF = ("9.41", "2.37", "7.53", "of 100")
NUMBERS = ("11.78", "36.37", "40.84", SENTINEL, "Rounded", "level 2")
"""The sum before rounding, what the teacher's own total adds, the total, and words that stand beside them."""


def test_before_the_mark_no_number_of_it_is_anywhere_a_student_looks(odd, student, as_user):
    with clock.at(FRIDAY):
        walked = crawl(as_user(student))
        page = as_user(student).get(address(odd)).content.decode()

    assert [(at, number) for at, said in walked.items() for number in NUMBERS if number in said] == []
    assert [number for number in (*ON_THE_BRIEF, *NUMBERS) if number in page] == []
    assert "A fact and its use." in page
    assert "Short and clear." in page
    assert "Weighed: for students." in page
    assert "Say who shared it." in page
    assert not any(word in page for word in ("ladder", "Not counted", 'class="sum', 'class="score"'))


def test_with_the_mark_every_number_is_there_so_the_test_can_fail(odd, student, as_user):
    with clock.at(FRIDAY + timedelta(days=3)):
        page = as_user(student).get(address(odd)).content.decode()

    assert [number for number in (*ON_THE_BRIEF, *NUMBERS) if number not in page] == []


def test_the_levels_words_are_there_without_the_level(first, outcome, classmate, as_user):
    page = as_user(classmate).get(address(outcome)).content.decode()

    assert "To reach level" not in page
    assert "<strong>Next:</strong> To go further: you " in page
    assert "You mention a correct technology" in page
    assert 'id="coverage"' in page
    assert "sound" not in page.lower()
    assert "of 10" not in page


def test_whoever_waits_for_a_mark_is_told_that_the_words_of_the_level_can_be_looked_up(
    first, outcome, classmate, teacher, as_user
):
    brief, terms = (reverse(f"essays:assignments-{name}", args=[first.public_id]) for name in ("brief", "edit"))

    page = as_user(classmate).get(address(outcome)).content.decode()

    assert "shows no points, no total and no level’s name" in page
    for said in (page, as_user(classmate).get(brief).content.decode()):
        assert re.search(r"compare them with (the|this) brief, you can tell which", said)
    assert "compares them with the brief can tell the level" in as_user(teacher).get(terms).content.decode()


def test_on_paper_no_number_is_told_before_the_mark_either(odd):
    with clock.at(FRIDAY):
        paper = on_paper(odd)

    assert [number for number in (*ON_THE_BRIEF, *NUMBERS) if number in paper] == []
    assert "A fact and its use." in paper


def test_what_it_weighs_tells_nothing_about_the_mark(first, papers, marked, classmate, teacher, as_user):
    with clock.at(FRIDAY):
        publish_release(prepare_release(first, by=teacher), by=teacher)
        outcome, pages = Outcome.objects.get(submission=papers[1].submission_id), []

    with clock.at(FRIDAY + timedelta(hours=1)):
        for total in (Decimal(9), Decimal("100")):
            outcome = override_total(outcome, total=total, reason="x" * int(total), by=teacher)
            publish_release(prepare_release(first, reason="y" * int(total), by=teacher), by=teacher)
            pages.append(masked(as_user(classmate).get(address(outcome)), outcome))

    assert pages[0] == pages[1]


def masked(answer, outcome):
    """Give a page without what differs from one answer to the next: its address, its token."""
    text = answer.content.decode().replace(str(outcome.public_id), "")
    return re.sub(r"(csrfmiddlewaretoken\" value=\"|X-CSRFToken\": \")\w+", "", text)


def test_the_page_says_what_brings_the_mark_and_when_it_comes_by_itself(first, outcome, classmate, as_user):
    Release.objects.update(live_at=FRIDAY)

    page = told(outcome, classmate, as_user, at=FRIDAY + timedelta(days=1))

    assert page.count("Mon 30 Nov, 10:00 (Brussels)") == 2
    assert "Keep and see my mark" in page


def test_writing_down_what_to_do_next_time_brings_the_mark_for_good(first, outcome, classmate, as_user):
    client, post = as_user(classmate), reverse("results:feedback-reflect", args=[outcome.public_id])

    kept = client.post(post, {"text": "say what effective means"}, follow=True).content.decode()
    client.post(post, {"text": ""})

    assert "Your mark is on this page now." in kept
    assert "51 <span" in kept
    assert "51 <span" in client.get(address(outcome)).content.decode()
    assert not Reflection.objects.exists()


def test_nothing_written_brings_nothing(first, outcome, classmate, as_user):
    client, post = as_user(classmate), reverse("results:feedback-reflect", args=[outcome.public_id])

    said = client.post(post, {"text": " \n "}, follow=True).content.decode()

    assert "and your mark is shown" in said
    assert "Keep and see my mark" in said
    assert not MarkShown.objects.exists()


def test_the_last_day_brings_the_mark_by_itself_and_not_a_second_before(first, outcome, classmate, as_user):
    Release.objects.update(live_at=FRIDAY)
    end = FRIDAY + timedelta(days=3)

    assert "Keep and see my mark" in told(outcome, classmate, as_user, at=end - timedelta(seconds=1))
    assert "51 <span" in told(outcome, classmate, as_user, at=end)


def test_a_later_version_does_not_hide_what_was_shown_nor_count_the_days_anew(
    first, outcome, classmate, teacher, as_user
):
    Release.objects.update(live_at=FRIDAY)
    with clock.at(FRIDAY + timedelta(days=2)):
        changed = override_total(outcome, total=Decimal(54), reason="Between two levels.", by=teacher)
        publish_release(prepare_release(first, reason="C3 was read again.", by=teacher), by=teacher)

    before = told(changed, classmate, as_user, at=FRIDAY + timedelta(days=2))
    after = told(changed, classmate, as_user, at=FRIDAY + timedelta(days=3))

    assert "C3 was read again." not in before
    assert "This was changed after you first saw it. Why is said beside your mark." in before
    assert "your total was 51, now it is 54" in after
    assert "C3 was read again." in after


def test_the_first_page_names_no_level_and_says_what_the_mark_waits_for(first, outcome, classmate, as_user):
    client = as_user(classmate)

    before = client.get("/").content.decode()
    client.post(reverse("results:feedback-reflect", args=[outcome.public_id]), {"text": "define it"})
    after = client.get("/").content.decode()

    assert "your mark comes when you have written" in before
    assert "To reach level" not in before
    assert "your mark comes when you have written" not in after


def test_the_rehearsal_shows_both_states(first, papers, marked, teacher, as_user):
    prepare_outcomes(first, by=teacher)
    seen_as, client = reverse("results:release-preview", args=[first.public_id, papers[1].code]), as_user(teacher)

    feedback, mark = (client.get(seen_as + query).content.decode() for query in ("", "?show=mark"))

    assert "otherwise they come 3 days after the release" in feedback
    assert "of 100" not in feedback
    assert "51 <span" in mark
