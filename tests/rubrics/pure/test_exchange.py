"""Rubrics in other formats: what each carries comes back letter by letter, and whatever it does not is named."""

import json
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courses.kernel import upload_readers
from courses.kernel.uploads import Row
from rubrics.pure.counting import Rule
from rubrics.pure.exchange import Format, NotARubric, read_canvas, read_ora, read_yaml, write
from rubrics.pure.exchange_losses import Part, losses_between
from rubrics.pure.measures import Measure, gaps, gaps_in_short
from rubrics.pure.pack_contents import PackProblems, RuleText
from rubrics.pure.packs import read_pack
from tests.rubrics.conftest import PACKS
from tests.rubrics.measures import LADDER, changed, criterion, level, measure, with_levels

PACK_FOLDERS = sorted(PACKS.iterdir())
IN = [Format.OWN, Format.CANVAS, Format.ORA]
ODD = [
    "=1+1",
    "+49 30",
    "-5 °C",
    "@mention",
    "'=already",
    "''",
    "’",
    "a,b;c\td",
    'she said "so", twice ""',
    "😀 Ⅷ",
    "＝full",
    "61,5",
    " spaces ",
    "<b>&amp;</b>",
    "]]>",
    "- a list",
    "# x: y",
    "null",
    "line one\nline two",
    "\n=SUM(A1)",
    "é" * 300,
]
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(
    lambda t: " ".join(t.split())
)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=60)


def odd_line():
    lines = [text for text in ODD if text == " ".join(text.split()) and len(text) <= 50]
    return st.one_of(st.sampled_from(lines), LINE).filter(str.strip)


def odd_words():
    return st.one_of(st.sampled_from(ODD), WORDS).filter(str.strip)


@st.composite
def odd_measures(draw):
    """Measures of all sizes whose every text is odd, with points that have fractions."""

    def ladder():
        count = draw(st.integers(2, 4))
        steps = draw(st.lists(st.integers(1, 400), min_size=count - 1, max_size=count - 1, unique=True))
        points = [Decimal(0), *(Decimal(step) / 4 if draw(st.booleans()) else Decimal(step) for step in sorted(steps))]
        points = sorted(set(points))
        return tuple(
            level(
                str(n), str(value), draw(odd_line()), descriptor=draw(odd_words()), student=draw(odd_words()),
                indication=draw(st.one_of(st.just(""), odd_words())), example=draw(st.one_of(st.just(""), odd_words())),
            )
            for n, value in enumerate(points)
        )  # fmt: skip

    eras = [
        criterion(f"E{number}", number, ladder(), detail=draw(st.one_of(st.just(""), odd_line())),
                  guidance=draw(st.one_of(st.just(""), odd_words())), evidence_min=draw(st.integers(0, 3)))
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]  # fmt: skip
    eras = [replace(one, name=draw(odd_line()), short_name=draw(odd_line())[:50].strip() or "x") for one in eras]
    made = measure(*eras)
    total = sum((one.levels[-1].points for one in made.rubric.criteria), Decimal(0))
    rules = tuple(RuleText(strand.key, Rule.ALL) for strand in made.rubric.strands)
    made = Measure(replace(made.rubric, total=total), (replace(made.modes[0], rules=rules, task=draw(odd_words())),))
    assert gaps(made) == []
    return draw(odd_line()), made


def parsed(text):
    return ElementTree.fromstring(text)  # noqa: S314  # of these tests' own making


def written(to, of, title="Eras"):
    return write(to, title, of, identity="eras/1", changed_at="2026-11-28T09:30:00+01:00", asked="Evaluate.")


def read_again(to, content):
    """Read a file as it is read when somebody sends it."""
    match to:
        case Format.OWN:
            return read_yaml("rubric.yaml", content.decode())
        case Format.CANVAS:
            said, _ = upload_readers.read({"verb": "table", "name": "r.csv", "kind": "table"}, content)
            (back,) = read_canvas([Row(number, tuple(cells)) for number, cells in said["rows"]])
        case Format.ORA:
            assert upload_readers.read({"verb": "xml", "name": "r.xml", "kind": "xml"}, content) == ({}, b"")
            (back,) = read_ora(parsed(content))
    return back


