"""Two texts compared: what stayed, what went, what came; paragraph first, then word by word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "added", "removed"]

CELLS = 30_000_000
"""The largest stretch compared word by word: words and signs before × after. Beyond it, it is shown as a whole."""

CRUMB = 3
"""How many words may stand alone between two changes before they count as unchanged."""

FOLDED_FROM = 60
KEPT_OPEN = 20
"""A stretch of this many unchanged words is folded, save for so many next to a change."""

_PARAGRAPH = re.compile(r"[^\n]*\n|[^\n]+")
_TOKEN = re.compile(r"(\s*)(\w+(?:['’-]\w+)*|[^\w\s]|\Z)")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. `whole` where it was too long to compare word by word, so that it stands as one change."""

    kind: Kind
    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A piece as a page shows it. `words` counts it; `is_folded`: unchanged, and too long to read again."""

    kind: Kind
    text: str
    words: int
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a page shows of two texts; `by_word` is False where some stretch was too long for it."""

    parts: list[Part]
    words_added: int
    words_removed: int
    by_word: bool

    @property
    def is_same(self) -> bool:
        return not (self.words_added or self.words_removed) and all(part.kind == "same" for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of both texts: equal, or what went and what came in its place."""

    old: str
    new: str
    is_same: bool
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Cut:
    """The same stretch as places in two lists."""

    old: slice
    new: slice
    is_same: bool
    whole: bool = False


def compare(before: str, after: str) -> list[Piece]:
    """Say how `after` came from `before`: what is the same or was removed is `before`, the same or added is `after`.

    The work is bounded: a stretch beyond `CELLS` is one removed and one added piece, both marked `whole`.
    """
    runs: list[_Run] = []
    old, new = _PARAGRAPH.findall(before), _PARAGRAPH.findall(after)
    for cut in _cuts(old, new):
        was, came = "".join(old[cut.old]), "".join(new[cut.new])
        if cut.is_same or cut.whole:
            runs.append(_Run(was, came, cut.is_same, cut.whole))
        else:
            runs.extend(_without_crumbs(_alternating(_word_runs(_TOKEN.findall(was), _TOKEN.findall(came)))))
    return list(_pieces(_alternating(runs)))


def comparison(before: str, after: str) -> Comparison:
    """Compare two texts for a page: long unchanged stretches folded, changed line ends shown as ¶."""
    pieces = compare(before, after)
    parts: list[Part] = []
    for at, piece in enumerate(pieces):
        if piece.kind == "same":
            parts.extend(_folded(piece.text, at > 0, at < len(pieces) - 1))
        else:
            parts.append(Part(piece.kind, piece.text.replace("\n", "¶\n"), _words(piece.text)))
    added, removed = (sum(part.words for part in parts if part.kind == kind) for kind in ("added", "removed"))
    return Comparison(parts, added, removed, not any(piece.whole for piece in pieces))


def _words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _folded(text: str, follows: bool, goes_on: bool) -> Iterator[Part]:
    """Give an unchanged stretch, its middle folded where it is long; next to a change some words stay open."""
    words = list(_WORD.finditer(text))
    first = KEPT_OPEN if follows else 0
    last = KEPT_OPEN if goes_on else 0
    if len(words) - first - last < FOLDED_FROM or not (follows or goes_on):
        yield Part("same", text, len(words))
        return
    start = words[first].start() if first else 0
    end = words[-last].start() if last else len(text)
    if first:
        yield Part("same", text[:start], first)
    yield Part("same", text[start:end], len(words) - first - last, is_folded=True)
    if last:
        yield Part("same", text[end:], last)


def _word_runs(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> Iterator[_Run]:
    """Compare by words and signs, each with the space before it; a space that changed is a change of its own."""
    for cut in _cuts([word for _, word in old], [word for _, word in new]):
        if cut.is_same and old[cut.old] == new[cut.new]:
            same = "".join(map("".join, old[cut.old]))
            yield _Run(same, same, is_same=True)
        elif cut.is_same:
            for (gap, word), (other, _) in zip(old[cut.old], new[cut.new], strict=True):
                if gap != other:
                    yield _Run(gap, other, is_same=False)
                yield _Run(word, word, is_same=True) if gap != other else _Run(gap + word, gap + word, is_same=True)
        else:
            was, came = "".join(map("".join, old[cut.old])), "".join(map("".join, new[cut.new]))
            gap = old[cut.old][0][0] if was and came and old[cut.old][0][0] == new[cut.new][0][0] else ""
            yield _Run(gap, gap, is_same=True)
            yield _Run(was[len(gap) :], came[len(gap) :], is_same=False, whole=cut.whole)


def _cuts(old: list[str], new: list[str]) -> Iterator[_Cut]:
    """Cut both lists where they are equal and where not, in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-tail - 1] == new[-tail - 1]:
        tail += 1
    i = j = 0
    ends = len(old) - tail, len(new) - tail
    whole = (ends[0] - head) * (ends[1] - head) > CELLS
    middle = [] if whole else _blocks(old[head : ends[0]], new[head : ends[1]])
    blocks = [(0, 0, head), *((m + head, n + head, length) for m, n, length in middle), (*ends, tail)]
    for m, n, length in blocks:
        if m > i or n > j:
            yield _Cut(slice(i, m), slice(j, n), is_same=False, whole=whole)
        if length:
            yield _Cut(slice(m, m + length), slice(n, n + length), is_same=True)
        i, j = m + length, n + length


