"""A version in other formats: what each file holds and loses, and what stands against taking it out."""

from dataclasses import dataclass

from courses.models import PromptVersion
from rubrics.models import RubricVersion
from rubrics.pure.exchange import Format, NotARubric, Written, write
from rubrics.pure.measures import Gap, Measure, gaps
from rubrics.queries.measures import measure_of
from rubrics.queries.packs import published_prompt_version
from rubrics.queries.versions import rubric_sheet


@dataclass(frozen=True)
class Offer:
    """One format on the page; `refused` says why there is no file in it."""

    format: Format
    written: Written | None
    refused: str = ""


@dataclass(frozen=True)
class Offers:
    """Every format, or else the gaps that a draft has to fill first."""

    offers: tuple[Offer, ...]
    gaps: tuple[Gap, ...]
    has_pack: bool


def offers_of(version: RubricVersion) -> Offers:
    """Write a version in every format, and name the losses. `version.rubric` is loaded."""
    found = _measure(version)
    if missing := gaps(found):
        return Offers((), tuple(missing), has_pack=False)
    prompt = published_prompt_version(version)
    return Offers(tuple(_offer(version, found, to, prompt) for to in Format), (), has_pack=prompt is not None)


def written_rubric(version: RubricVersion, to: Format) -> Offer:
    """Write a version that has no gaps in one format."""
    return _offer(version, _measure(version), to, published_prompt_version(version))


def gaps_of(version: RubricVersion) -> list[Gap]:
    """List what stops a version from being taken out: the same as stops it from being published."""
    return gaps(_measure(version))


def _measure(version: RubricVersion) -> Measure:
    return measure_of(rubric_sheet(version.pk))


def _offer(version: RubricVersion, measure: Measure, to: Format, prompt: PromptVersion | None) -> Offer:
    try:
        made = write(
            to,
            version.rubric.title,
            measure,
            identity=f"{version.rubric.slug}/{version.number}",
            changed_at=(version.published_at or version.created_at).isoformat(),
            asked=prompt.sentence if prompt else "",
        )
    except NotARubric as refused:
        return Offer(to, None, refused.reason)
    return Offer(to, made)
