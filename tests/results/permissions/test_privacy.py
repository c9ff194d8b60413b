"""Who reads which journal, makes whose copy, erases whom: the cast against every predicate."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from essays.models import Submission
from results.permissions.journal import (
    assignments_named_for,
    may_read_journal_of,
    may_read_whole_journal,
    named_assignments,
    visible_journaled_assignments,
    visible_journaled_submissions,
)
from results.permissions.privacy import may_erase_person, may_keep_privacy, visible_data_subjects
from tests.worlds import LivedIn, lived_in

EVERYBODY = ("student", "classmate", "marker", "teacher", "stranger", "other_teacher", "admin")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in()
        transaction.set_rollback(True)


def who(world: LivedIn, may) -> set[str]:
    return {role for role in EVERYBODY if may(world.people[role])}


@pytest.mark.django_db
def test_admins_alone_keep_privacy_and_read_the_whole_journal(world):
    student, admin = world.people["student"], world.people["admin"]

    assert who(world, may_read_whole_journal) == {"admin"}
    assert who(world, may_keep_privacy) == {"admin"}
    assert who(world, lambda one: may_erase_person(one, student)) == {"admin"}
    assert not may_erase_person(admin, admin)


@pytest.mark.django_db
def test_a_copy_is_ones_own_or_an_admins(world):
    student = world.people["student"]

    assert who(world, lambda one: visible_data_subjects(one).filter(pk=student.pk).exists()) == {"student", "admin"}


@pytest.mark.django_db
def test_a_teacher_reads_the_journal_of_own_students_and_assignments(world):
    student = world.people["student"]

    assert who(world, lambda one: may_read_journal_of(one, student)) == {"teacher", "admin"}
    seen = who(world, lambda one: visible_journaled_assignments(one).filter(pk=world.assignment.pk).exists())
    assert seen == {"teacher", "admin"}


@pytest.mark.django_db
def test_an_essays_page_opens_to_teachers_with_its_release(world):
    def sees(submission: Submission) -> set[str]:
        return who(world, lambda one: visible_journaled_submissions(one).filter(pk=submission.pk).exists())

    held = world.paper.submission

    assert sees(world.submission) == {"teacher", "admin"}
    assert sees(held) == {"admin"}
    type(world.assignment).objects.filter(pk=world.assignment.pk).update(blind=False)
    assert sees(held) == {"teacher", "admin"}


@pytest.mark.django_db
def test_names_are_open_where_every_essay_is_told_of(world):
    student, classmate = world.people["student"], world.people["classmate"]

    assert not named_assignments().filter(pk=world.assignment.pk).exists()
    assert assignments_named_for(student).filter(pk=world.assignment.pk).exists()
    assert not assignments_named_for(classmate).filter(pk=world.assignment.pk).exists()
    assert not assignments_named_for(student).filter(pk=world.writing.pk).exists()
