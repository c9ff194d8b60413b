"""The pages of marking away from the desk: a file goes out, comes back, is compared, chosen, written, taken back."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from courses.models import Job
from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking, OfflineFile, OfflineMerge, Paper
from marking.queries.offline import merge_page
from tests.jobs import do_waiting_jobs
from tests.marking.offline import with_cells
from tests.marking.sending import level, score_of, send


@pytest.fixture
def mine(papers, marker):
    Allotment.objects.filter(paper__in=papers).update(marker=marker)
    return papers


@pytest.fixture
def at(assignment, marker, as_user):
    client = as_user(marker)

    def ask(name, *args, **fields):
        address = reverse(f"marking:offline-{name}", args=args or [assignment.public_id])
        return client.post(address, fields, follow=True) if fields else client.get(address)

    return ask


def as_file(data, name="papers.xlsx"):
    return SimpleUploadedFile(name, data)


def test_a_file_goes_out_and_what_was_marked_in_it_is_compared_and_written(mine, strong, at):
    assert "3 papers are allotted to you" in at("detail").content.decode()
    data = at("take", more="0").content
    page = at("bring", file=as_file(with_cells(data, ("Scores", strong.code, "E1", 3)))).content.decode()
    merge = OfflineMerge.objects.get()

    assert "1 new, 0 to choose, 0 the same. Nothing is written yet." in page
    assert not Marking.objects.exists()
    done = at("merge", merge.public_id, anything="1").content.decode()
    assert "1 cell is written" in done
    assert "Take the merge back" in done
    assert score_of(Marking.objects.get(), "E1").level.key == "3"
    back = at("undo", merge.public_id, anything="1").content.decode()
    assert "What stood before the merge stands again" in back
    assert score_of(Marking.objects.get(), "E1").state == "unmarked"


def test_both_sides_of_a_conflict_are_shown_and_a_missing_choice_loses_none_of_the_others(mine, strong, marker, at):
    marking = claim_paper(strong, by=marker)
    data = at("take", more="0").content
    send(marking, level("E1", "1"), level("E2", "1"), by=marker)
    data = with_cells(data, ("Scores", strong.code, "E1", 3), ("Scores", strong.code, "E2", 4))
    at("bring", file=as_file(data))
    merge = OfflineMerge.objects.get()
    first, second = merge_page(merge).asking

    page = at("merge", merge.public_id, **{f"choice.{first.item.id}": f"take:{first.item.seen}"}).content.decode()

    assert "1 cell changed in both places" in page
    assert f'value="take:{first.item.seen}" checked' in page
    assert page.count("is-left") == 1
    assert score_of(marking, "E1").level.key == "1"
    both = {f"choice.{one.item.id}": f"take:{one.item.seen}" for one in (first, second)}
    at("merge", merge.public_id, **both)
    assert score_of(marking, "E1").level.key == "3"


def test_all_conflicts_are_marked_with_one_press_and_none_is_written_by_it(mine, strong, marker, at):
    marking = claim_paper(strong, by=marker)
    data = at("take", more="0").content
    send(marking, level("E1", "1"), level("E2", "1"), level("E3", "1"), by=marker)
    data = with_cells(data, *[("Scores", strong.code, key, 3) for key in ("E1", "E2", "E3")])
    assert "Mark all 3 as kept" in at("bring", file=as_file(data)).content.decode()
    merge = OfflineMerge.objects.get()

    kept, taken = (at("merge", merge.public_id, every=every).content.decode() for every in ("keep", "take"))

    assert [len(re.findall(r'value="keep:\w+" checked', page)) for page in (kept, taken)] == [3, 0]
    assert len(re.findall(r'value="take:\w+" checked', taken)) == 3
    assert score_of(marking, "E1").level.key == "1"
    assert OfflineMerge.objects.get().merged_at is None


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("papers.xlsx", b"PK\x03\x04nothing", "papers.xlsx"),
        ("papers.csv", b"a,b", "Choose a .xlsx file"),
        ("papers.xlsx", b"", "empty"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(mine, at, name, data, said):
    page = at("bring", file=as_file(data, name)).content.decode()

    assert said in page
    assert not OfflineMerge.objects.exists()


def test_cells_that_cannot_be_taken_are_named(mine, strong, at):
    data = with_cells(at("take", more="0").content, ("Scores", strong.code, "E1", 99))

    page = at("bring", file=as_file(data)).content.decode()

    assert "E1 has no level “99”" in page
    assert "Nothing in this file differs from your markings, but for what is told below" in page


def test_a_file_that_is_not_known_is_refused(mine, at):
    data = at("take", more="0").content
    OfflineFile.objects.all().delete()

    assert "no number that is known" in at("bring", file=as_file(data)).content.decode()


def test_where_nothing_is_allotted_papers_are_offered(papers, at):
    page = at("detail").content.decode()

    assert "Up to 3." in page
    assert 'value="3"' in page
    assert "No paper is allotted to you" in at("take", more="0").content.decode()


def test_a_file_of_many_papers_is_written_by_the_worker(mine, strong, weak, at, monkeypatch):
    monkeypatch.setattr("marking.queries.offline.AT_ONCE", 1)
    data = with_cells(at("take", more="0").content, ("Scores", strong.code, "E1", 3), ("Scores", weak.code, "E1", 1))
    at("bring", file=as_file(data))
    merge = OfflineMerge.objects.get()

    at("merge", merge.public_id, anything="1")
    assert not Marking.objects.exists()
    do_waiting_jobs()

    job = Job.objects.get()
    assert (job.state, job.done, job.said) == ("done", 2, "2 cells are written to your markings.")
    assert Marking.objects.count() == 2
    assert "Take the merge back" in at("merge", merge.public_id).content.decode()


def test_a_workbook_that_is_taken_twice_is_taken_once_and_can_be_downloaded_again(papers, strong, marker, at):
    page = at("detail").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    first = at("take", more="1", key=key).content

    second = at("take", more="1", key=key)

    assert second["Content-Type"].startswith("text/html")
    assert "taken already, with 1 paper" in second.content.decode()
    assert key not in second.content.decode().split('name="key"')[1][:60]
    assert Allotment.objects.filter(marker=marker).count() == 1
    again = at("file", OfflineFile.objects.get().public_id)
    assert (
        again["Content-Disposition"] == 'attachment; filename="papers-history-12-collective-defence-since-1914-1.xlsx"'
    )
    assert codes_in(again.content) == codes_in(first)
    assert str(OfflineFile.objects.get().public_id) in str([c.value for row in book_of(first)["Read me"] for c in row])


def book_of(data):
    return load_workbook(io.BytesIO(data))


def codes_in(data):
    return [row[0].value for row in book_of(data)["Scores"].iter_rows(min_row=2)]


def test_a_file_of_which_nothing_waits_any_more_says_so_and_is_nobody_elses(
    mine, at, marker, second_marker, as_user, tuesday
):
    at("take", more="0")
    address = reverse("marking:offline-file", args=[OfflineFile.objects.get().public_id])
    Paper.objects.update(retired_at=tuesday)

    answer = as_user(marker).get(address)

    assert answer.status_code == 409
    assert "Nothing of this workbook waits for you any more" in answer.content.decode()
    assert as_user(second_marker).get(address).status_code == 404


def test_many_papers_are_taken_back_by_the_worker(mine, strong, weak, at, monkeypatch):
    data = with_cells(at("take", more="0").content, ("Scores", strong.code, "E1", 3), ("Scores", weak.code, "E1", 1))
    at("bring", file=as_file(data))
    merge = OfflineMerge.objects.get()
    at("merge", merge.public_id, anything="1")
    monkeypatch.setattr("marking.views.offline.AT_ONCE", 1)

    at("undo", merge.public_id, anything="1")
    do_waiting_jobs()

    assert Job.objects.get().said == "The merge is taken back. What stood before stands again."
    assert "Taken back" in at("merge", merge.public_id).content.decode()
