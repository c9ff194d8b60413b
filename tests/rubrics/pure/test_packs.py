"""Packs: what ships is complete and unaltered; a bad pack is refused whole, with file, line and reason."""

import shutil
import zipfile
from dataclasses import replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rubrics.pure.counting import CriterionMark, count
from rubrics.pure.pack_files import MOST_BYTES, MOST_FILES
from rubrics.pure.pack_modes import counted_criteria, strand_rules
from rubrics.pure.pack_writing import write_files
from rubrics.pure.packs import (
    NOT_ATTEMPTED,
    Audience,
    NoteKind,
    PackProblems,
    State,
    count_exemplar,
    read_pack,
    read_zip,
    write_pack,
    write_zip,
)
from tests.hostile import CORPUS

ROOT = Path(__file__).parents[3]
FIRST = ROOT / "rubrics/packs/collective-defence"
P03 = ROOT / "rubrics/packs/social-media-democracy"
P07 = ROOT / "rubrics/packs/international-agreements"

SENTENCE = (
    "Evaluate how technological advances have impacted the effectiveness of Collective Defense Alliances since 1914."
)
STIMULUS_SHA256 = "372bf3414a092e6de2b7b4c9db92e2bd2a1283628d692dd635e0d4bee13a04b7"
SOURCES_SHA256 = {
    "A": "c17542532411b2f50f2b90c12256c0bb67d8e3b0ecd1e3b78865d99cfcc9c960",
    "B": "77a666443a841a49ad038b866923dde9c268de78bf811e2351a279fa2656ef54",
    "C": "4699d5b6b2c470801b8edfc130c581392827c3fab6dd9a4e2069736e63e1e10f",
}
WHOLE_SHA256 = "26e17279ae784168fc78c0750f87bf7738e0fc1c75c998e5260f29d01caec33d"


@pytest.fixture(scope="module")
def first():
    return read_pack(FIRST)


@pytest.fixture
def copy(tmp_path):
    """The first pack, to be spoilt."""
    return Path(shutil.copytree(FIRST, tmp_path / "copy"))


def digest(text):
    return sha256(text.encode()).hexdigest()


def spoil(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r} to spoil"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(place):
    with pytest.raises(PackProblems) as caught:
        read_pack(place)
    return [(problem.file, problem.line, problem.reason) for problem in caught.value.problems]


def line_of(folder, file, words):
    lines = (folder / file).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if words in line)


# The pack that ships


def test_the_words_of_the_prompt_and_its_sources_are_exactly_the_given_ones(first):
    paragraphs = [f"{first.prompt.stimulus} {first.prompt.sentence}", *(source.text for source in first.sources)]

    assert first.prompt.sentence == SENTENCE
    assert digest(first.prompt.stimulus) == STIMULUS_SHA256
    assert {source.letter: digest(source.text) for source in first.sources} == SOURCES_SHA256
    assert digest("\n".join(paragraphs)) == WHOLE_SHA256


def test_the_missing_list_is_supplied_beside_the_source_and_not_in_it(first):
    source = next(source for source in first.sources if source.letter == "B")
    requirements = [criterion.name for criterion in first.rubric.strands[1].criteria]

    note = next(note for note in source.notes if note.kind == NoteKind.OMISSION)

    assert source.text.endswith("These include seven baseline requirements:")
    assert len(requirements) == 7
    assert all(name[1:] in note.text for name in requirements)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NoteKind.ERROR, "The fourth is Slovakia"),
        (NoteKind.OMISSION, "Estonia, Latvia, Lithuania and Poland"),
        (NoteKind.COMPRESSION, "24 March 2022"),
        (NoteKind.COMPRESSION, "Two summits stand in one sentence"),
        (NoteKind.OMISSION, "The reference is broken"),
    ],
)
def test_every_flaw_of_the_last_source_has_its_note(first, kind, words):
    source = next(source for source in first.sources if source.letter == "C")

    assert any(note.kind == kind and words in note.text for note in source.notes)