def differences(before, after, place=""):
    """Walk two values field by field; give each field that differs with the places of criteria and levels."""
    if is_dataclass(before) and type(before) is type(after):
        here = getattr(before, "key", "") if type(before).__name__ in ("CriterionText", "LevelText") else ""
        within = f"{place}, level {here}" if type(before).__name__ == "LevelText" else here or place
        for field in fields(before):
            was, is_now = getattr(before, field.name), getattr(after, field.name)
            nested = field.name in ("rubric", "strands", "criteria", "levels")
            if nested and isinstance(was, tuple):
                if len(was) == len(is_now):
                    for one, other in zip(was, is_now, strict=True):
                        yield from differences(one, other, within)
                else:
                    yield (f"{type(before).__name__}.{field.name}", within)
            elif nested:
                yield from differences(was, is_now, within)
            elif was != is_now:
                yield (f"{type(before).__name__}.{field.name}", within)


NAMED = {
    "Measure.modes": Part.MODES,
    "RubricText.total": Part.TOTAL,
    "RubricText.step": Part.STEP,
    "RubricText.guidance": Part.GUIDANCE,
    "RubricText.grade_words": Part.GRADE_WORDS,
    "RubricText.strands": Part.STRANDS,
    "StrandText.key": Part.STRAND_KEYS,
    "StrandText.name": Part.STRANDS,
    "StrandText.criteria": Part.STRANDS,
    "StrandText.guidance": Part.STRAND_GUIDANCE,
    "CriterionText.key": Part.KEYS,
    "CriterionText.name": Part.NAMES,
    "CriterionText.short_name": Part.SHORT_NAMES,
    "CriterionText.marking_position": Part.MARKING_ORDER,
    "CriterionText.detail": Part.DETAILS,
    "CriterionText.guidance": Part.CRITERION_GUIDANCE,
    "CriterionText.evidence_min": Part.EVIDENCE,
    "CriterionText.has_slot_label": Part.SLOT_LABELS,
    "CriterionText.levels": Part.LEVELS,
    "LevelText.key": Part.LEVEL_KEYS,
    "LevelText.points": Part.POINTS,
    "LevelText.label": Part.LABELS,
    "LevelText.descriptor": Part.DESCRIPTORS,
    "LevelText.student": Part.STUDENT,
    "LevelText.indication": Part.INDICATIONS,
    "LevelText.example": Part.EXAMPLES,
}


def flat(of):
    """The same measure with all criteria in one strand, so that two of them can be walked side by side."""
    first = of.rubric.strands[0]
    return replace(of, rubric=replace(of.rubric, strands=(replace(first, criteria=of.rubric.criteria),)))


def assert_every_difference_is_named(before, after, losses):
    told = {(loss.part, place) for loss in losses for place in (*loss.places, "")}
    for field, place in differences(flat(before), flat(after)):
        assert (NAMED[field], place if place and NAMED[field] not in WHOLE else "") in told, (field, place)


WHOLE = {Part.STRANDS, Part.STRAND_KEYS, Part.STRAND_GUIDANCE, Part.MODES}


# ------------------------------------------------------------------------------------------------- there and back
@pytest.mark.parametrize("folder", PACK_FOLDERS, ids=lambda folder: folder.name)
def test_our_own_file_loses_nothing_and_comes_back_byte_by_byte(folder):
    pack = read_pack(folder)
    of = Measure(pack.rubric, pack.modes)

    first = written(Format.OWN, of, pack.title)
    back = read_again(Format.OWN, first.content)

    assert (back.title, back.measure, first.losses) == (pack.title, of, ())
    assert written(Format.OWN, back.measure, back.title).content == first.content


