"""How large a rubric may be: what is refused at reading, where, and that what is taken fits into a form."""

from dataclasses import replace
from decimal import Decimal

import pytest
import yaml
from django.conf import settings

from rubrics.forms.grids import EditGrid
from rubrics.pure.exchange_bare import BareCriterion, BareLevel, NotARubric, brought
from rubrics.pure.exchange_yaml import read_yaml
from rubrics.pure.grids import Wording
from rubrics.pure.pack_contents import PackProblems
from rubrics.pure.pack_writing import RUBRIC_FORMAT
from rubrics.pure.sizes import MOST_CELLS, excess, strand_excess


def levels(count, *, begin=0, words="Some."):
    return [
        {"key": f"L{begin + n}", "points": n, "label": "A step", "descriptor": words, "student": words}
        for n in range(count)
    ]


def criteria(count, *, steps=2, strand="A", own_keys=False, words="Some."):
    return [
        {
            "key": f"{strand}{n}",
            "name": "Any",
            "short_name": "Any",
            "marking_position": n,
            "levels": levels(steps, begin=n * steps if own_keys else 0, words=words),
        }
        for n in range(1, count + 1)
    ]


def written(*strands, modes=1):
    """Write a rubric file; `strands` are their criteria, or strands that are whole."""
    said = [
        {"key": chr(65 + n), "name": "Strand", "criteria": each} if isinstance(each, list) else each
        for n, each in enumerate(strands)
    ]
    place = 0
    for strand in said:
        for one in strand["criteria"]:
            one["marking_position"] = place = place + 1
    ways = [
        {"key": f"m{n}", "name": "Way", "counting": {one["key"]: {"rule": "all"} for one in said}} for n in range(modes)
    ]
    total = sum(
        max(level["points"] for level in one.get("levels", [{"points": 1}]))
        for each in said
        for one in each["criteria"]
    )
    return yaml.safe_dump(
        {"format": RUBRIC_FORMAT, "title": "Large", "total": total, "step": 1, "strands": said, "modes": ways},
        sort_keys=False,
    )


def refused(text):
    with pytest.raises(PackProblems) as problems:
        read_yaml("large.yaml", text)
    (problem,) = problems.value.problems
    return problem, text.splitlines()[problem.line - 1].strip()


def test_thirteen_levels_are_refused_where_they_begin():
    problem, line = refused(written(criteria(1, steps=13)))

    assert problem.reason == "A1 has 13 levels. It may have 12."
    assert line == "levels:"


def test_a_ladder_of_thirteen_is_refused_once():
    bare = [{key: value for key, value in one.items() if key != "levels"} for one in criteria(3)]
    problem, line = refused(written({"key": "A", "name": "Strand", "levels": levels(13), "criteria": bare}))

    assert problem.reason == "The ladder has 13 levels. It may have 12."
    assert line == "levels:"


def test_the_201st_criterion_is_refused_by_its_line():
    groups = [criteria(67, strand=letter) for letter in "ABC"]
    problem, line = refused(written(*groups))

    assert problem.reason == "There are 201 criteria. A rubric may have 200."
    assert line == "- key: C67"


def test_a_27th_strand_and_a_13th_mode_are_refused_by_their_lines():
    many = [{"key": f"S{n}", "name": "One", "criteria": criteria(1, strand=f"S{n}x")} for n in range(27)]

    problem, line = refused(written(*many))
    assert (problem.reason, line) == ("There are 27 strands. A rubric may have 26.", "- key: S26")
    problem, line = refused(written(criteria(1), modes=13))
    assert (problem.reason, line) == ("There are 13 modes. A rubric may have 12.", "- key: m12")


def test_a_strand_that_would_be_too_large_a_table_is_refused_where_its_criteria_begin():
    problem, line = refused(written(criteria(95, steps=12)))
    assert problem.reason.startswith(
        "Strand A has 95 criteria and 12 different levels, which make too large a table: 4,845 cells, where 4,800"
    )
    assert line == "criteria:"

    problem, _ = refused(written(criteria(20, steps=4, own_keys=True)))
    assert problem.reason.startswith("Strand A has 20 criteria and 80 different levels")


def test_a_strand_of_too_many_words_is_refused():
    problem, line = refused(written(criteria(10, words="x" * 13_000)))
    assert problem.reason.startswith("The texts of strand A have 520,")
    assert line == "criteria:"

    problem, _ = refused(written(criteria(1)).replace("Some.", "x" * 20_001, 1))
    assert problem.reason == "The field “descriptor” has 20001 characters. It may have 20000."


def test_a_criterion_of_another_system_is_measured_as_well():
    steps = tuple(BareLevel(f"Step {n}", Decimal(n), "Some.", key=f"K{n}") for n in range(12))
    many = [BareCriterion(f"Criterion {n}", steps) for n in range(95)]

    with pytest.raises(NotARubric, match="too large a table"):
        brought("Large", many)


@pytest.mark.parametrize(("count", "steps", "own"), [(94, 12, False), (171, 6, False), (17, 4, True)])
@pytest.mark.parametrize("is_ladder", [True, False])
def test_the_largest_strand_that_is_taken_fits_into_a_form(count, steps, own, is_ladder):
    measure = read_yaml("large.yaml", written(criteria(count, steps=steps, own_keys=own))).measure
    strand = measure.rubric.strands[0]
    if not is_ladder:
        first = strand.criteria[0]
        other = replace(first.levels[-1], label="Another")
        strand = replace(strand, criteria=(replace(first, levels=(*first.levels[:-1], other)), *strand.criteria[1:]))
        measure = replace(measure, rubric=replace(measure.rubric, strands=(strand,)))

    form = EditGrid(measure=measure, strand="A", wording=Wording.BOTH)

    assert strand_excess(strand) == excess(measure.rubric, measure.modes) == ""
    assert len(form.fields) <= MOST_CELLS + 2 * steps * (count if own else 1) + 3
    assert len(form.fields) + 30 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
