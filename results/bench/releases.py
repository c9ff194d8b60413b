"""Being killed while 1,000 papers are prepared and released: students see none of them or all, and a retry ends it."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from django.db.models import Count
from django.urls import reverse

from courses.kernel.clock import now
from results.actions.outcomes import BATCH
from results.actions.release import withdraw_release
from results.bench.killable import Client, KillableServer, NoAnswer, killable_server, session_of
from results.bench.marked import mark_papers
from results.bench.world import World, add_course
from results.bench.zygote import DIED_BY_ORDER
from results.models import Outcome, OutcomeLine, Release, ReleaseItem
from rubrics.queries.versions import rubric_sheet

PAPERS = 1_000
PATIENCE = 120.0
"""Seconds: preparing a thousand papers takes some, more on a busy machine."""
PREPARE_POINTS = {
    "asked, nothing read": "results.views.release:begin_rehearsal",
    "three batches kept, the fourth not written": "results.actions.outcomes:_keep#4",
    "a batch's outcomes written, their lines not": f"results.actions.outcomes:_fields#{5 * BATCH * 19 + 1}",
    "a batch written, not committed": "results.actions.outcomes:write_entry#3",
    "all outcomes kept, none named": "results.actions.release:_name_release",
    "the release named, the journal not written": "results.actions.release:write_entry",
    "committed, the answer not sent": "results.views.release:back",
}
"""Where the server dies while a release is prepared, one point after the other on what the last attempt left."""
PUBLISH_POINTS = {
    "asked, nothing read": "results.views.release:publish_release",
    "the release locked, nothing changed": "results.actions.release:outdated_items",
    "the one row flipped, not committed": "results.actions.release:freeze_papers",
    "papers frozen, the journal not written": "results.actions.release:write_entry",
    "committed, the answer not sent": "results.views.release:go",
}
COMMITTED = "committed, the answer not sent"


@dataclass
class Releases:
    """How often the server died at each point, and by chance; what was acknowledged. `strange` must be empty."""

    papers: int
    hits: dict[str, int] = field(default_factory=dict)
    by_chance: int = 0
    acknowledged: int = 0
    broken: int = 0
    strange: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class _Try:
    """The class whose papers are released, and its teacher at the browser."""

    world: World
    server: KillableServer
    session: str
    told: Releases

    def _post(self, path: str) -> tuple[int, str]:
        """Post a form; give the answer's status and where it leads. Counts answers and broken connections."""
        client = Client(self.server.port, self.session, patience=PATIENCE)
        try:
            status, _ = client.ask("POST", path, form="when=now&reason=Shown+again.")
        except NoAnswer:
            self.told.broken += 1
            raise
        self.told.acknowledged += 1
        return status, client.location

    def prepare(self) -> str:
        """Rehearse, and go on as the page does while there is something left; give the address it ends at."""
        begin = reverse("results:release-prepare", args=[self.world.assignment.public_id])
        _, leads_to = self._post(begin)
        while leads_to.startswith(begin):
            _, onwards = self._post(leads_to)
            leads_to = onwards or leads_to  # no redirect: the page that goes on
        return leads_to

    def publish(self, release: Release) -> int:
        """Press *Release*; give the answer's status."""
        return self._post(reverse("results:release-publish", args=[release.public_id]))[0]

    @property
    def page(self) -> str:
        return reverse("results:release-rehearse", args=[self.world.assignment.public_id])

    def expect(self, name: str, **found: tuple[object, object]) -> None:
        """Note everything that is not what it should be: `what=(found, wanted)`."""
        self.told.strange += [
            f"{name}: {what} is {one}, not {other}" for what, (one, other) in found.items() if one != other
        ]

    @property
    def seen(self) -> int:
        """Count the papers of which students see something."""
        live = Release.objects.filter(assignment=self.world.assignment).live(now())
        return Outcome.objects.filter(release_items__release__in=live).values("submission").distinct().count()

    def is_whole(self, name: str) -> None:
        """See that no outcome is there in part or twice, and no release names only some of its papers."""
        outcomes = Outcome.objects.filter(submission__draft__assignment=self.world.assignment)
        criteria = len(rubric_sheet(self.world.assignment.rubric_version_id).criteria)
        lines = OutcomeLine.objects.filter(outcome__in=outcomes).count()
        items = ReleaseItem.objects.filter(release__assignment=self.world.assignment).values("release")
        named = set(items.annotate(n=Count("pk")).values_list("n", flat=True))
        made = outcomes.count()
        self.expect(
            name,
            lines=(lines, made * criteria),
            papers=(outcomes.values("submission").distinct().count(), made),
            named=(named <= {self.told.papers}, True),
        )


