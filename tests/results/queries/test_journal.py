"""The journal's pages: who reads which lines, in whose words, and that no page joins a code and a name too early."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.actions.seals import seal_journal
from courses.kernel import clock
from courses.models import Entry, Seal
from essays.actions.arrangements import extend
from essays.models import Submission
from marking.actions.identity import open_identity
from results.queries.journal import (
    Narrowed,
    entries_of_assignment,
    entries_of_person,
    entries_of_submission,
    exported_rows,
    journal_page,
    own_entries,
)
from tests.rows import MONDAY
from tests.worlds import LivedIn, lived_in

NOW = MONDAY + timedelta(days=1, hours=3)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        lived = lived_in()
        teacher = lived.people["teacher"]
        for who in ("student", "classmate"):
            extend(
                lived.assignment,
                lived.people[who],
                due_at=MONDAY + timedelta(days=2, hours=5),
                reason="She was ill-tok7.",
                by=teacher,
            )
        open_identity(lived.paper, reason="Noor asked-tok8.", by=teacher)
        yield lived
        transaction.set_rollback(True)


def said(entries, **kwargs) -> list[str]:
    return [line.sentence for line in journal_page(entries, Narrowed(), **kwargs).lines]


@pytest.mark.django_db
def test_a_person_reads_about_themselves_in_their_own_words(world):
    student = world.people["student"]

    lines = journal_page(own_entries(student), Narrowed(), reader=student).lines

    told = [line.sentence for line in lines]
    assert "A teacher gave you more time." in told
    assert "You began to write." in told
    assert "A teacher handed in your essay for you." in told
    assert not [line for line in lines if line.reason or line.kept]
    assert not [one for one in told if "Marta" in one or "Noor" in one]


@pytest.mark.django_db
def test_while_marking_is_blind_a_teacher_reads_no_moment_of_a_name_and_none_of_a_code(world):
    teacher, classmate = world.people["teacher"], world.people["classmate"]

    of_class = said(entries_of_assignment(world.assignment), papers=True)
    of_noor = said(entries_of_person(teacher, classmate))

    assert "Marta Okafor gave Noor Haddad more time." in of_class
    assert [one for one in of_class if "K" in one and "paper" in one and "-" in one] == []
    assert not [one for one in of_class if "handed in" in one or "began to mark" in one or "opened whose" in one]
    assert of_noor.count("Marta Okafor gave Noor Haddad more time.") == 1
    assert not [one for one in of_noor if "handed in" in one or "late words aside" in one]


@pytest.mark.django_db
def test_a_released_essay_tells_how_it_was_marked_and_by_whom(world):
    submission = Submission.objects.select_related("draft").get(pk=world.submission.pk)
    code = submission.paper.code

    told = said(entries_of_submission(submission), papers=True)

    assert f"Tomas Reyes finished a marking (paper {code})." in told
    assert "Marta Okafor handed in Ines Duarte’s essay for Ines Duarte." in told
    assert not [one for one in told if "Noor" in one or world.paper.code in one]


@pytest.mark.django_db
def test_an_essay_that_is_not_released_tells_an_admin_nothing_of_its_paper(world):
    held = Submission.objects.select_related("draft").get(pk=world.paper.submission_id)

    told = said(entries_of_submission(held), papers=True)

    assert told
    assert not [one for one in told if world.paper.code in one or "mark" in one or "opened whose" in one]


@pytest.mark.django_db
def test_a_teacher_of_another_course_reads_nothing_of_it(world):
    assert said(entries_of_person(world.people["other_teacher"], world.people["student"])) == []


@pytest.mark.django_db
def test_pages_follow_each_other_without_a_gap(world):
    entries, seen, before = Entry.objects.all(), [], None
    while True:
        page = journal_page(entries, Narrowed(before=before))
        assert len(page.lines) <= 50
        seen += [line.pk for line in page.lines]
        if page.older is None:
            break
        before = page.older

    assert seen == list(entries.order_by("-pk").values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("narrowed", "wanted"),
    [
        (Narrowed(group="marking"), {"finish_marking", "make_papers"}),
        (Narrowed(who="TOMAS.reyes"), {"finish_marking", "open_marking"}),
        (Narrowed(since=NOW), {"extend", "open_identity"}),
        (Narrowed(until=MONDAY), set()),
        (Narrowed(who="nobody.here"), set()),
    ],
)
def test_a_page_is_narrowed(world, narrowed, wanted):
    found = {line.pk for line in journal_page(Entry.objects.all(), narrowed).lines}

    verbs = set(Entry.objects.filter(pk__in=found).values_list("verb", flat=True))
    assert wanted <= verbs
    assert bool(wanted) == bool(verbs)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "who", "most"),
    [
        ("results:journal-list", "admin", 8),
        ("results:journal-assignment", "teacher", 10),
        ("results:journal-person", "teacher", 11),
        ("results:journal-mine", "student", 8),
    ],
)
def test_a_page_costs_the_same_statements_however_long_the_journal(world, without_transactions, address, who, most):
    kwargs = {
        "results:journal-assignment": {"assignment_id": world.assignment.public_id},
        "results:journal-person": {"person_id": world.people["student"].public_id},
    }.get(address)
    client = Client()
    client.force_login(world.people[who])
    with transaction.atomic(), clock.at(NOW):
        client.get(reverse(address, kwargs=kwargs))  # the hour's first look is kept: one statement
        with without_transactions() as few:
            assert client.get(reverse(address, kwargs=kwargs)).status_code == 200
        row = Entry.objects.filter(verb="extend", person_id=world.people["student"].pk).values().first()
        Entry.objects.bulk_create(Entry(**{**row, "id": None}) for _ in range(120))
        with without_transactions() as many:
            assert client.get(reverse(address, kwargs=kwargs)).status_code == 200
        transaction.set_rollback(True)

    assert len(many) == len(few)
    assert len(many) <= most


@pytest.mark.django_db
def test_the_journal_goes_out_as_it_is_sealed_without_a_name_or_a_reason(world, capsys):
    with transaction.atomic(), clock.at(NOW + timedelta(hours=1)):
        seal_journal()
        seal = Seal.objects.get()
        rows = list(exported_rows(Entry.objects.all(), Narrowed()))
        call_command("journal", "export")
        transaction.set_rollback(True)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == len(rows) == Entry.objects.count()
    assert {row[-1] for row in rows} == {seal.number}
    assert lines[0]["entry"] == Entry.objects.order_by("pk").values_list("pk", flat=True)[0]
    text = json.dumps(lines)
    assert not [word for word in ("Noor", "ines.duarte", "tok7", "tok8", "Marta") if word in text]


def links_of(who, name: str, **place: object) -> set[str]:
    """Give where the links of a page lead that somebody opens."""
    client = Client()
    client.force_login(who)
    with clock.at(NOW):
        page = client.get(reverse(name, kwargs=place))
    assert page.status_code == 200
    return set(re.findall(r'<a [^>]*href="([^"?#]+)"', page.content.decode()))


@pytest.mark.django_db
def test_an_admin_finds_every_journal_from_the_whole_one_and_the_way_back(world):
    admin, student = world.people["admin"], world.people["student"]
    essay = Submission.objects.get(draft__author=student)
    of_assignment = {"assignment_id": world.assignment.public_id}
    journal = reverse("results:journal-assignment", kwargs=of_assignment)
    essays = reverse("results:journal-submission", args=[essay.public_id])
    person = reverse("courses:directory-detail", args=[student.public_id])

    whole = links_of(admin, "results:journal-list")
    about = links_of(admin, "results:journal-assignment", **of_assignment)

    assert {journal, essays} <= whole
    assert reverse("results:looks-assignment", kwargs=of_assignment) in about
    assert journal in links_of(admin, "results:journal-submission", submission_id=essay.public_id)
    for name in ("results:journal-person", "results:looks-person"):
        assert person in links_of(admin, name, person_id=student.public_id)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["admin", "teacher", "student"])
def test_no_link_of_a_journal_leads_to_a_page_that_its_reader_may_not_open(world, who):
    reader, client = world.people[who], Client()
    client.force_login(reader)
    assignment, person = {"assignment_id": world.assignment.public_id}, {"person_id": world.people["student"].public_id}
    essay = {"submission_id": Submission.objects.get(draft__author=world.people["student"]).public_id}
    pages = [("assignment", assignment), ("person", person), ("submission", essay)] if who != "student" else []
    links = {link for name, place in pages for link in links_of(reader, f"results:journal-{name}", **place)}
    links |= {link for name, place in pages[:2] for link in links_of(reader, f"results:looks-{name}", **place)}
    links |= links_of(reader, "results:journal-list" if who == "admin" else "results:journal-mine")

    with clock.at(NOW):
        refused = {link for link in links if client.get(link).status_code >= 400}

    assert links
    assert refused == set()
