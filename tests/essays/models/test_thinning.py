"""Three hours of writing without a pause: what is kept of it stays within 300 KB an hour, and nothing is lost."""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import Sum
from django.db.models.functions import Length

from essays.actions.drafts import THIN_EVERY
from essays.models import Draft, Revision
from tests.essays.writing import TUESDAY
from tests.worlds import collective_defence

HOUR = timedelta(hours=1)
KB = 1000
HOURS = 3


def sentences() -> list[str]:
    """Real sentences to write with: the pack's exemplars and sources, and what its rubric says."""
    pack = collective_defence()
    texts = [one.text for one in pack.exemplars] + [one.text for one in pack.sources]
    for strand in pack.rubric.strands:
        for criterion in strand.criteria:
            texts += [f"{level.student} {level.indication} {level.example}" for level in criterion.levels]
    found = [one for text in texts for one in re.split(r"(?<=[.!?])\s+", text) if len(one.split()) > 5]
    return list(dict.fromkeys(found))


@dataclass
class Writer:
    """Somebody who types without a pause: mostly on, sometimes back into what stands there."""

    chance: random.Random
    words: list[str]
    text: list[str] = field(default_factory=list)

    def type_on(self, upto: int) -> str:
        """Reach `upto` words; one save in three, change some in the middle."""
        while len(self.text) < upto:
            self.text.append(self.words[len(self.text) % len(self.words)])
        if self.text and self.chance.random() < 1 / 3:
            at = self.chance.randrange(len(self.text))
            self.text[at] = self.chance.choice(self.words)
        return " ".join(self.text)


def write_for(draft: Draft, writer: Writer, *, start: int, end: int) -> dict[int, datetime]:
    """Save every 2 to 10 seconds for three hours, thinning as a save does; give when each number was acknowledged."""
    acknowledged, batch, at, n = {}, [], TUESDAY, 0
    while at < TUESDAY + HOURS * HOUR:
        at += timedelta(seconds=writer.chance.uniform(2, 10))
        n += 1
        text = writer.type_on(round(start + (end - start) * ((at - TUESDAY) / (HOURS * HOUR))))
        batch.append(
            Revision(
                draft=draft,
                n=n,
                parent_n=n - 1,
                key=UUID(int=n),
                sha256="0" * 64,
                body=Revision.packed(text),
                words=len(writer.text),
                saved_at=at,
            )
        )
        acknowledged[n] = at
        if n % THIN_EVERY == 0:
            Revision.objects.bulk_create(batch)
            draft.latest, batch = n, []
            Revision.objects.superfluous(draft, at).delete()
    Revision.objects.bulk_create(batch)
    draft.latest = n
    return acknowledged


@pytest.fixture(params=[(0, 1200), (3000, 3000)], ids="from {0[0]} to {0[1]} words".format)
def written(request, draft):
    chance = random.Random(1914)  # noqa: S311  # no secret: the same three hours every time
    lines = sentences()
    chance.shuffle(lines)
    words = " ".join(lines).split()
    start, end = request.param
    assert len(words) > end, "a text that repeats itself would be packed too well"
    return write_for(draft, Writer(chance, words), start=start, end=end)


def kept_bytes(draft) -> int:
    return draft.revisions.aggregate(bytes=Sum(Length("body")))["bytes"]


def test_three_hours_of_writing_stay_within_the_bound_and_every_state_can_be_reached(draft, written):
    kept = dict(draft.revisions.values_list("n", "saved_at"))

    newest = max(written)
    assert kept_bytes(draft) / KB / HOURS <= 300
    assert len(written) > 1500
    assert newest in kept
    assert kept.keys() >= set(range(newest - 19, newest + 1))
    for n, at in written.items():
        later = min(m for m in kept if m >= n)
        span = timedelta(minutes=1) if at > written[newest] - HOUR else timedelta(minutes=5)
        assert written[later] - at <= span
