"""The marks to take away: codes before release, names after, and nothing a spreadsheet would run."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from courses.kernel import clock
from courses.models import Job, Role
from essays.models import Standing
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.queries.gradebook import AT_ONCE
from tests.jobs import do_waiting_jobs
from tests.rows import MONDAY, enrolled

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def shared_class(one_marked_class):
    return one_marked_class


@pytest.fixture
def marks(assignment, teacher, as_user):
    client = as_user(teacher)

    def read(**query):
        answer = client.get(reverse("results:gradebook-marks", args=[assignment.public_id]), query)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text))), answer

    return read


def test_before_release_there_are_codes_and_no_names(assignment, papers, marked, teacher, marks):
    prepare_outcomes(assignment, by=teacher)

    rows, answer = marks()

    assert {row["Code"]: row["Total before lateness"] for row in rows} == dict(
        zip([paper.code for paper in papers], ["94", "51", "16"], strict=True)
    )
    assert "Name" not in rows[0]
    assert "codes" in answer.headers["Content-Disposition"]


def test_what_is_set_for_later_stays_in_the_file_by_code_until_its_moment(assignment, papers, marked, teacher, marks):
    with clock.at(TUESDAY):
        publish_release(prepare_release(assignment, by=teacher), at=TUESDAY + timedelta(days=1), by=teacher)
        before, _ = marks()
    with clock.at(TUESDAY + timedelta(days=1)):
        after, _ = marks(by="code")

    assert {row["Code"] for row in before} == {paper.code for paper in papers}
    assert after == []


def test_a_paper_that_was_not_rehearsed_is_blank(papers, marked, marks):
    rows, _ = marks()

    assert {(row["State"], row["Total before lateness"]) for row in rows} == {("not rehearsed", "")}


def test_after_release_there_are_names_and_no_codes(assignment, papers, marked, teacher, marks):
    publish_release(prepare_release(assignment, papers=papers[:2], by=teacher), by=teacher)

    rows, _ = marks()

    told = {row["Name"]: (row["State"], row["Total"], row["E2"], row["R1"]) for row in rows}
    assert told["Noor Haddad"] == ("released", "51", "NA", "NA")
    assert told["Ines Duarte"][:3] == ("released", "94", "8")
    assert told["Jonas Weber"] == ("not released", "", "", "")
    assert not any(paper.code in str(rows) for paper in papers)
    rest, _ = marks(by="code")
    assert [row["Code"] for row in rest] == [papers[2].code]


def test_of_an_essay_reopened_and_released_again_the_new_mark_is_given(told_again, marks, workbook):
    lines, _ = marks()
    sheet, _ = workbook()

    assert [(row["Total"], row["R1"]) for row in lines if row["Name"] == "Noor Haddad"] == [("16", "NA")]
    assert [row["Total"] for row in sheet if row["Name"] == "Noor Haddad"] == [16]


def test_absent_and_excused_are_blank_and_not_zero(assignment, papers, marked, teacher, classmate, course, marks):
    Standing.objects.create(assignment=assignment, student=classmate, state="excused")
    away = enrolled("lea.kim", "Lea Kim", course, Role.STUDENT)
    Standing.objects.create(assignment=assignment, student=away, state="absent")
    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    rows, _ = marks()

    told = {row["Name"]: (row["State"], row["Total"]) for row in rows}
    assert told["Lea Kim"] == ("absent", "")
    assert told["Noor Haddad"] == ("excused", "")


def test_a_name_that_looks_like_a_formula_is_text(assignment, marked, teacher, course, marks):
    enrolled("eve", "=HYPERLINK(1) Eve", course, Role.STUDENT)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    rows, _ = marks()

    assert "'=HYPERLINK(1) Eve" in [row["Name"] for row in rows]


@pytest.fixture
def workbook(assignment, teacher, as_user):
    client = as_user(teacher)

    def read(**query):
        answer = client.get(reverse("results:gradebook-workbook", args=[assignment.public_id]), query)
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        heading, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(heading, row, strict=True)) for row in rows], answer

    return read


def test_the_workbook_holds_codes_before_release_and_no_name(assignment, papers, marked, teacher, workbook):
    prepare_outcomes(assignment, by=teacher)

    rows, answer = workbook()

    assert {row["Code"]: row["Total before lateness"] for row in rows} == dict(
        zip([paper.code for paper in papers], [94, 51, 16], strict=True)
    )
    assert "Name" not in rows[0]
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="marks-history-12-collective-defence-since-1914-codes.xlsx"'
    )
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_the_workbook_holds_names_after_release_with_its_moment(assignment, papers, marked, teacher, workbook, course):
    enrolled("eve", "=HYPERLINK(1) Eve", course, Role.STUDENT)
    with clock.at(MONDAY + timedelta(days=4)):
        publish_release(prepare_release(assignment, papers=papers[:2], by=teacher), by=teacher)
        rows, _ = workbook()

    told = {row["Name"]: (row["State"], row["Total"], row["E2"], row["Released"]) for row in rows}
    assert told["Noor Haddad"] == ("released", 51, "NA", datetime(2026, 11, 27, 10, 0))
    assert told["Jonas Weber"] == ("not released", None, None, None)
    assert told["=HYPERLINK(1) Eve"][0] == "not handed in"
    assert not any(paper.code in str(rows) for paper in papers)


@pytest.mark.parametrize("query", [{}, {"by": "code"}])
def test_both_files_hold_the_same_rows(assignment, papers, marked, teacher, marks, workbook, query):
    with clock.at(MONDAY + timedelta(days=4)):
        publish_release(prepare_release(assignment, papers=papers[:2], by=teacher), by=teacher)
        lines, sheet = marks(**query)[0], workbook(**query)[0]

    assert [list(row) for row in lines] == [list(row) for row in sheet]
    numbers = [[str(value) for value in row.values() if isinstance(value, int | float)] for row in sheet]
    assert all(set(some) <= set(row.values()) for some, row in zip(numbers, lines, strict=True))


@pytest.mark.parametrize("query", [{}, {"by": "code"}])
@pytest.mark.parametrize("file", ["marks", "workbook"])
def test_the_file_costs_the_same_for_any_class(
    request, assignment, papers, marked, teacher, file, query, without_transactions
):
    marks = request.getfixturevalue(file)
    publish_release(prepare_release(assignment, papers=papers[:1], by=teacher), by=teacher)
    marks(**query)  # the hour's first look at the class is kept: one statement
    with without_transactions() as few:
        marks(**query)
    publish_release(prepare_release(assignment, papers=papers[1:2], by=teacher), by=teacher)
    with without_transactions() as many:
        marks(**query)

    assert len(few) == len(many)
    assert len(many) <= 10


# ---------------------------------------------------------------- a row a score
@pytest.fixture
def scores(assignment, teacher, as_user):
    client = as_user(teacher)

    def read(name="scores", **query):
        answer = client.get(reverse(f"results:gradebook-{name}", args=[assignment.public_id]), query)
        return b"".join(answer.streaming_content)

    return read


def test_every_released_score_has_a_row_with_its_state_quotes_and_words(assignment, papers, marked, teacher, scores):
    publish_release(prepare_release(assignment, papers=papers[:2], by=teacher), by=teacher)

    text = scores().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert {row["Name"] for row in rows} == {"Ines Duarte", "Noor Haddad"}
    assert len(rows) == 2 * 19
    first = next(row for row in rows if (row["Name"], row["Criterion"]) == ("Ines Duarte", "E1"))
    assert (first["State"], first["Points"], first["Points at most"]) == ("scored", "10", "10")
    assert first["Shown by"].startswith("“")
    assert first["Comment"]
    assert {row["State"] for row in rows} >= {"scored", "not_attempted"}
    assert not any(paper.code in text for paper in papers)


def test_before_release_scores_are_by_code_and_only_what_is_rehearsed(assignment, papers, marked, teacher, scores):
    prepare_outcomes(assignment, papers=papers[:1], by=teacher)

    rows = list(csv.DictReader(io.StringIO(scores().decode("utf-8-sig"), newline="")))

    assert {row["Code"] for row in rows} == {papers[0].code}
    assert "Name" not in rows[0]


def test_the_workbook_of_scores_holds_the_same_rows_with_typed_points(assignment, papers, marked, teacher, scores):
    prepare_outcomes(assignment, by=teacher)
    lines = list(csv.DictReader(io.StringIO(scores().decode("utf-8-sig"), newline="")))

    sheet = load_workbook(io.BytesIO(scores("scores_workbook"))).active
    heading, *rows = sheet.iter_rows(values_only=True)
    found = [dict(zip(heading, row, strict=True)) for row in rows]

    assert [row["Comment"] for row in lines] == [row["Comment"] or "" for row in found]
    assert all(row["Points"] is None or isinstance(row["Points"], int | float) for row in found)
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_a_local_spreadsheet_is_given_semicolons(assignment, papers, marked, teacher, scores):
    prepare_outcomes(assignment, by=teacher)

    assert scores("marks", numbers="commas").decode("utf-8-sig").startswith("Code;State;")


def test_canvas_gets_two_lines_of_heading_and_a_total_a_student(assignment, papers, marked, teacher, classmate, scores):
    publish_release(prepare_release(assignment, papers=papers[:2], by=teacher), by=teacher)
    Standing.objects.create(assignment=assignment, student=classmate, state="excused")

    heading, points, *rows = csv.reader(io.StringIO(scores("canvas").decode("utf-8-sig"), newline=""))

    assert heading == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment.title]
    assert points == ["    Points Possible", "", "", "", "", "100"]
    told = {row[0]: row[5] for row in rows}
    assert told == {"Duarte, Ines": "94", "Haddad, Noor": "EX", "Weber, Jonas": ""}


def test_no_canvas_file_before_the_release(assignment, papers, marked, teacher, as_user):
    prepare_outcomes(assignment, by=teacher)

    assert as_user(teacher).get(reverse("results:gradebook-canvas", args=[assignment.public_id])).status_code == 404


def test_the_page_of_files_says_what_each_cannot_carry(assignment, papers, marked, teacher, as_user):
    address = reverse("results:gradebook-detail", args=[assignment.public_id])
    before = as_user(teacher).get(address).content.decode()
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    after = as_user(teacher).get(address).content.decode()

    assert "After the release" in before
    assert "What a Moodle worksheet cannot carry" in after
    assert after.count('class="losses"') == 4


def test_a_large_workbook_is_made_by_the_worker(assignment, papers, marked, teacher, as_user, monkeypatch):
    monkeypatch.setitem(AT_ONCE, "scores", 10)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    client = as_user(teacher)
    page = client.get(reverse("results:gradebook-detail", args=[assignment.public_id])).content.decode()

    began = client.post(reverse("results:gradebook-make", args=[assignment.public_id]), {"what": "scores"})
    do_waiting_jobs()
    job = Job.objects.get()
    made = client.get(reverse("courses:jobs-file", args=[job.public_id]))

    assert "Make All scores, XLSX" in page
    assert began.url == reverse("courses:jobs-detail", args=[job.public_id])
    assert job.state == "done"
    assert job.total == 57
    assert len(list(load_workbook(io.BytesIO(made.content)).active.iter_rows())) == 58