def test_the_rubric_has_seven_eras_seven_requirements_and_five_of_craft(first):
    keys = [[criterion.key for criterion in strand.criteria] for strand in first.rubric.strands]

    assert keys == [
        ["E1", "E2", "E3", "E4", "E5", "E6", "E7"],
        ["R1", "R2", "R3", "R4", "R5", "R6", "R7"],
        ["C1", "C2", "C3", "C4", "C5"],
    ]


def test_the_eras_cover_every_year_since_1914_once(first):
    spans = [criterion.detail.split("–") for criterion in first.rubric.strands[0].criteria]

    assert spans[0][0] == "1914"
    assert spans[-1][1] == "present"
    assert [int(start) for start, _ in spans[1:]] == [int(end) + 1 for _, end in spans[:-1]]


def test_every_level_speaks_to_markers_and_to_students(first):
    levels = [level for criterion in first.rubric.criteria for level in criterion.levels]

    assert len(levels) == 7 * 5 + 7 * 4 + 3 * 5 + 2 * 4
    assert all(level.descriptor and level.label for level in levels)
    assert all(level.student.startswith("You ") and level.student.endswith(".") for level in levels)


def test_no_two_levels_of_a_criterion_say_the_same_to_students(first):
    for criterion in first.rubric.criteria:
        wordings = {level.student for level in criterion.levels}

        assert len(wordings) == len(criterion.levels), criterion.key


def test_every_level_of_an_era_and_a_requirement_says_what_it_looks_like(first):
    eras, requirements, _ = first.rubric.strands

    assert all(level.indication for strand in (eras, requirements) for c in strand.criteria for level in c.levels)


def test_an_era_and_a_requirement_show_a_paragraph_at_each_level_none_of_them_from_an_exemplar(first):
    shown = {criterion.key: criterion for criterion in first.rubric.criteria}
    examples = [level.example for key in ("E1", "R6") for level in shown[key].levels]
    essays = " ".join(exemplar.text for exemplar in first.exemplars)

    sentences = [sentence for example in examples for sentence in example.split(". ")]

    assert all(examples)
    assert not [sentence for sentence in sentences if sentence in essays]


def test_every_level_above_zero_needs_a_passage_and_judgement_is_marked_last(first):
    order = sorted(first.rubric.criteria, key=lambda criterion: criterion.marking_position)

    assert {criterion.evidence_min for criterion in order} == {1}
    assert [criterion.key for criterion in order][-5:] == ["C2", "C3", "C4", "C5", "C1"]


def test_the_modes_have_their_word_ranges_and_name_what_the_prompt_does_not(first):
    ranges = {mode.key: (mode.words_min, mode.words_max, mode.minutes) for mode in first.modes}

    assert ranges == {"timed": (800, 1200, 90), "extended": (1500, 2500, None), "coverage": (2500, 4000, None)}
    assert all("resilience" in mode.task and "early and recent periods" in mode.task for mode in first.modes)


@pytest.mark.parametrize(
    ("key", "totals"), [("strong", [94, 92, 77]), ("middling", [51, 46, 38]), ("weak", [16, 14, 13])]
)
def test_the_exemplars_come_to_their_totals_in_every_mode(first, key, totals):
    exemplar = next(exemplar for exemplar in first.exemplars if exemplar.key == key)

    counted = [count_exemplar(exemplar, mode, first.rubric).rounded for mode in first.modes]

    assert counted == totals
    assert [expected.total for expected in exemplar.totals] == totals


def test_the_exemplars_are_for_markers_and_carry_no_paragraph_numbers(first):
    words = {exemplar.key: len(exemplar.text.split()) for exemplar in first.exemplars}

    assert {exemplar.audience for exemplar in first.exemplars} == {Audience.MARKERS}
    assert words == {"strong": 1047, "middling": 638, "weak": 368}
    assert not any("[1]" in exemplar.text or "**" in exemplar.text for exemplar in first.exemplars)


