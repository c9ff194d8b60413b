"""The journal: every action that changes a state is in it, and nobody's name, words or reasons are."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from courses.actions.people import set_arrangement, set_password
from courses.actions.seals import seal_journal
from courses.kernel import clock
from courses.models import Entry, EntryReason
from courses.queries.seals import broken_seals
from essays.actions.arrangements import extend, record_standing
from essays.actions.assignments import open_brief
from essays.actions.submissions import submit_essay
from essays.models import Submission
from marking.actions.identity import open_identity, raise_flag
from results.actions.feedback import write_reflection
from results.actions.release import withdraw_release
from tests.rows import MONDAY
from tests.worlds import LivedIn, lived_in

ROOT = Path(__file__).resolve().parents[2]
APPS = ("courses", "rubrics", "essays", "marking", "results")
REASON = "Her-mother-telephoned-tok91"
NOW = MONDAY + timedelta(days=1, hours=3)

RECORDED_ELSEWHERE = {
    "keep_bank_settings": "how somebody keeps the bank at the desk touches no work",
    "keep_look": "the look is the record",
    "keep_marking_keys": "somebody's own keys of the desk, which touch no work",
    "keep_reading_settings": "how one reads is nobody's state but one's own",
    "keep_plan": "a plan is never marked",
    "keep_highlight": "what one marks in a source is nobody's business but one's own",
    "note_highlight": "as a highlight",
    "remove_highlight": "as a highlight",
    "report_writing": "the event is the record",
    "write_record_note": "a note is one's own, and may be changed",
    "read_pack_upload": "a pack that is only read is not kept",
    "read_rubrics": "a file that is only read is not kept",
    "read_upload": "a file that is only read is not kept",
    "apply_mutations": "the mutation is the record",
    "release_lease": "a lease ends by itself",
    "renew_lease": "a lease ends by itself",
    "reserve_next": "a reservation ends by itself and binds nobody",
}
"""Public actions that write no entry, and why none is needed."""


# ---------------------------------------------------------------- every action
def functions_of_actions() -> dict[str, tuple[ast.FunctionDef, set[str]]]:
    """Give every function of every actions module with the names it calls."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app / "actions").glob("*.py")):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef):
                    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
                    named = {one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in calls}
                    found[node.name if not node.name.startswith("_") else f"{path}:{node.name}"] = (
                        node,
                        {f"{path}:{name}" if name.startswith("_") else name for name in named},
                    )
    return found


def writers() -> set[str]:
    """Name the functions that write an entry, themselves or through another action."""
    functions, found, before = functions_of_actions(), {"write_entry", "write_entries"}, 0
    while len(found) > before:
        before = len(found)
        found |= {name for name, (_, calls) in functions.items() if calls & found}
    return found


def acts_for_somebody(node: ast.FunctionDef) -> bool:
    """Whether a function is an action: public, and done by somebody."""
    return not node.name.startswith("_") and "by" in {one.arg for one in node.args.kwonlyargs}


def test_every_action_writes_the_journal_or_says_why_not():
    actions = {name for name, (node, _) in functions_of_actions().items() if acts_for_somebody(node)}

    assert actions - writers() == set(RECORDED_ELSEWHERE)
    assert len(actions) > 40


def test_a_verb_is_named_like_an_action():
    verbs = set()
    for app in APPS:
        for path in (ROOT / app / "actions").glob("*.py"):
            verbs |= set(re.findall(r'(?:write_entry|write_entries|_journal)\(\s*"([^"]+)"', path.read_text()))

    assert {verb for verb in verbs if not re.fullmatch(r"[a-z]+(_[a-z]+)*", verb)} == set()
    assert {verb for verb in verbs if verb.split("_")[0].endswith("ed")} == set()
    assert len(verbs) > 25


# ---------------------------------------------------------------- what it holds
@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    """The lived-in school on the day its teacher gives reasons for everything."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        lived = lived_in()
        teacher, student, classmate = (lived.people[who] for who in ("teacher", "student", "classmate"))
        enrolment = lived.course.enrolments.get(person=classmate)
        terms = {"extra_percent": 25, "breaks_stop_clock": False, "later_close_hours": 0, "spell_check": True}
        set_arrangement(enrolment, **terms, wording=REASON, by=teacher)
        set_password(enrolment, by=teacher)
        open_brief(lived.writing, by=student)
        extend(
            lived.writing,
            student,
            extra_minutes=0,
            due_at=MONDAY + timedelta(days=2, hours=5),
            reason=REASON,
            by=teacher,
        )
        record_standing(lived.writing, classmate, state="excused", reason=REASON, by=teacher)
        draft = lived.draft
        draft.refresh_from_db()
        submit_essay(
            draft, base=draft.head, sha256=draft.head_sha256, key=lived.writing.public_id, declared=True, by=student
        )
        raise_flag(lived.paper, kind="worry", text=REASON, by=lived.people["marker"])
        open_identity(lived.paper, reason=REASON, by=teacher)
        write_reflection(lived.submission, text=REASON, by=student)
        withdraw_release(lived.release, reason=REASON, by=teacher)
        yield lived
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_school_that_is_lived_in_fills_the_journal(world):
    verbs = set(Entry.objects.values_list("verb", flat=True))

    assert verbs >= {
        *("set_arrangement", "set_password", "open_brief", "extend", "record_standing", "open_draft"),
        *("submit_on_behalf", "submit_essay", "make_papers", "open_marking", "finish_marking", "raise_flag"),
        *("open_identity", "prepare_outcomes", "prepare_release", "publish_release", "freeze_papers"),
        *("withdraw_release", "thaw_papers", "write_reflection", "publish_prompt_version", "publish_rubric_version"),
    }


@pytest.mark.django_db
def test_an_entry_holds_no_name_no_word_of_an_essay_and_no_reason(world):
    people = [
        word for one in world.people.values() for word in (one.first_name, one.last_name, one.username, one.email)
    ]
    essays = [sentence for one in Submission.objects.all() for sentence in one.reading.reading_text.split(".")]
    words = [*people, REASON, "Well argued", *(one.strip() for one in essays if len(one.strip()) > 20)]

    rows = ["\n".join(map(str, row)) for row in Entry.objects.values_list()]

    assert [(word, row) for row in rows for word in words if word in row] == []
    assert len(rows) >= 25
    assert EntryReason.objects.filter(text=REASON).count() >= 4


@pytest.mark.django_db
def test_a_reason_can_be_erased_and_the_entry_stays(world):
    with transaction.atomic(), clock.at(NOW + timedelta(hours=1)):
        seal_journal()
        entries = Entry.objects.count()

        EntryReason.objects.all().delete()

        assert Entry.objects.count() == entries
        assert broken_seals() == []
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_entry_is_never_changed(world):
    entry = Entry.objects.order_by("pk").first()

    for change in (
        lambda: Entry.objects.filter(pk=entry.pk).update(after="other"),
        lambda: Entry.objects.filter(pk=entry.pk).update(verb="other"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
