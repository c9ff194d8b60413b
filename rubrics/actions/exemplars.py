"""Keeping exemplars: an essay is read once and stays as it is; its scores, reasons and totals may be mended."""

import re
from collections.abc import Iterable, Sequence

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.readings import find_quote, make_reading
from courses.kernel.text import count_words
from courses.models import PromptVersion, User
from rubrics.models import Exemplar, ExemplarScore, ExemplarTotal, RubricVersion
from rubrics.permissions import may_edit_rubrics
from rubrics.pure.pack_contents import ExemplarScoreText, ExemplarText

MARKS = re.compile(r"[*_`\\]+")
"""A quotation is copied from the essay as typed; the reading has none of Markdown's marks."""


def keep_exemplars(
    version: RubricVersion, prompt_version: PromptVersion, exemplars: Sequence[ExemplarText], *, by: User | None
) -> None:
    """Let the version have these exemplars, scored as the pack says. Where nothing differs nothing is written.

    A version found again has the same essays under the same keys: both are part of what makes it the same. Runs inside
    `load_pack`'s transaction.
    """
    require(by is None or may_edit_rubrics(by))
    rows = {row.key: row for row in version.exemplars.prefetch_related("scores", "totals")}
    wanted = {exemplar.key: exemplar for exemplar in exemplars}
    added = [_exemplar(version, prompt_version, exemplar) for key, exemplar in wanted.items() if key not in rows]
    Exemplar.objects.bulk_create(added)
    described = [rows[key] for key in wanted if key in rows and _describe(rows[key], prompt_version, wanted[key])]
    Exemplar.objects.bulk_update(described, ["title", "audience", "prompt_version"])
    mended = [rows[key] for key in wanted if key in rows and _facts(rows[key]) != _wanted_facts(wanted[key])]
    ExemplarScore.objects.filter(exemplar__in=mended).delete()
    ExemplarTotal.objects.filter(exemplar__in=mended).delete()
    _add_facts([*added, *mended], wanted)
    for row in {row.pk: row for row in [*described, *mended]}.values():
        write_entry("edit_exemplar", row, by=by)


def _exemplar(version: RubricVersion, prompt_version: PromptVersion, exemplar: ExemplarText) -> Exemplar:
    reading = make_reading(exemplar.text)
    return Exemplar(
        prompt_version=prompt_version,
        version=version,
        key=exemplar.key,
        title=exemplar.title,
        audience=exemplar.audience,
        words=count_words(exemplar.text),
        text=exemplar.text,
        reading_html=reading.html,
        reading_text=reading.text,
    )


def _describe(row: Exemplar, prompt_version: PromptVersion, exemplar: ExemplarText) -> bool:
    """Set what may change about an exemplar, and tell whether anything did."""
    before = (row.title, row.audience, row.prompt_version_id)
    row.title, row.audience, row.prompt_version = exemplar.title, exemplar.audience, prompt_version
    return before != (row.title, row.audience, row.prompt_version_id)


Facts = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


def _facts(row: Exemplar) -> Facts:
    scores = sorted(row.scores.all(), key=lambda score: score.pk)
    totals = sorted(row.totals.all(), key=lambda total: total.pk)
    return (
        [(score.criterion_key, score.state, score.level_key, score.quote, score.reason) for score in scores],
        [(total.mode_key, total.total) for total in totals],
    )


def _wanted_facts(exemplar: ExemplarText) -> Facts:
    return (
        [(score.criterion, score.state, score.level or "", score.quote, score.reason) for score in exemplar.scores],
        [(total.mode, total.total) for total in exemplar.totals],
    )


def _add_facts(rows: Iterable[Exemplar], wanted: dict[str, ExemplarText]) -> None:
    rows = list(rows)
    ExemplarScore.objects.bulk_create(_score(row, score) for row in rows for score in wanted[row.key].scores)
    ExemplarTotal.objects.bulk_create(
        ExemplarTotal(exemplar=row, mode_key=total.mode, total=total.total)
        for row in rows
        for total in wanted[row.key].totals
    )


def _score(row: Exemplar, score: ExemplarScoreText) -> ExemplarScore:
    unmarked = MARKS.sub("", score.quote)
    place = find_quote(row.reading_text, score.quote) or find_quote(row.reading_text, unmarked)
    return ExemplarScore(
        exemplar=row,
        criterion_key=score.criterion,
        state=score.state,
        level_key=score.level or "",
        quote=score.quote,
        start=place[0] if place else None,
        end=place[1] if place else None,
        reason=score.reason,
    )
