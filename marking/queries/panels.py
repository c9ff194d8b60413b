"""What the desk's panels show: the sources as a reader, exemplars at the level in question, one's own flags."""

from typing import Any

from courses.models import User
from courses.pure.sources import SourceLaidOut, lay_out, say_where_cited
from courses.queries.prompts import content_of
from essays.models import Assignment
from essays.pure.citations import cited_by_paragraph, citing_paragraphs
from marking.models import Flag, Paper
from marking.queries.readings import reading_of
from rubrics.queries.exemplars import exemplars_at
from rubrics.queries.versions import rubric_sheet


def sources_to_read(paper: Paper) -> list[SourceLaidOut]:
    """Give the sources with the editor's notes beside them, and where the essay cites each place.

    `paper` comes with its assignment's prompt version, and with `submission__reading` and `exemplar` joined.
    """
    reading = reading_of(paper)
    citing = citing_paragraphs(cited_by_paragraph(reading.text, reading.paragraphs))
    return say_where_cited(lay_out(content_of(paper.assignment.prompt_version).sources), citing)


def exemplars_to_compare(assignment: Assignment, criterion_key: str, level_key: str) -> dict[str, Any]:
    """Give a criterion and pairs of a level and the exemplars that reached it, the highest level first.

    `level_key` narrows it to one level.
    """
    rubric = rubric_sheet(assignment.rubric_version_id)
    criterion = rubric.by_key.get(criterion_key)
    if criterion is None:
        return {"criterion": None, "levels": []}
    level = criterion.level(level_key)
    wanted = [level] if level else list(reversed(criterion.levels))
    return {
        "criterion": criterion,
        "levels": [(one, exemplars_at(rubric.version_pk, criterion.key, one.key)) for one in wanted],
    }


def own_flags(paper: Paper, user: User) -> list[str]:
    """List the kinds of flag that somebody has up on a paper."""
    up = Flag.objects.filter(paper=paper, raised_by=user, cleared_at=None)
    return list(up.order_by("pk").values_list("kind", flat=True))