def test_zero_and_not_attempted_stay_apart_in_the_weak_exemplar(first):
    weak = next(exemplar for exemplar in first.exemplars if exemplar.key == "weak")

    states = {score.criterion: score.state for score in weak.scores}

    assert (states["E1"], states["E2"], states["E3"]) == (State.ZERO, State.NOT_ATTEMPTED, State.SCORED)


def test_twenty_comments_are_tied_to_the_levels_they_are_used_at(first):
    ties = {comment.key: [(tie.criterion, tie.level) for tie in comment.ties] for comment in first.comments}

    assert list(ties) == [f"K{number:02}" for number in range(1, 21)]
    assert ties["K01"] == [(f"E{number}", "1") for number in range(1, 8)]
    assert ties["K05"] == [("E2", NOT_ATTEMPTED), ("E2", "1")]
    assert ties["K17"] == [("C2", None)]


# The other packs: nothing is special about the first


def full_marks(pack):
    marks = [
        CriterionMark(c.key, c.strand, c.position, c.maximum, State.SCORED, c.maximum)
        for c in counted_criteria(pack.rubric)
    ]
    rules = strand_rules(pack.modes[0], pack.rubric)
    return count(marks, rules, total=Fraction(pack.rubric.total), step=Fraction(pack.rubric.step)).rounded


@pytest.mark.parametrize(("folder", "total"), [(P03, 60), (P07, 50), (FIRST, 100)])
def test_full_marks_reach_the_total(folder, total):
    assert full_marks(read_pack(folder)) == total


def test_a_checklist_has_two_levels_and_a_country_is_written_beside_its_criterion():
    criteria = {criterion.key: criterion for criterion in read_pack(P03).rubric.criteria}

    assert [level.points for level in criteria["D1"].levels] == [0, 1]
    assert criteria["D1"].evidence_min == 0
    assert criteria["N2"].has_slot_label


# There and back


@pytest.mark.parametrize("folder", [FIRST, P03, P07])
def test_a_written_pack_reads_as_the_same_pack(folder, tmp_path):
    pack = read_pack(folder)

    write_pack(pack, tmp_path / "written")

    assert read_pack(tmp_path / "written") == pack


@pytest.mark.parametrize("folder", [FIRST, P03, P07])
def test_the_packs_in_git_stand_in_the_form_in_which_packs_are_written(folder):
    kept = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.*")}

    assert write_files(read_pack(folder)) == kept


READABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1).filter(str.strip)


kept = cache(read_pack)
"""Packs that Hypothesis changes many times, read once."""


@settings(max_examples=40, deadline=None)
@given(body=READABLE, field=READABLE)
@example(body="a", field="ends with a line end\n")
def test_texts_come_back_letter_by_letter(body, field):
    pack, first = kept(P07), kept(FIRST)
    strand = replace(pack.rubric.strands[0], guidance=field)
    rubric = replace(pack.rubric, strands=(strand, *pack.rubric.strands[1:]), guidance=field)
    source = replace(first.sources[0], text=body, notes=(), leaves_out=field)
    changed = replace(pack, rubric=rubric, sources=(source,), glossary=body)

    with TemporaryDirectory() as folder:
        write_pack(changed, Path(folder))
        again = read_pack(Path(folder))

    assert again == changed


@pytest.mark.parametrize(
    "text",
    ["a\x85b", "a\n\x85b", "\u2028", "a\n\ufeffb", "\n b\n", " a\n\n", "\ta\n\tb", "a: b #c", "- ", "no", "é😀\u0301"],
)
def test_odd_characters_come_back_as_they_were(tmp_path, text):
    pack = read_pack(P07)
    changed = replace(pack, rubric=replace(pack.rubric, guidance=text), glossary=f"x{text}")

    write_pack(changed, tmp_path / "odd")

    assert read_pack(tmp_path / "odd") == changed


def test_a_pack_is_not_written_over_other_files(copy, first):
    with pytest.raises(FileExistsError):
        write_pack(first, copy)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(copy, first):
    for path in [path for path in copy.rglob("*.*") if path.is_file()]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert read_pack(copy) == first