def _blocks(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Give a longest common subsequence as (place in old, place in new, length), neighbours joined.

    A row of the table is one whole number, a bit a place of `old`, so that a row costs a few operations however
    long it is. A bit is 0 where the row's count rises; the way back meets a match where it has just turned 0.
    """
    wanted = set(new)
    places: dict[str, int] = {}
    for at, token in enumerate(old):
        if token in wanted:
            places[token] = places.get(token, 0) | 1 << at
    full = (1 << len(old)) - 1
    row, rows, size = full, [], len(old) // 8 + 1
    for token in new:
        both = row & places.get(token, 0)
        row = ((row + both) | (row - both)) & full
        rows.append(row.to_bytes(size, "little"))
    found: list[tuple[int, int, int]] = []
    i, j = len(old), len(new)
    while i and j:
        if rows[j - 1][(i - 1) >> 3] >> ((i - 1) & 7) & 1:
            i -= 1
        elif j > 1 and not rows[j - 2][(i - 1) >> 3] >> ((i - 1) & 7) & 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
            if found and found[-1][:2] == (i + 1, j + 1):
                found[-1] = (i, j, found[-1][2] + 1)
            else:
                found.append((i, j, 1))
    return found[::-1]


def _alternating(runs: Iterable[_Run]) -> list[_Run]:
    """Join neighbours that are both the same, or both changed; leave out what is empty."""
    joined: list[_Run] = []
    for run in runs:
        if not (run.old or run.new):
            continue
        if joined and joined[-1].is_same == run.is_same:
            joined[-1] = _joined(joined[-1], run, is_same=run.is_same)
        else:
            joined.append(run)
    return joined


def _without_crumbs(runs: list[_Run]) -> list[_Run]:
    """Join changes that only a few words hold apart, shorter than what changed around them: easier to read."""
    kept: list[_Run] = []
    for run in runs:
        if len(kept) > 1 and not run.is_same and _is_crumb(kept[-1], kept[-2], run):
            crumb = kept.pop()
            kept[-1] = _joined(_joined(kept[-1], crumb), run)
        else:
            kept.append(run)
    return kept


def _joined(first: _Run, second: _Run, *, is_same: bool = False) -> _Run:
    return _Run(first.old + second.old, first.new + second.new, is_same, whole=first.whole or second.whole)


def _is_crumb(run: _Run, before: _Run, after: _Run) -> bool:
    size = len(run.old.strip())
    around = min(max(len(before.old), len(before.new)), max(len(after.old), len(after.new)))
    return _words(run.old) <= CRUMB and size <= around


def _pieces(runs: list[_Run]) -> Iterator[Piece]:
    """Turn runs into pieces, what went before what came."""
    for run in runs:
        if run.is_same:
            yield Piece("same", run.old)
        else:
            if run.old:
                yield Piece("removed", run.old, run.whole)
            if run.new:
                yield Piece("added", run.new, run.whole)
