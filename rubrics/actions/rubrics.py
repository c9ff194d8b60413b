"""What happens to rubrics as a whole: a new one begun, some brought in, one copied, its title and prompt changed."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, Prompt, User
from rubrics.actions.drafts import EditedElsewhere
from rubrics.actions.versions import write_measure
from rubrics.models import Rubric, RubricVersion
from rubrics.permissions import may_begin_rubric, may_copy_version, may_edit_rubric
from rubrics.pure.counting import Rule
from rubrics.pure.drafts import rubric_print
from rubrics.pure.exchange_bare import Brought
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import ModeText, RubricText, RuleText, StrandText
from rubrics.queries.measures import measure_of
from rubrics.queries.rubrics import is_set_for_other_prompts
from rubrics.queries.versions import rubric_sheet

LONGEST_SLUG = 50
RESERVED = frozenset({"bring", "new", "packs"})
"""Words that stand in addresses where a rubric's slug would."""


class RubricInUse(Refusal):
    message = "Assignments are set with this rubric for the prompt it has now. Leave the prompt, or copy the rubric."


def first_measure(strand: str) -> Measure:
    """Give what a new rubric begins with: one strand without criteria, all of which count, out of 100."""
    rubric = RubricText(total=Decimal(100), step=Decimal(1), strands=(StrandText("A", strand, ()),))
    return Measure(rubric, (ModeText("usual", "Usual", "", (RuleText("A", Rule.ALL),)),))


@transaction.atomic
def create_rubric(
    *, title: str, strand: str, prompt: Prompt | None = None, course: Course | None, by: User
) -> RubricVersion:
    """Begin a rubric with a draft of its first version, for the library (`course` None) or for one course alone."""
    require(may_begin_rubric(by, course))
    draft = _begin(title, prompt, first_measure(strand), course, by)
    write_entry("create_rubric", draft, by=by, after=draft.sha256)
    return draft


@transaction.atomic
def copy_rubric(version: RubricVersion, *, title: str, course: Course | None, by: User) -> RubricVersion:
    """Begin a rubric of its own that says what this version says, as a draft. The two go apart from then on."""
    require(may_copy_version(by, version, course))
    draft = _begin(title, version.rubric.prompt, measure_of(rubric_sheet(version.pk)), course, by)
    write_entry("copy_rubric", draft, by=by, before=f"version:{version.pk}", after=draft.sha256)
    return draft


@transaction.atomic
def import_rubrics(found: Sequence[Brought], *, course: Course | None, by: User) -> list[RubricVersion]:
    """Begin a rubric with a draft for each that was read from a file, for the library or for one course alone."""
    require(may_begin_rubric(by, course))
    drafts = [_begin(one.title, None, one.measure, course, by) for one in found]
    for draft in drafts:
        write_entry("import_rubric", draft, by=by, after=draft.sha256)
    return drafts


@transaction.atomic
def edit_rubric(rubric: Rubric, *, title: str, prompt: Prompt | None, base: str, by: User) -> Rubric:
    """Give a rubric another title, and say which prompt it is for.

    `base` is the `rubric_print` of what the form was opened with. Raises EditedElsewhere, or RubricInUse where
    assignments need the prompt, with nothing kept.
    """
    require(may_edit_rubric(by, rubric))
    held = Rubric.objects.select_for_update(of=("self",)).select_related("prompt").get(pk=rubric.pk)
    if base != rubric_print(held.title, held.prompt.slug if held.prompt else ""):
        raise EditedElsewhere
    moved = held.prompt_id != (prompt.pk if prompt else None)
    if moved and prompt is not None and is_set_for_other_prompts(held.slug, prompt.slug):
        raise RubricInUse
    before = f"prompt:{held.prompt_id}"
    held.title, held.prompt = title, prompt
    held.save(update_fields=["title", "prompt"])
    write_entry("edit_rubric", held, by=by, before=before, after=f"prompt:{held.prompt_id}")
    return held


def _begin(title: str, prompt: Prompt | None, measure: Measure, course: Course | None, by: User) -> RubricVersion:
    rubric = Rubric.objects.create(slug=_free_slug(title), title=title, prompt=prompt, owner=by)
    draft = RubricVersion.objects.create(
        rubric=rubric,
        number=1,
        total=measure.rubric.total,
        step=measure.rubric.step,
        drafted_by=by,
        course=course,
        created_at=now(),
    )
    write_measure(draft, measure)
    return draft


def _free_slug(title: str) -> str:
    """Make an address from a title: the words in small letters, and a number where they are taken."""
    stem = slugify(title)[:LONGEST_SLUG].strip("-_") or "rubric"
    taken = {
        *RESERVED,
        *Rubric.objects.filter(slug__startswith=stem[: LONGEST_SLUG - 6]).values_list("slug", flat=True),
    }
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem[: LONGEST_SLUG - 1 - len(str(number))].rstrip('-_')}-{number}"
    return slug
