"""Dying at named points of a save, a hand-in, a collection and a marking: before and after each commit, not by luck.

Every point is a function; the server's process dies the moment it is called (`results.bench.zygote`). What was
acknowledged before must be there afterwards; what was not, asked again under the same key, must be there exactly once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import count
from uuid import uuid4

from django.urls import reverse

from courses.kernel import clock
from courses.kernel.clock import now
from courses.models import Entry
from essays.actions.assignments import set_assignment
from essays.actions.drafts import save_draft
from essays.models import Assignment, Draft, DraftState, Submission
from marking.actions.markings import apply_mutations, reopen_marking
from marking.actions.papers import claim_next
from marking.models import Allotment, Marking, Score
from marking.pure.mutations import Sent
from results.bench.handins import FormAnswer, open_page, post_form
from results.bench.killable import Client, KillableServer, NoAnswer, killable_server, session_of
from results.bench.world import World, open_drafts, text_hash
from results.bench.zygote import DIED_BY_ORDER
from rubrics.queries.versions import rubric_sheet

AFTER_COMMIT = "committed, the answer not sent"
SAVE_POINTS = {
    "asked, nothing read": "essays.views.drafts:save_draft",
    "locked, nothing written": "essays.actions.drafts:count_words",
    "the revision written, the head not moved": "essays.actions.drafts:_move_head",
    "all written, not committed": "essays.actions.drafts:_answer",
    AFTER_COMMIT: "essays.views.drafts:draft_answer",
}
SUBMIT_POINTS = {
    "asked, nothing read": "essays.views.submissions:submit_essay",
    "rendered, nothing locked": "essays.actions.submissions:_submit",
    "locked, nothing written": "essays.actions.submissions:hand_in",
    "submission and reading written, no journal": "essays.actions.submissions:write_entry",
    "all written, not committed": "essays.actions.submissions:receipt_of",
    AFTER_COMMIT: "essays.views.submissions:go",
}
COLLECT_POINTS = {
    "rendered, nothing locked": "essays.actions.decisions:_collect",
    "locked, nothing written": "essays.actions.decisions:hand_in",
    "submission and reading written, no journal": "essays.actions.submissions:write_entry",
    AFTER_COMMIT: "essays.views.drafts:_show_closed",
}
MARK_POINTS = {
    "asked, nothing read": "marking.views.markings:apply_mutations",
    "locked, nothing written": "marking.actions.markings:write_changes",
    "the score written, its mutation not": "marking.actions.markings:_write_mutations",
    "all written, not committed": "marking.actions.markings:renew_lease",
    AFTER_COMMIT: "marking.views.markings:_applied",
}
FINISH_POINTS = {
    "asked, nothing read": "marking.views.markings:finish_marking",
    "finished, the journal not written": "marking.actions.markings:write_entry",
    AFTER_COMMIT: "marking.views.markings:JsonResponse",
}
FIRST, SECOND = "These words were acknowledged.", "These words were acknowledged. These were on their way."


@dataclass
class Crashes:
    """How often the server died at each point, and what was wrong afterwards: `strange` must be empty."""

    hits: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    replays: int = 0
    strange: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def expect(self, name: str, **found: tuple[object, object]) -> None:
        """Note everything that is not what it should be: `what=(found, wanted)`."""
        self.strange += [
            f"{name}: {what} is {is_}, not {wanted}" for what, (is_, wanted) in found.items() if is_ != wanted
        ]


def crash_faults(world: World, *, rounds: int) -> Crashes:
    """Let the server die at every point, `rounds` times each."""
    crashes = Crashes()
    if not rounds:
        return crashes
    drafts = iter(open_drafts(world.assignment, rounds * (len(SAVE_POINTS) + len(SUBMIT_POINTS)), stem="crash"))
    over = iter(_drafts_that_are_over(world, rounds * len(COLLECT_POINTS)))
    marking = claim_next(world.assignment, by=world.markers[-1])
    with killable_server() as server:
        for _ in range(rounds):
            for name, point in SAVE_POINTS.items():
                _die_saving(server, next(drafts), f"save, {name}", point, crashes)
            for name, point in SUBMIT_POINTS.items():
                _die_handing_in(server, next(drafts), f"submit, {name}", point, crashes)
            for name, point in COLLECT_POINTS.items():
                _die_collecting(server, next(over), f"collect, {name}", point, crashes)
            for name, point in MARK_POINTS.items():
                _die_marking(server, marking, f"mark, {name}", point, crashes)
            for name, point in FINISH_POINTS.items():
                _die_finishing(server, marking, f"finish, {name}", point, crashes)
    return crashes


@contextmanager
def _dying(server: KillableServer, name: str, point: str, crashes: Crashes) -> Iterator[None]:
    """Run a server that dies at `point` for what the block asks, see that it did, and start a sound one."""
    server.start(point)
    try:
        yield
        crashes.strange.append(f"{name}: answered instead of dying")
        server.kill()
    except NoAnswer:
        if server.wait() == DIED_BY_ORDER:
            crashes.hits[name] = crashes.hits.get(name, 0) + 1
        else:
            crashes.strange.append(f"{name}: did not die there")
    server.start()


def _keep_first(draft: Draft, crashes: Crashes) -> None:
    kept = save_draft(draft.public_id, base=0, text=FIRST, sha256=text_hash(FIRST), key=uuid4(), by=draft.author)
    crashes.acknowledged += kept.n == 1


def _die_saving(server: KillableServer, draft: Draft, name: str, point: str, crashes: Crashes) -> None:
    _keep_first(draft, crashes)
    client = Client(server.port, session_of(draft.author))
    put = {"base": 1, "key": str(uuid4()), "text": SECOND, "sha256": text_hash(SECOND), "intent": "user"}
    path = reverse("essays:drafts-text", args=[draft.public_id])
    with _dying(server, name, point, crashes):
        client.ask("PUT", path, put)
    draft.refresh_from_db()
    committed = name.endswith(AFTER_COMMIT)
    crashes.expect(name, head=(draft.head, 1 + committed), latest=(draft.latest, 1 + committed))
    status, answer = client.ask("PUT", path, put)
    server.kill()
    draft.refresh_from_db()
    kept = {revision.n: revision.text for revision in draft.revisions.all()}
    crashes.replays += status == 200
    crashes.expect(
        name,
        status=(status, 200 if committed else 201),
        number=(answer.get("rev"), 2),
        head=(draft.head, 2),
        kept=(kept, {1: FIRST, 2: SECOND}),
    )


def _die_handing_in(server: KillableServer, draft: Draft, name: str, point: str, crashes: Crashes) -> None:
    _keep_first(draft, crashes)
    session = session_of(draft.author)
    path = reverse("essays:submissions-submit", args=[draft.public_id])
    form = {"base": 1, "sha256": text_hash(FIRST), "key": str(uuid4()), "declared": "on"}
    with _dying(server, name, point, crashes):
        post_form(server.port, session, path, form)
    committed = name.endswith(AFTER_COMMIT)
    crashes.expect(name, made=(draft.submissions.count(), int(committed)))
    answers = [post_form(server.port, session, path, form) for _ in range(2)]
    server.kill()
    crashes.replays += committed + 1
    _expect_one_hand_in(draft, name, DraftState.SUBMITTED, answers, crashes)


def _die_collecting(server: KillableServer, draft: Draft, name: str, point: str, crashes: Crashes) -> None:
    """Time is over: whoever looks at the draft first collects it. It is looked at again after the crash, twice."""
    session = session_of(draft.author)
    path = reverse("essays:drafts-write", args=[draft.public_id])
    crashes.acknowledged += 1
    with _dying(server, name, point, crashes):
        open_page(server.port, session, path)
    crashes.expect(name, made=(draft.submissions.count(), int(name.endswith(AFTER_COMMIT))))
    for _ in range(2):
        crashes.expect(name, page=(open_page(server.port, session, path).status, 200))
    server.kill()
    _expect_one_hand_in(draft, name, DraftState.COLLECTED, [], crashes)


def _die_marking(server: KillableServer, marking: Marking, name: str, point: str, crashes: Crashes) -> None:
    """One level is acknowledged, the next under way: afterwards the first stands, and the second once asked again."""
    level = str(_times() % 3 + 1)
    _set_levels(marking, {"E1": level})
    crashes.acknowledged += 1
    base, key = marking.revision, uuid4()
    mutation = {"key": str(key), "operation": "set_level", "value": _level_of("E2", level)}
    body = {"paper": marking.allotment.paper.code, "base": base, "mutations": [mutation]}
    path = reverse("marking:markings-mutate", args=[marking.public_id])
    client = Client(server.port, session_of(marking.marker))
    with _dying(server, name, point, crashes):
        client.ask("POST", path, body)
    committed = name.endswith(AFTER_COMMIT)
    marking.refresh_from_db()
    crashes.expect(name, revision=(marking.revision, base + committed), first=(_levels_of(marking)["E1"], level))
    status, answer = client.ask("POST", path, body)
    server.kill()
    marking.refresh_from_db()
    levels = _levels_of(marking)
    crashes.replays += committed
    crashes.expect(
        name,
        answer=((status, answer.get("revision")), (200, base + 1)),
        revision=(marking.revision, base + 1),
        levels=((levels["E1"], levels["E2"]), (level, level)),
        kept=(marking.mutations.filter(key=key).count(), 1),
    )


def _die_finishing(server: KillableServer, marking: Marking, name: str, point: str, crashes: Crashes) -> None:
    """Every criterion is decided and acknowledged: the paper is finished or not, never half, and once asked again."""
    criteria = rubric_sheet(marking.rubric_version_id).criteria
    _set_levels(marking, {one.key: one.levels[-1].key for one in criteria})
    crashes.acknowledged += 1
    told = Entry.objects.filter(verb="finish_marking", subject_id=str(marking.public_id))
    before = told.count()
    path, body = reverse("marking:markings-finish", args=[marking.public_id]), {"base": marking.revision}
    client = Client(server.port, session_of(marking.marker))
    with _dying(server, name, point, crashes):
        client.ask("POST", path, body)
    committed = name.endswith(AFTER_COMMIT)
    marking.refresh_from_db()
    crashes.expect(name, finished=(marking.is_finished, committed), entries=(told.count(), before + committed))
    status, answer = client.ask("POST", path, body)
    server.kill()
    marking.refresh_from_db()
    unmarked = [key for key, level in _levels_of(marking).items() if level is None]
    crashes.replays += committed
    crashes.expect(
        name,
        answer=((status, answer.get("state")), (200, "finished")),
        place=(Allotment.objects.get(pk=marking.allotment_id).state, "finished"),
        unmarked=(unmarked, []),
        entries=(told.count(), before + 1),
    )


def _set_levels(marking: Marking, levels: dict[str, str]) -> None:
    if marking.is_finished:
        reopen_marking(marking.public_id, by=marking.marker)
    mutations = [Sent(uuid4(), "set_level", _level_of(key, level)) for key, level in levels.items()]
    code = marking.allotment.paper.code
    apply_mutations(marking.public_id, paper_code=code, base=marking.revision, mutations=mutations, by=marking.marker)
    marking.refresh_from_db()


def _level_of(criterion: str, level: str) -> dict[str, str]:
    return {"criterion": criterion, "level": level, "state": "scored"}


def _levels_of(marking: Marking) -> dict[str, str | None]:
    return dict(Score.objects.filter(marking=marking).values_list("criterion__key", "level__key"))


def _expect_one_hand_in(
    draft: Draft, name: str, state: DraftState, answers: list[FormAnswer], crashes: Crashes
) -> None:
    draft.refresh_from_db()
    made = Submission.objects.filter(draft=draft)
    receipts = list(made.values_list("receipt_number", flat=True))
    crashes.expect(
        name,
        state=(draft.state, state),
        texts=(list(made.values_list("reading__text", flat=True)), [FIRST]),
        answers=(
            [(answer.status, answer.receipt) for answer in answers],
            [(302, one) for one in receipts] * len(answers),
        ),
    )


_times: Callable[[], int] = count(1).__next__


def _drafts_that_are_over(world: World, many: int) -> list[Draft]:
    """Make drafts with words on an assignment that closed an hour ago."""
    like: Assignment = world.assignment
    with clock.at(now() - timedelta(days=2)):
        over = set_assignment(
            like.course,
            prompt_version=like.prompt_version,
            rubric_version=like.rubric_version,
            mode=like.mode,
            title=f"Closed an hour ago {_times()}",
            opens_at=now() - timedelta(days=1),
            due_at=now() + timedelta(days=1),
            closes_at=now() + timedelta(days=1, hours=23),
            by=world.teacher,
        )
        drafts = open_drafts(over, many, stem="over")
        for draft in drafts:
            save_draft(draft.public_id, base=0, text=FIRST, sha256=text_hash(FIRST), key=uuid4(), by=draft.author)
    return drafts
