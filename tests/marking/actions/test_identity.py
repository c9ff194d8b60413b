"""Flags go up and down; an identity is opened for one paper, with a reason, and written down."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from courses.models import Entry, EntryReason
from marking.actions.identity import (
    FlagTextTooLong,
    FlagUnknown,
    NobodysPaper,
    OpeningNeedsReason,
    clear_flag,
    mail_worry,
    open_identity,
    raise_flag,
)
from marking.actions.papers import make_exemplar_paper
from marking.models import Flag, IdentityOpened
from rubrics.models import Exemplar


def test_a_flag_is_up_once_for_each_kind_and_person(strong, marker, second_marker):
    first = raise_flag(strong, kind="copying", text="As in K4.", by=marker)

    again = raise_flag(strong, kind="copying", text="As in K4 and in W2.", by=marker)
    raise_flag(strong, kind="copying", by=second_marker)

    assert again == first
    assert sorted(Flag.objects.values_list("text", flat=True)) == ["", "As in K4 and in W2."]


def test_a_flag_is_journaled_without_its_words(strong, marker):
    raise_flag(strong, kind="worry", text="Sentinel of a worry", by=marker)

    entry = Entry.objects.get(verb="raise_flag")
    assert (entry.after, entry.actor, entry.person_id) == ("worry", marker, None)
    assert not EntryReason.objects.filter(entry=entry).exists()


@pytest.mark.parametrize(
    ("kind", "text", "refusal"), [("gossip", "", FlagUnknown), ("worry", "x" * 2_001, FlagTextTooLong)]
)
def test_a_flag_that_cannot_be_kept_is_refused(strong, marker, kind, text, refusal):
    with pytest.raises(refusal):
        raise_flag(strong, kind=kind, text=text, by=marker)


def test_only_those_who_mark_raise_flags(strong, student, stranger, admin):
    for person in (student, stranger, admin):
        with pytest.raises(PermissionDenied):
            raise_flag(strong, kind="copying", by=person)


def test_a_flag_is_taken_down_by_who_raised_it_or_by_the_teacher(strong, marker, second_marker, teacher):
    flag, other = raise_flag(strong, kind="copying", by=marker), raise_flag(strong, kind="second_opinion", by=marker)

    with pytest.raises(PermissionDenied):
        clear_flag(flag, by=second_marker)
    clear_flag(flag, by=marker)
    clear_flag(other, by=teacher)
    clear_flag(other, by=teacher)

    assert not Flag.objects.filter(cleared_at=None).exists()
    assert Entry.objects.filter(verb="clear_flag").count() == 2


def test_the_named_person_takes_down_a_worry_and_no_other_flag(strong, marker, second_marker):
    strong.assignment.worry_contact = second_marker
    strong.assignment.save(update_fields=["worry_contact"])
    worry, copying = (raise_flag(strong, kind=kind, by=marker) for kind in ("worry", "copying"))

    with pytest.raises(PermissionDenied):
        clear_flag(copying, by=second_marker)
    clear_flag(worry, by=second_marker)

    assert Flag.objects.get(cleared_at=None) == copying


def test_a_worry_is_mailed_to_the_named_person_by_code_alone(strong, marker, teacher, student, assignment):
    assignment.worry_contact = teacher
    assignment.save(update_fields=["worry_contact"])
    flag = raise_flag(strong, kind="worry", text="Sentinel of a worry", by=marker)

    mail_worry.func(flag.pk)

    sent = mail.outbox[0]
    assert sent.to == [teacher.email]
    assert strong.code in sent.subject
    assert "Sentinel" not in sent.body
    assert student.last_name not in sent.body + sent.subject


def test_a_worry_without_a_named_person_is_mailed_to_nobody(strong, marker, assignment):
    assignment.worry_contact = None
    assignment.save(update_fields=["worry_contact"])
    flag = raise_flag(strong, kind="worry", by=marker)

    mail_worry.func(flag.pk)
    mail_worry.func(999_999)

    assert mail.outbox == []


def test_an_identity_is_opened_with_a_reason_that_can_be_erased(strong, teacher, student):
    identity = open_identity(strong, reason="A worry was raised.", by=teacher)

    entry = Entry.objects.get(verb="open_identity")
    assert identity.name == "Ines Duarte"
    assert IdentityOpened.objects.get().opened_by == teacher
    assert EntryReason.objects.get(entry=entry).text == "A worry was raised."
    assert entry.person_id is None
    assert "Ines" not in f"{entry.before}{entry.after}{entry.subject_id}"


@pytest.mark.parametrize("reason", ["", "  \n ", "\x00"])
def test_without_a_reason_no_identity_is_opened(strong, teacher, reason):
    with pytest.raises(OpeningNeedsReason):
        open_identity(strong, reason=reason, by=teacher)

    assert not IdentityOpened.objects.exists()


def test_only_a_teacher_opens_an_identity(strong, marker, second_marker, student, other_teacher, admin):
    for person in (marker, second_marker, student, other_teacher, admin):
        with pytest.raises(PermissionDenied):
            open_identity(strong, reason="Curious.", by=person)


def test_an_exemplar_is_nobodys(assignment, papers, teacher):
    exemplar = Exemplar.objects.get(version=assignment.rubric_version, key="weak")
    paper = make_exemplar_paper(assignment, exemplar, by=teacher)

    with pytest.raises(NobodysPaper):
        open_identity(paper, reason="Whose?", by=teacher)
