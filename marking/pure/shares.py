"""How papers are spread over markers: as many to each as their shares say, what they have already counted in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spreadable:
    """A place that nobody has begun: whose it is now, if anybody's, and who must not have it."""

    key: int
    marker: int | None = None
    barred: Collection[int] = ()


def quotas(shares: Mapping[int, int], total: int) -> dict[int, int]:
    """Divide `total` by shares: whole parts first, then one each to the largest remainders, the first named first."""
    weight = sum(shares.values())
    if not weight:
        return dict.fromkeys(shares, 0)
    parts = {marker: divmod(total * share, weight) for marker, share in shares.items()}
    left = total - sum(whole for whole, _ in parts.values())
    first = sorted(shares, key=lambda marker: -parts[marker][1])[:left]
    return {marker: whole + (marker in first) for marker, (whole, _) in parts.items()}


def still_due(shares: Mapping[int, int], done: Mapping[int, int], free: int) -> dict[int, int]:
    """Say how many of `free` papers each marker gets, so that with what they have done shares come out.

    Whoever has done more than their share already gets none, and the others divide what is left of it.
    """
    taking = {marker: share for marker, share in shares.items() if share}
    while taking:
        wanted = quotas(taking, free + sum(done.get(marker, 0) for marker in taking))
        over = [marker for marker in taking if done.get(marker, 0) > wanted[marker]]
        if not over:
            due = {marker: wanted[marker] - done.get(marker, 0) for marker in taking}
            return dict.fromkeys(shares, 0) | due
        taking = {marker: share for marker, share in taking.items() if marker not in over}
    return dict.fromkeys(shares, 0)


def spread(
    places: Sequence[Spreadable], shares: Mapping[int, int], done: Mapping[int, int] | None = None
) -> dict[int, int | None]:
    """Give every place a marker, or nobody where none may have it. `places` come in the papers' random order.

    Whoever has a place keeps it while it is due to them, so that spreading again moves as few as can be, and spreading
    twice moves none. The rest is dealt in the order of the places to whoever is furthest from their number.
    """
    due = still_due(shares, done or {}, len(places))
    dealt, spread_over, pool = dict.fromkeys(due, 0), dict[int, int | None](), []
    for place in places:
        mine = place.marker
        if mine is not None and mine not in place.barred and dealt.get(mine, 0) < due.get(mine, 0):
            spread_over[place.key] = mine
            dealt[mine] += 1
        else:
            pool.append(place)
    for place in pool:
        spread_over[place.key] = taker = _furthest(due, dealt, place.barred)
        if taker is not None:
            dealt[taker] += 1
    return spread_over


def _furthest(due: Mapping[int, int], dealt: Mapping[int, int], barred: Iterable[int]) -> int | None:
    """Name whoever still lacks the largest part of what is due to them; of several the first named."""
    barred = set(barred)
    lacking = [marker for marker in due if dealt[marker] < due[marker] and marker not in barred]
    return min(lacking, key=lambda marker: dealt[marker] / due[marker], default=None)
