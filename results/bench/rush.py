"""The minutes before a deadline: fifty students at once, and a whole year's within ten seconds and within a minute."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from essays.models import Draft, Submission
from results.bench.client import Answer, Browser, UnexpectedAnswer, at_once
from results.bench.drafts import own_text, put_text, submit
from results.bench.killable import session_of
from results.bench.measuring import Run
from results.bench.pages import settle_statistics
from results.bench.report import CALM, HURRY, Counted, operation_from
from results.bench.world import World, open_drafts, text_hash

FIFTY = 50
MOST = 1_000
AT_ONCE = f"{FIFTY} students save and submit at once"
WINDOWS = {HURRY: 10.0, CALM: 60.0}
"""Within how many seconds a thousand students come; fewer come within a part of it, as close together."""


@dataclass(slots=True)
class Student:
    """Somebody with an essay in their browser, and what they were told. `problem` is what went wrong first."""

    browser: Browser
    draft: Draft
    text: str
    comes_after: float = 0.0
    answers: list[Answer] = field(default_factory=list)
    receipt: str = ""
    problem: str = ""

    def hand_in(self) -> None:
        """Save once, then hand in, as the desk and the read-back's form do. Nothing is asked again."""
        time.sleep(self.comes_after)
        try:
            saved = put_text(self.browser, self.draft, 0, self.text)
            self.answers.append(saved.expect(201))
            handed_in = submit(self.browser, self.draft, 1, self.text)
            self.answers.append(handed_in.expect(302))
            self.receipt = handed_in.location.rstrip("/").rpartition("/")[2]
        except (OSError, UnexpectedAnswer, ValueError) as error:
            self.problem = repr(error)
        finally:
            self.browser.close()


def measure_rush(run: Run, world: World, size: int) -> Counted:
    """Let the three crowds come one after the other; what was acknowledged is then looked for in the database."""
    settle_statistics()
    crowds = [_crowd(run, world, AT_ONCE, min(FIFTY, size), 0.0)]
    many = min(size, MOST)
    for name, seconds in WINDOWS.items():
        crowds.append(_crowd(run, world, name, many, seconds * many / MOST))
    return found_of([student for crowd in crowds for student in crowd])


def _crowd(run: Run, world: World, name: str, many: int, window: float) -> list[Student]:
    chance = random.Random(name)  # not a secret
    drafts = open_drafts(world.assignment, many, stem=f"rush{int(window * 1000)}x")
    students = [
        Student(Browser(run.server.port, session_of(draft.author)), draft, own_text(draft), chance.uniform(0.0, window))
        for draft in drafts
    ]
    before = run.server.cpu_seconds()
    elapsed = at_once([student.hand_in for student in students])
    cpu_ms = (run.server.cpu_seconds() - before) * 1000
    _add(run, name, many, students, cpu_ms, elapsed)
    return students


def _add(run: Run, name: str, many: int, students: Sequence[Student], cpu_ms: float, elapsed: float) -> None:
    """Add a line for the requests, its statements those of one student, and one for the time until the last receipt."""
    answers = [answer for student in students for answer in student.answers]
    if not answers:
        raise UnexpectedAnswer(f"{name}: nobody got an answer. {students[0].problem}")
    floor_ms = run.floor.post.cpu_ms
    one = operation_from(name, many, answers, cpu_ms / len(answers), floor_ms=floor_ms)
    one = replace(one, statements=round(sum(answer.statements for answer in answers) / len(students)))
    until_last = round(elapsed * 1000, 2)
    run.operations += [one, replace(one, name=f"{name}: all of it", p50_ms=until_last, p95_ms=until_last)]


def found_of(students: Sequence[Student]) -> Counted:
    """Look for everything that was acknowledged: a receipt's submission, with the very text in its reading."""
    kept = dict[str, str]()
    rows = Submission.objects.filter(draft__in=[student.draft.pk for student in students])
    kept.update(rows.values_list("receipt_number", "reading__text"))
    heads = dict(Draft.objects.filter(pk__in=[s.draft.pk for s in students]).values_list("pk", "head_sha256"))
    lost = sum(bool(one.answers) and heads[one.draft.pk] != text_hash(one.text) for one in students)
    lost += sum(bool(one.receipt) and kept.get(one.receipt) != one.text for one in students)
    many = Counter(rows.values_list("draft_id", flat=True))
    return Counted(
        acknowledged=sum(len(one.answers) for one in students),
        broken=sum(bool(one.problem) for one in students),
        lost=lost,
        duplicates=sum(count - 1 for count in many.values()),
    )