def release_faults(
    world: World, *, rounds: int = 1, kills: int = 0, papers: int = PAPERS, seed: int = 1914
) -> Releases:
    """Let the server die at every named point `rounds` times, and `kills` times at a moment nobody chose."""
    told = Releases(papers)
    if not rounds:
        return told
    other = add_course(world.admin, papers, slug="release")
    mark_papers(other, papers, bare=True)
    with killable_server() as server:
        trying = _Try(other, server, session_of(other.teacher), told)
        _die_preparing(trying)
        for _ in range(rounds):
            _die_publishing(trying)
        _die_by_chance(trying, kills, random.Random(seed))  # not a secret
        server.kill()
    return told


def _die_preparing(trying: _Try) -> None:
    """Die at each point of one long preparation. Nothing is ever seen; at the end all of it is named, once."""
    for name, point in PREPARE_POINTS.items():
        with _dying(trying, f"prepare, {name}", point):
            trying.prepare()
        releases = Release.objects.filter(assignment=trying.world.assignment).count()
        trying.expect(name, seen=(trying.seen, 0), releases=(releases, int(name == COMMITTED)))
        trying.is_whole(name)
    trying.server.start()
    trying.expect("prepared again", leads_to=(trying.prepare(), trying.page))
    trying.server.kill()
    release = Release.objects.get(assignment=trying.world.assignment)
    trying.expect("prepared again", named=(release.items.count(), trying.told.papers), seen=(trying.seen, 0))


def _die_publishing(trying: _Try) -> None:
    """Die at each point of the one press that shows all of it; then press again, and take it back."""
    release = Release.objects.filter(assignment=trying.world.assignment).latest("number")
    for name, point in PUBLISH_POINTS.items():
        with _dying(trying, f"publish, {name}", point):
            trying.publish(release)
        trying.expect(name, seen=(trying.seen, trying.told.papers if name == COMMITTED else 0))
    trying.server.start()
    trying.expect("pressed again", answer=(trying.publish(release), 200))  # the page: it is released
    _next_round(trying, release)


def _next_round(trying: _Try, release: Release) -> None:
    """Take the release back and name its papers anew."""
    trying.expect("released", seen=(trying.seen, trying.told.papers))
    withdraw_release(release, reason="The next round begins.", by=trying.world.teacher)
    trying.expect("withdrawn", seen=(trying.seen, 0), leads_to=(trying.prepare(), trying.page))
    trying.is_whole("withdrawn")
    trying.server.kill()


def _die_by_chance(trying: _Try, kills: int, chance: random.Random) -> None:
    """Kill at a random moment of preparing and publishing, and do both again, until it was killed often enough."""
    for number in range(kills):
        name = f"by chance, {number}"
        trying.server.start()
        pressing = threading.Thread(target=_press_both, args=[trying], daemon=True)
        pressing.start()
        time.sleep(chance.uniform(0.05, 6.0))
        trying.server.kill()
        trying.told.by_chance += 1
        pressing.join(PATIENCE)
        if trying.seen not in (0, trying.told.papers):
            trying.told.strange.append(f"{name}: {trying.seen} of {trying.told.papers} are seen")
        trying.is_whole(name)
        trying.server.start()
        _press_both(trying)
        _next_round(trying, Release.objects.filter(assignment=trying.world.assignment).latest("number"))


def _press_both(trying: _Try) -> None:
    """Rehearse and release; what is released already stays so."""
    try:
        trying.prepare()
        trying.publish(Release.objects.filter(assignment=trying.world.assignment).latest("number"))
    except NoAnswer:
        return


@contextmanager
def _dying(trying: _Try, name: str, point: str) -> Iterator[None]:
    """Run a server that dies at `point` for what the block asks, and see that it did."""
    trying.server.start(point)
    try:
        yield
        trying.told.strange.append(f"{name}: answered instead of dying")
        trying.server.kill()
    except NoAnswer:
        if trying.server.wait() == DIED_BY_ORDER:
            trying.told.hits[name] = trying.told.hits.get(name, 0) + 1
        else:
            trying.told.strange.append(f"{name}: did not die there")