def test_a_value_is_read_as_it_is_written(copy):
    spoil(copy, "rubric.yaml", "short_name: Industrial", "short_name: No")

    assert read_pack(copy).rubric.criteria[0].short_name == "No"


def test_what_systems_leave_in_folders_is_passed_over(copy, first):
    (copy / ".DS_Store").write_bytes(b"\0\1")
    (copy / "README.md").write_text("What this is", encoding="utf-8")

    assert read_pack(copy) == first


# Refusals: file, line, reason

RUBRIC, PACK, COMMENTS = "rubric.yaml", "pack.yaml", "comments.yaml"
SOURCE, STRONG = "sources/c-madrid-and-vilnius.md", "exemplars/strong.md"
E1_NAME = "name: Industrial coalition war"

REFUSALS = {
    "a field is missing": (RUBRIC, f"        {E1_NAME}\n", "", "- key: E1", "The field “name” is missing"),
    "a field is empty": (RUBRIC, E1_NAME, "name: '  '", "name: '  '", "The field “name” is empty"),
    "a field is not known": (RUBRIC, E1_NAME, f"{E1_NAME}\n        hue: red", "hue: red", "“hue” is not known here"),
    "a field stands twice": (RUBRIC, E1_NAME, f"{E1_NAME}\n        name: Two", "name: Two", "“name” stands here twice"),
    "a field is too long": (RUBRIC, E1_NAME, "name: " + "x" * 201, "xxxxx", "has 201 characters. It may have 200"),
    "a ladder has an unknown field": (RUBRIC, "label: Weighed", "label: W\n        hue: red", "hue: red", "“hue”"),
    "a step is more than is kept": (
        RUBRIC,
        "\nstep: 1\n",
        "\nstep: 1000\n",
        "step: 1000",
        "The step is at most 999.99",
    ),
    "a criterion's key is taken": (RUBRIC, "key: E2", "key: E1", "@2:key: E1", "another criterion E1"),
    "a strand's key is taken": (RUBRIC, "  - key: B\n", "  - key: A\n", "@2:  - key: A", "another strand A"),
    "a key is no key": (RUBRIC, "key: E2", "key: E 2", "key: E 2", "“E 2” cannot be a key"),
    "a level's key means not attempted": (
        RUBRIC,
        "key: '4'\n        points",
        "key: NA\n        points",
        "NA",
        "means not",
    ),
    "points do not rise": (RUBRIC, "points: 8\n", "points: 5\n", "@2:points: 5", "Points rise from level to level"),
    "points do not begin at 0": (RUBRIC, "points: 0", "points: 1", "points: 1", "has 0 points"),
    "points are a word": (RUBRIC, "points: 10", "points: ten", "points: ten", "“ten” is not a number"),
    "points are negative": (RUBRIC, "points: 2\n", "points: -2\n", "points: -2", "“-2” is not a number"),
    "points are too fine": (RUBRIC, "points: 2\n", "points: 2.125\n", "points: 2.125", "at most two decimals"),
    "a marking place is taken": (RUBRIC, "position: 2", "position: 1", "@2:position: 1", "E1 has this place"),
    "a level is not in the ladder": (
        RUBRIC,
        "- key: '4'\n            ind",
        "- key: '9'\n            ind",
        "'9'",
        "no level 9",
    ),
    "the total is nothing": (RUBRIC, "total: 100", "total: 0", "total: 0", "The total is more than 0"),
    "a grade word begins where another does": (RUBRIC, "at_least: 70", "at_least: 85", "@2:at_least: 85", "Another"),
    "a flag is neither": (RUBRIC, E1_NAME, f"{E1_NAME}\n        has_slot_label: maybe", "maybe", "neither true nor"),
    "strands are no list": (RUBRIC, "strands:", "strands: none\nrest:", "strands: none", "“strands” is a list"),
    "YAML is broken": (RUBRIC, E1_NAME, "name: War: total", "War: total", "This is not YAML that can be read"),
    "YAML refers to itself": (RUBRIC, E1_NAME, "name: &n Industry\n        detail: *n", "*n", "are not used in packs"),
    "YAML is nested too deeply": (RUBRIC, E1_NAME, "name: " + "[" * 99, "name: [", "nested too deeply"),
    "YAML makes an object": (RUBRIC, E1_NAME, "name: !!python/object:os.x {}", "!!python", "not a list, fields or a"),
    "a strand has no rule": (PACK, "      C:\n        rule: all\n", "", "counting:", "no rule for strand C"),
    "a rule has no strand": (PACK, "      C:\n", "      Z:\n", "Z:", "There is no strand Z"),
    "a rule is unknown": (PACK, "rule: best", "rule: top", "rule: top", "Write one of: all, best, drop, off"),
    "more count than there are": (PACK, "n: 4", "n: 8", "counting:", "counts its best eight, but has seven"),
    "full marks miss the total": (PACK, "n: 4", "n: 5", "counting:", "Full marks come to 110, not 100"),
    "all needs no number": (PACK, "rule: all", "rule: all\n        n: 2", "n: 2", "“all” needs no number"),
    "a mode's key is taken": (PACK, "key: extended", "key: timed", "@2:key: timed", "another mode timed"),
    "a word range runs backwards": (PACK, "words_min: 800", "words_min: 1300", "words_min: 1300", "is no range"),
    "a word count is a fraction": (PACK, "words_max: 1200", "words_max: 12.5", "words_max: 12.5", "not a whole number"),
    "a slug has spaces": (PACK, "slug: coll", "slug: Our coll", "slug:", "A slug has small letters"),
    "a language is a sentence": (PACK, "language: en-GB", "language: English", "language:", "a code such as en"),
    "the prompt has two paragraphs": ("prompt.md", "Evaluate how", "One.\n\nEvaluate how", "# Prompt", "one paragraph"),
    "the prompt is empty": ("prompt.md", SENTENCE, "", "# Prompt", "The prompt is empty"),
    "a heading is missing": ("prompt.md", "# Guidance", "# Advice", "# Prompt+1", "“# Guidance” is missing"),
    "a note has no paragraph": (SOURCE, "paragraph: 1", "paragraph: 2", "paragraph: 2", "There is no paragraph 2"),
    "a note's spot is not there": (
        SOURCE,
        "quote: this found",
        "quote: that found",
        "quote: that",
        "not in paragraph 1",
    ),
    "a note's kind is unknown": (SOURCE, "kind: error", "kind: slip", "kind: slip", "omission, error, compression"),
    "the facts are missing": (SOURCE, "---\n", "", "@1", "between two lines of ---"),
    "a quote is not in the essay": (
        STRONG,
        "quote: removing a",
        "quote: moving the",
        "quote: moving",
        "not in the essay",
    ),
    "a level is not there": (STRONG, "level: '4'", "level: '7'", "level: '7'", "E1 has no level 7"),
    "a criterion is not there": (STRONG, "  E7:\n", "  E8:\n", "E8:", "There is no criterion E8"),
    "a criterion has no score": (STRONG, "  E7:\n", "  E8:\n", "scores:", "There is no score for E7"),
    "a state is unknown": (
        STRONG,
        "state: not_attempted",
        "state: skipped",
        "state: skipped",
        "“skipped” is not known",
    ),
    "a state is told by a level": (STRONG, "state: not_attempted", "state: zero", "state: zero", "is told by a level"),
    "a total is not what the scores come to": (
        STRONG,
        "timed: 94",
        "timed: 95",
        "timed: 95",
        "come to 94 in mode timed",
    ),
    "a total is for no mode": (STRONG, "timed: 94", "quick: 94", "quick: 94", "There is no mode quick"),
    "an audience is unknown": (
        STRONG,
        "audience: markers",
        "audience: pupils",
        "audience: pupils",
        "markers, everybody",
    ),
    "a comment is for no criterion": (COMMENTS, "[E3]", "[E9]", "criteria: [E9]", "There is no criterion E9"),
    "a comment is for no level": (COMMENTS, "['0', '1', '2']", "['0', '9']", "'9'", "E4 has no level 9"),
    "a comment's key is taken": (COMMENTS, "key: K02", "key: K01", "@2:key: K01", "another comment K01"),
    "a comment is tied twice": (COMMENTS, "[E3]", "[E3, E3]", "@ties:[E3, E3]", "tied to the same place twice"),
}


