"""The journal's pages as files: what a spreadsheet and a program are given."""

import csv
import io
import json

from django.urls import reverse

from courses.actions.journal import write_entry


def test_the_journal_as_csv_opens_in_a_spreadsheet_and_none_of_it_runs(course, admin, as_user):
    write_entry("edit_course", course, by=admin, before="=HYPERLINK(1)", after="Überblick")

    answer = as_user(admin).get(reverse("results:journal-csv"))

    data = b"".join(answer.streaming_content)
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert data.startswith("\ufeff".encode())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="journal.csv"'
    assert (row["before"], row["after"]) == ("'=HYPERLINK(1)", "Überblick")


def test_the_journal_as_json_says_every_cell_as_it_is(course, admin, as_user):
    write_entry("edit_course", course, by=admin, before="=HYPERLINK(1)", after="Überblick")

    answer = as_user(admin).get(reverse("results:journal-lines"))

    told = json.loads(b"".join(answer.streaming_content))
    assert (told["before"], told["after"]) == ("=HYPERLINK(1)", "Überblick")