@pytest.mark.parametrize("folder", PACK_FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("to", Format)
def test_every_difference_of_a_real_rubric_is_named(to, folder):
    pack = read_pack(folder)
    of = Measure(pack.rubric, pack.modes)
    made = written(to, of, pack.title)

    if to in IN:
        back = read_again(to, made.content)

        assert made.losses == losses_between(of, back.measure, titles=(pack.title, back.title))
        assert_every_difference_is_named(of, back.measure, made.losses)
        assert {loss.part for loss in made.losses} & {Part.NAMES, Part.POINTS, Part.LABELS, Part.DESCRIPTORS} == set()


@pytest.mark.parametrize("to", IN)
@given(odd=odd_measures())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_odd_words_and_points_come_back_or_are_named(to, odd):
    title, of = odd
    made = written(to, of, title)

    back = read_again(to, made.content)

    assert_every_difference_is_named(of, back.measure, made.losses)
    if to != Format.OWN:  # the others carry names, labels, wording and points, whatever the letters
        parts = {loss.part for loss in made.losses}
        shown = {
            text for one in of.rubric.criteria for lv in one.levels for text in (lv.label, lv.descriptor, one.name)
        }
        if all(ord(letter) >= 32 or letter in "\t\n" for text in shown for letter in text):
            assert not parts & {Part.NAMES, Part.LABELS}
            assert not parts & {Part.DESCRIPTORS} or any("\ufffe" <= letter <= "\uffff" for t in shown for letter in t)
        if to == Format.CANVAS:
            assert Part.POINTS not in parts
    else:
        assert (back.title, back.measure, made.losses) == (title, of, ())


@given(words=odd_words())
@example("=cmd|'/c calc'!A0")
@settings(max_examples=60, deadline=None)
def test_no_cell_of_a_csv_can_be_run_and_each_comes_back(words):
    of = with_levels(measure(), "E1", level("0", 0), level("1", 1, descriptor=words))
    made = written(Format.CANVAS, of)

    said, _ = upload_readers.read({"verb": "table", "name": "r.csv", "kind": "table"}, made.content)

    assert not any(cell.startswith(tuple("=+-@\t\n＝＋－＠")) for _, row in said["rows"] for cell in row)
    if all(ord(letter) >= 32 or letter in "\t\n" for letter in words):
        assert read_again(Format.CANVAS, made.content).measure.criterion("A1").levels[1].descriptor == words


def test_points_with_fractions_become_whole_for_open_edx_and_it_says_so():
    of = measure(criterion("E1", 1, (level("0", 0), level("1", "2.5"), level("2", "4.25"))))

    made = written(Format.ORA, of)

    assert "all points are multiplied by 4." in made.told[-1]
    assert [one.points for one in read_again(Format.ORA, made.content).measure.criterion("E1").levels] == [0, 10, 17]
    assert any(loss.part == Part.POINTS and "E1, level 1" in loss.places for loss in made.losses)


def test_the_sentences_say_what_is_lost():
    told = [loss.text for loss in written(Format.CANVAS, measure()).losses]

    assert told == [
        "The total becomes 40 instead of 30.",
        "The grade words are left out: good from 20.",
        "Ways to set it, with tasks, word ranges and counting rules, are not kept: “Timed”. Every criterion counts.",
        "The strands (“Eras” and “Craft”) become one list of criteria.",
        "The strands’ keys (A and C) are not kept.",
        "The key is not kept as it is: E1, E2, E3 and C1 (E1: “E1” becomes “A1”).",
        "The short name is not kept as it is: E1, E2, E3 and C1 (E1: “Short E1” becomes “Name of E1”).",
        "The wording for students is left out: 16 levels in 4 criteria.",
    ]


def test_what_a_draft_still_needs_is_told_in_short():
    of = changed(measure(), "E1", short_name="", levels=tuple(replace(one, student="") for one in LADDER))
    of = with_levels(of, "E2", replace(LADDER[0], student=""), replace(LADDER[1], label="", student=""))

    assert gaps_in_short(gaps(of)) == [
        "E1 has no short name. Write one.",
        "5 levels have no wording for students. Write it.",
        "1 level has no label and no wording for students. Write it.",
    ]


def test_a_text_too_long_for_a_cell_is_told_before_it_is_downloaded():
    of = with_levels(measure(), "E1", level("0", 0), level("1", 1, descriptor="x" * 40_000))

    assert "One text is longer than a spreadsheet’s cell holds" in written(Format.CANVAS, of).told[-1]
    assert len(written(Format.CANVAS, measure()).told) == 1


# ------------------------------------------------------------------------------------------------- CASE
def test_case_has_the_fields_of_the_standard_and_identifiers_that_stay():
    made = written(Format.CASE, measure(), "Eras")
    whole = json.loads(made.content)
    first = whole["CFRubricCriteria"][0]

    assert (whole["title"], whole["lastChangeDateTime"]) == ("Eras", "2026-11-28T09:30:00+01:00")
    assert [one["category"] for one in whole["CFRubricCriteria"]] == ["Eras", "Eras", "Eras", "Craft"]
    assert [one["position"] for one in whole["CFRubricCriteria"]] == [1, 2, 3, 4]
    assert first["rubricId"] == whole["identifier"]
    assert [(one["quality"], one["score"], one["position"]) for one in first["CFRubricCriterionLevels"]] == [
        ("Nothing", 0, 1),
        ("Mentioned", 2, 2),
        ("Explained", 5, 3),
        ("Weighed", 10, 4),
    ]
    assert {one["rubricCriterionId"] for one in first["CFRubricCriterionLevels"]} == {first["identifier"]}
    every = [whole, *whole["CFRubricCriteria"]]
    every += [one for each in whole["CFRubricCriteria"] for one in each["CFRubricCriterionLevels"]]
    assert len({UUID(one["identifier"]) for one in every}) == len(every) == 21
    assert all(one["uri"] == f"urn:uuid:{one['identifier']}" for one in every)
    assert written(Format.CASE, measure(), "Eras").content == made.content


# ------------------------------------------------------------------------------------------------- from elsewhere
HEAD = "Rubric Name,Criteria Name,Criteria Description,Criteria Enable Range"
RATING = ",Rating Name,Rating Description,Rating Points"


def canvas(*lines, head=HEAD + RATING * 2):
    said, _ = upload_readers.read(
        {"verb": "table", "name": "r.csv", "kind": "table"}, "\n".join((head, *lines)).encode()
    )
    return read_canvas([Row(number, tuple(cells)) for number, cells in said["rows"]])


def test_a_file_of_canvas_gives_a_rubric_for_each_name():
    one, two = canvas(
        "Essays,Thesis,Is there one?,false,Full,All of it,\"4,5\",None,,0",
        "Talks,Voice,,false,Loud,,2,Quiet,,0",
        "Essays,Sources,,FALSE,Many,,3,None,,0",
    )  # fmt: skip

    assert (one.title, two.title) == ("Essays", "Talks")
    assert [(each.key, each.name, each.detail) for each in one.measure.rubric.criteria] == [
        ("A1", "Thesis", "Is there one?"),
        ("A2", "Sources", ""),
    ]
    assert [(each.key, each.points, each.label) for each in one.measure.criterion("A1").levels] == [
        ("0", 0, "None"),
        ("1", Decimal("4.5"), "Full"),
    ]
    assert (one.measure.rubric.total, one.measure.rubric.step, two.told) == (Decimal("7.5"), Decimal("0.5"), ())
    assert any("no wording for students" in gap.text for gap in gaps(one.measure))


def test_what_a_file_of_canvas_has_beside_it_is_told():
    (one,) = canvas("Essays,Thesis,,TRUE,Full,,4,,,0,x", head=HEAD + RATING * 2 + ",Outcome")

    assert one.told == (
        "These columns were passed over: Outcome.",
        "Ranges are not known here (line 2): each rating has its highest points alone.",
        "A rating without a name was passed over in line 2, as Canvas does.",
    )


@pytest.mark.parametrize(
    ("lines", "head", "reason"),
    [
        ([], HEAD + RATING, "no criteria in this file"),
        (["x"], "Name,Criterion", "line 1: There is no column “Rubric Name”"),
        (["x,y"], "Rubric Name,Criteria Name", "line 1: There are no columns “Rating Name”"),
        (["Essays,,,,Full,,4"], HEAD + RATING, "line 2: This criterion has no name"),
        ([",Thesis,,,Full,,4"], HEAD + RATING, "line 2: This row has no rubric name"),
        (["Essays,Thesis,,,,,"], HEAD + RATING, "line 2: The criterion “Thesis” has no levels"),
        (["Essays,Thesis,,,Full,,lots"], HEAD + RATING, "line 2, “Full”: “lots” is not a number"),
        (["Essays,Thesis,,,Full,,"], HEAD + RATING, "line 2, “Full”: There are no points"),
        (["Essays,Thesis,,,Full,,-1"], HEAD + RATING, "is not a number from 0 to 9999"),
        (["Essays,Thesis,,,Full,,NaN"], HEAD + RATING, "is not a number from 0 to 9999"),
        (["Essays,Thesis,,,A,,4,B,,4.001"], HEAD + RATING * 2, "line 2: “A” and “B” both have 4 points"),
        (["Essays,Thesis,,,A,,0"], HEAD + RATING, "come to nothing"),
        (["Essays,Thesis,,,A,,9000"] * 2, HEAD + RATING, "come to nothing, or to more than 9999"),
        (["Essays,T,,,A,,1"] * 201, HEAD + RATING, "There are 201 criteria"),
    ],
)
def test_a_file_of_canvas_that_makes_no_rubric_is_refused_with_its_line(lines, head, reason):
    with pytest.raises(NotARubric, match=reason):
        canvas(*lines, head=head)


def test_names_too_long_are_put_on_a_line_and_kept_whole_beside():
    long = "A-very-long-name" * 20
    (one,) = canvas(f'Essays,"{long}",,false,"{"label " * 30}",x,1', head=HEAD + RATING)

    criterion = one.measure.criterion("A1")

    assert (len(criterion.name), len(criterion.short_name), len(criterion.levels[0].label)) == (200, 50, 100)
    assert long in criterion.guidance
    assert "label label" in criterion.levels[0].descriptor
    assert len(one.told) == 2


OLX = """<openassessment>
  <title>Alliances</title>
  <assessments>
    <assessment name="student-training"><example><answer>x</answer></example></assessment>
  </assessments>
  <prompts><prompt><description>Discuss.</description></prompt></prompts>
  <rubric>
    <criterion><name>Ideas</name><label>Big ideas</label><prompt>How big?</prompt>
      <option points="0"><name>Poor</name><label>Poor</label><explanation>None.</explanation></option>
      <option points="5"><name>Good one</name><label>Good</label><explanation>Many.</explanation></option>
    </criterion>
    <criterion feedback="required"><name>Say more</name><label>Say more</label><prompt>Say more</prompt></criterion>
    <feedbackprompt>Anything else?</feedbackprompt>
  </rubric>
</openassessment>"""


def test_a_block_of_open_edx_gives_its_rubric_and_tells_the_rest():
    (one,) = read_ora(parsed(OLX))

    ideas = one.measure.criterion("Ideas")

    assert (one.title, ideas.name, ideas.detail) == ("Alliances", "Big ideas", "How big?")
    assert [(each.key, each.label, each.points, each.descriptor) for each in ideas.levels] == [
        ("0", "Poor", 0, "None."),
        ("1", "Good", 5, "Many."),
    ]
    assert one.told == (
        "The prompt of the assessment did not come along. Bring them into the library of prompts.",
        "1 scored example did not come along.",
        "The question for overall feedback did not come along.",
        "The criterion “Say more” asks for feedback alone, without levels. It was left out.",
    )


def test_a_unit_gives_every_rubric_in_it():
    unit = parsed(f"<vertical>{OLX}{OLX.replace('Alliances', 'More')}<html/></vertical>")

    assert [one.title for one in read_ora(unit)] == ["Alliances", "More"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html/>", "no open response assessment"),
        ("<openassessment/>", "There is no rubric"),
        ("<rubric/>", "There are no criteria"),
        ("<rubric><criterion><name>A</name><option points='x'/></criterion></rubric>", "criterion 1, option 1: “x”"),
        (
            "<rubric><criterion><name>A</name><option/></criterion></rubric>",
            "criterion 1, option 1: There are no points",
        ),
    ],
)
def test_olx_that_makes_no_rubric_is_refused_with_its_place(text, reason):
    with pytest.raises(NotARubric, match=reason):
        read_ora(parsed(text))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("title: x", 1, "The field “format” is missing"),
        ("format: other\ntitle: x", 1, "This is no rubric of Assay"),
        ("format: assay-rubric-1\ntitle: x\ncolour: blue", 3, "“colour” is not known here"),
        ("a: &a [*a]", 1, "references"),
        ("- 1", 1, "There are no fields here"),
    ],
)
def test_our_own_file_is_refused_with_every_line_that_is_wrong(text, line, reason):
    with pytest.raises(PackProblems) as caught:
        read_yaml("rubric.yaml", text)

    assert any(one.line == line and reason in one.reason for one in caught.value.problems)


def test_a_criterion_and_its_guidance_stay_apart_where_the_detail_is_long():
    of = changed(measure(), "E1", detail="1914–18")

    back = read_again(Format.CANVAS, written(Format.CANVAS, of).content)

    assert back.measure.criterion("A1").detail == "1914–18"
    assert back.measure.criterion("A1").levels == tuple(replace(one, student="") for one in LADDER)
