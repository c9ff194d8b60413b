"""Edits of a draft, each made to what it says now."""

from courses.models import Prompt, User
from rubrics.actions.drafts import edit_strand
from rubrics.actions.rubrics import edit_rubric
from rubrics.actions.versions import publish_rubric_version
from rubrics.models import Rubric, RubricVersion
from rubrics.pure.drafts import rubric_print, strand_print
from rubrics.pure.measures import Measure
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


def said(version: RubricVersion) -> Measure:
    """Give what a version says now."""
    return measure_of(rubric_sheet(version.pk))


def rename_strand(version: RubricVersion, name: str, *, key: str = "A", by: User) -> RubricVersion:
    """Give a strand another name and no guidance."""
    return edit_strand(version, key=key, name=name, guidance="", base=strand_print(said(version), key), by=by)


def name_rubric(rubric: Rubric, *, title: str, prompt: Prompt | None, by: User) -> Rubric:
    """Give a rubric another title and prompt."""
    now = Rubric.objects.select_related("prompt").get(pk=rubric.pk)
    base = rubric_print(now.title, now.prompt.slug if now.prompt else "")
    return edit_rubric(rubric, title=title, prompt=prompt, base=base, by=by)


def publish_as_seen(version: RubricVersion, *, by: User) -> RubricVersion:
    """Publish a draft as it is now."""
    return publish_rubric_version(version, seen=said(version).sha256, by=by)
