"""Other gradebooks' files come in by a page: compared, given back filled, taken as unreleased changes."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.kernel.clock import now
from courses.models import Entry, Job
from marking.models import Paper
from results.actions.outcomes import override_total
from results.actions.release import prepare_release, publish_release
from results.actions.worksheets import RowCannotBeTaken, WorksheetGone, _take
from results.models import BroughtWorksheet, Outcome
from results.queries.changes import unreleased_changes
from results.queries.worksheets import compared_worksheet, version_of
from tests.jobs import do_waiting_jobs

MOODLE = (
    "Identifier,Full name,Email address,Grade,Maximum grade,Last modified (grade),Feedback comments,Assay version\n"
)


@pytest.fixture
def shared_class(one_marked_class):
    return one_marked_class


@pytest.fixture
def released(assignment, papers, marked, teacher):
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    return assignment


@pytest.fixture
def bring(released, teacher, as_user):
    client = as_user(teacher)

    def send(text, name="grades.csv"):
        data = text if isinstance(text, bytes) else text.encode()
        address = reverse("results:worksheets-bring", args=[released.public_id])
        return client.post(address, {"file": SimpleUploadedFile(name, data, "text/csv")}, follow=True)

    return send


def worksheet_for(*grades):
    outcomes = Outcome.objects.order_by("-total")
    rows = [
        f"Participant {n},{one.submission.draft.author.name},,{grade},100,-,,{version_of(one.version, one.sha256)}"
        for n, (one, grade) in enumerate(zip(outcomes, grades, strict=True))
    ]
    return MOODLE + "\n".join(rows) + "\n"


def ticks(*lines):
    """Give what the page would send for these lines, as they are now."""
    rows = compared_worksheet(BroughtWorksheet.objects.get(), now()).rows
    return [one.tick for one in rows if one.line in lines]


def take(client, ticked, reason="Moderated with the department."):
    brought = BroughtWorksheet.objects.get()
    return client.post(
        reverse("results:worksheets-detail", args=[brought.public_id]), {"row": ticked, "reason": reason}, follow=True
    )


def test_a_changed_worksheet_is_shown_row_by_row_and_changes_nothing(bring):
    page = bring(worksheet_for("94", "60", "")).content.decode()

    assert "3 rows: 1 changed; 1 no grade in the file; 1 unchanged." in page
    assert Outcome.objects.count() == 3


def test_a_ticked_grade_becomes_an_unreleased_change_with_its_reason(released, bring, teacher, as_user):
    bring(worksheet_for("94", "60", "16"))

    page = take(as_user(teacher), ticks(3)).content.decode()

    [submission] = unreleased_changes(released, now())
    newest = submission.outcomes.latest("version")
    assert (newest.total, newest.reason) == (Decimal(60), "Moderated with the department.")
    assert submission.draft.author.username == "noor.haddad"
    assert "1 total is changed" in page
    assert "Refused: a change waits" in page
    assert Entry.objects.filter(verb="override_total").count() == 1


@pytest.mark.parametrize(
    ("lines", "reason", "said"),
    [
        ((), "Why not.", "Tick at least one row"),
        ((3,), "  ", "Say why"),
        ((2,), "x", "Line 2, Ines Duarte: Unchanged."),
        (["9:0123456789abcdef"], "x", "Its mark changed since you looked."),
        (["3"], "x", "A tick cannot be read."),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(bring, teacher, as_user, lines, reason, said):
    bring(worksheet_for("94", "60", "16"))
    sent = ticks(*lines) if isinstance(lines, tuple) else lines

    assert said in take(as_user(teacher), sent, reason).content.decode()
    assert Outcome.objects.count() == 3


def test_a_late_essays_grade_is_not_taken_from_a_file(released, bring):
    one = Outcome.objects.get(total=51)
    one.adjustments.create(position=1, kind="late", points=-5, reason="A day late.")

    assert "Refused: lateness counts" in bring(worksheet_for("94", "60", "16")).content.decode()


def test_the_file_comes_back_filled_with_totals_and_comments(bring, teacher, as_user):
    bring(worksheet_for("", "", ""))
    address = reverse("results:worksheets-fill", args=[BroughtWorksheet.objects.get().public_id])

    answer = as_user(teacher).get(address)

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))
    assert [row["Grade"] for row in rows] == ["94", "51", "16"]
    assert rows[0]["Feedback comments"].startswith("Overall of strong.")
    assert "E1" in rows[0]["Feedback comments"]


def test_what_was_filled_in_comes_back_as_unchanged(bring, teacher, as_user):
    bring(worksheet_for("", "", ""))
    address = reverse("results:worksheets-fill", args=[BroughtWorksheet.objects.get().public_id])
    returned = b"".join(as_user(teacher).get(address).streaming_content)

    assert "3 rows: 3 unchanged." in bring(returned).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Name,Mark\nNoor,3\n", "Line 1 is neither"),
        (b"PK\x03\x04zip", "it is a ZIP file"),
        (b"", "file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is a picture"),
    ],
)
def test_what_is_no_gradebook_is_refused_in_words(bring, data, said):
    assert said in bring(data).content.decode()
    assert not BroughtWorksheet.objects.exists()


def test_nothing_comes_in_before_the_release(assignment, papers, marked, teacher, as_user):
    address = reverse("results:worksheets-bring", args=[assignment.public_id])

    as_user(teacher).post(address, {"file": SimpleUploadedFile("a.csv", worksheet_for().encode())})

    assert not BroughtWorksheet.objects.exists()


def test_a_file_is_its_own_teachers_and_can_be_removed(bring, teacher, marker, as_user):
    bring(worksheet_for("94", "60", "16"))
    brought = BroughtWorksheet.objects.get()

    assert as_user(marker).get(reverse("results:worksheets-detail", args=[brought.public_id])).status_code == 404
    as_user(teacher).post(reverse("results:worksheets-remove", args=[brought.public_id]))
    assert not BroughtWorksheet.objects.exists()


def test_comparing_costs_the_same_for_any_class(released, bring, teacher, as_user, without_transactions):
    bring(worksheet_for("94", "60", "16"))
    address = reverse("results:worksheets-detail", args=[BroughtWorksheet.objects.get().public_id])
    client = as_user(teacher)

    with without_transactions() as asked:
        client.get(address)

    assert len(asked) <= 12


def test_after_a_week_a_file_is_not_there_and_the_next_one_removes_it(bring, teacher, as_user):
    bring(worksheet_for("94", "60", "16"))
    BroughtWorksheet.objects.update(brought_at=now() - timedelta(days=8))
    old = BroughtWorksheet.objects.get()

    assert as_user(teacher).get(reverse("results:worksheets-detail", args=[old.public_id])).status_code == 404
    bring(worksheet_for("94", "51", "16"))
    assert old not in BroughtWorksheet.objects.all()


def test_a_mark_decided_while_the_file_was_compared_is_not_overwritten(released, bring, teacher):
    bring(worksheet_for("94", "60", "16"))
    row = compared_worksheet(BroughtWorksheet.objects.get(), now()).changed[0]
    outcome = Outcome.objects.get(total=51)
    author = outcome.submission.draft.author
    override_total(outcome, total=Decimal(70), reason="Read again.", by=teacher)

    with pytest.raises(RowCannotBeTaken, match="Another change"):
        _take(row, row.seen, {author.public_id: outcome}, "Moderated.", released, teacher)

    assert Outcome.objects.latest("pk").total == 70


@pytest.fixture
def canvas(bring):
    """A Canvas gradebook with two changed grades, which holds no dates and no versions: only what was seen counts."""
    heading = "Student,ID,SIS User ID,SIS Login ID,Section,Collective defence since 1914\n    Points Possible,,,,,100\n"
    return bring(f"{heading}Ines,1,,ines.duarte,H,90\nNoor,2,,noor.haddad,H,60\nJonas,3,,jonas.weber,H,16\n")


def change_of(author, total, released, teacher):
    outcome = Outcome.objects.filter(submission__draft__author__username=author).latest("version")
    override_total(outcome, total=Decimal(total), reason="Read again.", by=teacher)
    papers = Paper.objects.filter(submission=outcome.submission)
    publish_release(prepare_release(released, papers=papers, reason="Corrected.", by=teacher), by=teacher)


def test_a_mark_that_changed_between_looking_and_taking_is_refused_and_the_rest_is_taken(
    released, canvas, teacher, as_user
):
    seen = ticks(3, 4)
    change_of("noor.haddad", 54, released, teacher)

    page = take(as_user(teacher), seen).content.decode()

    assert "1 total is changed." in page
    assert "Line 4, Noor: Its mark changed since you looked." in page
    assert "Moderated with the department." in page
    assert "checked" not in page
    assert Outcome.objects.filter(submission__draft__author__username="noor.haddad").latest("version").total == 54
    assert Outcome.objects.filter(submission__draft__author__username="ines.duarte").latest("version").total == 90
    take(as_user(teacher), ticks(4))
    assert Outcome.objects.filter(submission__draft__author__username="noor.haddad").latest("version").total == 60


def test_many_grades_are_taken_over_by_the_worker_and_those_left_are_named_by_line(
    released, canvas, teacher, as_user, monkeypatch
):
    monkeypatch.setattr("results.views.worksheets.TAKEN_AT_ONCE", 1)
    seen = ticks(3, 4)
    assert "Say why" in take(as_user(teacher), seen, reason=" ").content.decode()
    assert not Job.objects.exists()

    take(as_user(teacher), seen)
    change_of("noor.haddad", 54, released, teacher)
    do_waiting_jobs()

    job = Job.objects.get()
    assert (job.state, job.done) == ("done", 2)
    assert job.sentences[0] == "1 total is changed. Students see it once you release the changes."
    assert job.sentences[1].startswith("Line 4: Its mark changed since you looked.")
    assert "Noor" not in job.said
    take(as_user(teacher), seen)
    do_waiting_jobs()
    assert Entry.objects.filter(verb="override_total").count() == 2


def test_a_file_removed_before_the_worker_came_ends_the_job_in_words(released, canvas, teacher, as_user, monkeypatch):
    monkeypatch.setattr("results.views.worksheets.TAKEN_AT_ONCE", 1)
    take(as_user(teacher), ticks(3, 4))
    BroughtWorksheet.objects.all().delete()

    do_waiting_jobs()

    job = Job.objects.get()
    assert (job.state, job.sentences) == ("failed", [WorksheetGone.message])


def test_a_file_that_another_title_makes_unclear_says_so(released, bring, teacher, as_user):
    heading = "Student,ID,SIS User ID,SIS Login ID,Section,Essay,Essay\n"
    bring(heading + "    Points Possible,,,,,100,100\n")
    type(released).objects.update(title="Essay")

    answer = as_user(teacher).get(reverse("results:worksheets-detail", args=[BroughtWorksheet.objects.get().public_id]))

    assert answer.status_code == 409
    assert "2 times" in answer.content.decode()


def test_rows_that_say_which_is_newer_are_ticked_and_all_or_none_can_be(bring, teacher, as_user):
    page = bring(worksheet_for("90", "60", "16")).content.decode()
    assert page.count(" checked>") == 2
    address = reverse("results:worksheets-detail", args=[BroughtWorksheet.objects.get().public_id])

    none = as_user(teacher).post(address, {"row": ticks(2), "do": "none", "reason": "Half a sent"}).content.decode()
    every = as_user(teacher).post(address, {"do": "all"}).content.decode()

    assert (none.count(" checked>"), every.count(" checked>")) == (0, 2)
    assert "Half a sent</textarea>" in none
    assert Outcome.objects.count() == 3


def test_nothing_of_a_canvas_file_is_ticked_for_anybody(canvas):
    assert canvas.content.decode().count('name="row"') == 2
    assert " checked>" not in canvas.content.decode()
