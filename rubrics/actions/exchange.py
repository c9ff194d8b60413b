"""Bringing a rubric in from a file: it is read where it can do no harm, shown, and becomes a draft."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.text import slugify

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.uploads import Kind, Upload, read_table, read_text, read_xml
from courses.models import Course, User
from rubrics.actions.versions import write_measure
from rubrics.models import Rubric, RubricVersion
from rubrics.permissions import may_begin_rubric, may_bring_rubrics
from rubrics.pure.exchange import Brought, NotARubric, read_canvas, read_ora, read_yaml
from rubrics.pure.pack_contents import PackProblems

MOST_BYTES = 1024 * 1024
MOST_RUBRICS = 20
MOST_SAID = 5


class RubricNotRead(Refusal):
    """A file that no rubric can be made of; the sentence says where and why."""


def read_rubrics(upload: Upload, *, by: User) -> list[Brought]:
    """Read the rubrics of a file: Assay's own, a CSV of Canvas, an OLX of Open edX. Nothing of it is kept.

    Raises RubricNotRead, or UploadRefused where the file itself is not taken.
    """
    require(may_bring_rubrics(by))
    if len(upload.data) > MOST_BYTES:
        raise RubricNotRead(f"{upload.name}: This file is larger than 1 MB. No rubric is; choose the right file.")
    try:
        found = _read(upload)
    except NotARubric as refused:
        raise RubricNotRead(f"{upload.name}{f', {refused.place}' if refused.place else ''}: {refused.reason}") from None
    except PackProblems as refused:
        said = " ".join(str(problem) for problem in refused.problems[:MOST_SAID])
        more = len(refused.problems) - MOST_SAID
        raise RubricNotRead(said + (f" And {more} more." if more > 0 else "")) from None
    if len(found) > MOST_RUBRICS:
        raise RubricNotRead(
            f"{upload.name}: There are {len(found)} rubrics in it. Bring at most {MOST_RUBRICS} at once."
        )
    return found


def _read(upload: Upload) -> list[Brought]:
    match upload.kind:
        case Kind.YAML:
            return [read_yaml(upload.name, read_text(upload).text)]
        case Kind.XML:
            return read_ora(read_xml(upload))
        case _:
            table = read_table(upload)
            return read_canvas(table.rows, table.told)


@transaction.atomic
def import_rubrics(found: Sequence[Brought], *, course: Course | None, by: User) -> list[RubricVersion]:
    """Begin a rubric with a draft for each that was read, for the library (`course` None) or for one course alone."""
    require(may_begin_rubric(by, course))
    drafts = []
    for one in found:
        rubric = Rubric.objects.create(slug=_free_slug(one.title), title=one.title, owner=by)
        draft = RubricVersion.objects.create(
            rubric=rubric,
            number=1,
            total=one.measure.rubric.total,
            step=one.measure.rubric.step,
            drafted_by=by,
            course=course,
            created_at=now(),
        )
        write_measure(draft, one.measure)
        write_entry("import_rubric", draft, by=by, after=draft.sha256)
        drafts.append(draft)
    return drafts


def _free_slug(title: str) -> str:
    """Make an address from a title: the words in small letters, and a number where they are taken."""
    stem = slugify(title)[:44].strip("-_") or "rubric"
    taken = set(Rubric.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