def expected_line(folder, file, at):
    """Where the refusal must point: at words, at their second showing (@2:), a line below (+1), or above (@ties:)."""
    lines = (folder / file).read_text(encoding="utf-8").split("\n")
    if at == "@1":
        return 1
    if at.startswith("@2:"):
        return [number for number, line in enumerate(lines, start=1) if at[3:] in line][1]
    if at.startswith("@ties:"):
        return line_of(folder, file, at[6:]) - 1
    return line_of(folder, file, at.removesuffix("+1")) + at.endswith("+1")


@pytest.mark.parametrize(("file", "old", "new", "at", "reason"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_bad_pack_is_refused_with_file_line_and_reason(copy, file, old, new, at, reason):
    spoil(copy, file, old, new)

    problems = refused(copy)

    line = expected_line(copy, file, at)
    assert any(f == file and n == line and reason in r for f, n, r in problems), (line, problems)
    assert len(problems) < 10, "one mistake brings few problems"


def test_all_problems_are_told_at_once(copy):
    spoil(copy, SOURCE, "paragraph: 1", "paragraph: 9")
    spoil(copy, STRONG, "quote: removing a", "quote: moving the")
    spoil(copy, COMMENTS, "[E3]", "[E9]")
    (copy / "extra.txt").write_text("?", encoding="utf-8")

    assert [file for file, _, _ in refused(copy)] == [COMMENTS, STRONG, "extra.txt", SOURCE]


def test_a_problem_reads_as_a_sentence(copy):
    spoil(copy, SOURCE, "paragraph: 1", "paragraph: 9")

    with pytest.raises(PackProblems) as caught:
        read_pack(copy)

    line = line_of(copy, SOURCE, "paragraph: 9")
    assert str(caught.value) == f"{SOURCE}, line {line}: There is no paragraph 9. The source has 1."


@pytest.mark.parametrize("file", ["pack.yaml", "prompt.md", "rubric.yaml"])
def test_a_pack_without_a_file_it_needs_is_refused(copy, file):
    (copy / file).unlink()

    assert (file, 1, "This file is missing. A pack needs it.") in refused(copy)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert ("nowhere", 1, "There is no such folder or zip file.") in refused(tmp_path / "nowhere")


def test_text_that_is_not_utf_8_is_refused_at_its_line(copy):
    (copy / SOURCE).write_bytes((copy / SOURCE).read_bytes().replace("’".encode(), b"\x92", 1))

    line = line_of(FIRST, SOURCE, "’")
    assert refused(copy) == [(SOURCE, line, "This is not UTF-8 text. Save the file as UTF-8.")]


def test_a_nul_character_is_refused_at_its_line(copy):
    spoil(copy, "prompt.md", "Victory alone", "Victory\0 alone")

    assert refused(copy) == [
        ("prompt.md", line_of(copy, "prompt.md", "Victory"), "There is a NUL character here. Take it out.")
    ]


def test_a_nul_written_as_an_escape_is_refused_too(copy):
    spoil(copy, PACK, "name: Timed", 'name: "Ti\\0med"')

    assert (PACK, line_of(copy, PACK, "Ti\\0med"), "There is a NUL character in “name”. Take it out.") in refused(copy)


def test_two_sources_cannot_have_one_letter(copy):
    shutil.copy(copy / SOURCE, copy / "sources/c-again.md")

    assert any(file == SOURCE and "has the letter C already" in reason for file, _, reason in refused(copy))


@pytest.mark.parametrize("name", ["sources/1-first.md", "sources/posture.md", "exemplars/a very good essay.md"])
def test_a_file_name_that_says_nothing_is_refused(copy, name):
    shutil.copy(copy / (SOURCE if name.startswith("sources") else STRONG), copy / name)

    assert name in {file for file, _, _ in refused(copy)}


def test_a_link_out_of_the_folder_is_refused(copy, tmp_path):
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    (copy / "glossary.md").unlink()
    (copy / "glossary.md").symlink_to(tmp_path / "secret.md")

    assert any(file == "glossary.md" and "a link" in reason for file, _, reason in refused(copy))


# Zips


def zipped(folder, place, inside=""):
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*.*") if path.is_file()):
            archive.write(path, f"{inside}{path.relative_to(folder)}")
    return place


@pytest.mark.parametrize("inside", ["", "collective-defence/"])
def test_a_zip_reads_as_its_folder_does(tmp_path, first, inside):
    assert read_pack(zipped(FIRST, tmp_path / "pack.zip", inside)) == first


@pytest.mark.parametrize("name", ["../glossary.md", "/glossary.md", "sources\\..\\x.md", "C:glossary.md"])
def test_a_zip_whose_paths_lead_out_is_refused(tmp_path, name):
    place = zipped(FIRST, tmp_path / "pack.zip")
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr(name, "x")

    assert any("leads out of the archive" in reason for _, _, reason in refused(place))


def test_a_zip_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path):
    place = zipped(FIRST, tmp_path / "pack.zip")
    with zipfile.ZipFile(place, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sources/d-empty.md", " " * 1_000_000)

    reason = "This entry unpacks to more than 100 times what it is. That is a trap, not a file."
    assert refused(place)[0] == ("sources/d-empty.md", 1, reason)


def test_a_zip_of_too_many_files_or_bytes_is_refused(tmp_path):
    many, large = tmp_path / "many.zip", tmp_path / "large.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(MOST_FILES + 1):
            archive.writestr(f"sources/{number}.md", "x")
    with zipfile.ZipFile(large, "w") as archive:
        archive.writestr("glossary.md", "x" * (MOST_BYTES + 1))

    assert any("501 entries. It may hold 500." in reason for _, _, reason in refused(many))
    assert any("at most 500 files and 10 MB" in reason for _, _, reason in refused(large))


def test_a_folder_of_too_many_bytes_is_refused(copy):
    (copy / "glossary.md").write_bytes(b"x" * (MOST_BYTES + 1))

    assert any("at most 500 files and 10 MB" in reason for _, _, reason in refused(copy))


def test_a_file_that_is_no_zip_is_refused(tmp_path):
    place = tmp_path / "pack.zip"
    place.write_bytes(b"PK but not a zip")

    assert any(file == "pack.zip" and "damaged or not complete" in reason for file, _, reason in refused(place))


@pytest.mark.parametrize("folder", [FIRST, P03, P07])
def test_a_pack_as_a_zip_comes_back_byte_by_byte(folder):
    pack = read_pack(folder)
    data = write_zip(pack)

    again = read_zip(data, "pack.zip")

    assert again == pack
    assert write_zip(again) == data


@pytest.mark.parametrize("file", [one for one in CORPUS if one.kind == "archive"], ids=str)
def test_a_hostile_zip_is_no_pack(file):
    with pytest.raises(PackProblems):
        read_zip(file.made(), file.name)


def test_a_yaml_file_without_end_is_refused_before_it_is_read(copy):
    (copy / RUBRIC).write_text("a: b\n" * 300_000, encoding="utf-8")

    assert (RUBRIC, 1, "This is not YAML that can be read: there is more than 1 MB of it.") in refused(copy)


def test_the_files_in_git_are_plain_yaml_for_any_reader():
    assert all(yaml.safe_load(path.read_text(encoding="utf-8")) for path in FIRST.glob("*.yaml"))
