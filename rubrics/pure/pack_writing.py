"""How a pack becomes files again: the same form for every pack, so that git shows only what somebody changed."""

import io
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from rubrics.pure.counting import State
from rubrics.pure.pack_contents import (
    CommentText,
    CriterionText,
    ExemplarScoreText,
    ExemplarText,
    LevelText,
    ModeText,
    Note,
    Pack,
    PromptText,
    RubricText,
    SourceText,
    StrandText,
)
from rubrics.pure.pack_files import PROMPT_HEADINGS

Fields = dict[str, Any]
RUBRIC_FORMAT = "assay-rubric-1"
ODD = re.compile("[\\x85\\u2028\\u2029\\ufeff]|^\\s|\\t")


def write_files(pack: Pack) -> dict[str, str]:
    """Give the text of every file of the pack by its path inside it."""
    files = {
        "pack.yaml": _headed("What this pack is, and the ways to set the task.", _pack_fields(pack)),
        "prompt.md": _prompt_file(pack.prompt),
        "rubric.yaml": _headed("Strands, their criteria, and levels from the lowest up.", _rubric_fields(pack.rubric)),
    }
    for source in pack.sources:
        files[f"sources/{source.letter.lower()}-{_file_word(source.title)}.md"] = _with_front(
            _source_fields(source), source.text
        )
    for exemplar in pack.exemplars:
        files[f"exemplars/{exemplar.key}.md"] = _with_front(_exemplar_fields(exemplar), exemplar.text)
    if pack.comments:
        fields = {"comments": [_comment_fields(comment) for comment in pack.comments]}
        files["comments.yaml"] = _headed("Sentences worth saying again, and the levels they are said at.", fields)
    if pack.glossary:
        files["glossary.md"] = pack.glossary + "\n"
    return files


def write_rubric_file(title: str, rubric: RubricText, modes: Iterable[ModeText]) -> str:
    """Give a rubric with its modes as one file, in the words of a pack."""
    fields = {"format": RUBRIC_FORMAT, "title": title, **_rubric_fields(rubric)}
    return _headed("A rubric of Assay, complete.", {**fields, "modes": [_mode_fields(mode) for mode in modes]})


def write_folder(files: dict[str, str], folder: Path) -> None:
    """Write the files below `folder`, which is made where it is missing and must otherwise be empty."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty. Choose a new folder, so that nothing is overwritten or mixed.")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())


def zip_of(files: dict[str, str], folder: str) -> bytes:
    """Give a zip of the files in one folder, the same bytes for the same files: no moments, no order of chance."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}")
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            archive.writestr(entry, text.encode())
    return out.getvalue()


def _pack_fields(pack: Pack) -> Fields:
    return {
        "title": pack.title,
        "slug": pack.slug,
        "subject": pack.subject,
        "language": pack.language,
        "command_word": pack.command_word,
        "modes": [_mode_fields(mode) for mode in pack.modes],
    }


def _mode_fields(mode: ModeText) -> Fields:
    return {
        "key": mode.key,
        "name": mode.name,
        **_given("words_min", mode.words_min),
        **_given("words_max", mode.words_max),
        **_given("minutes", mode.minutes),
        **_given("task", mode.task),
        "counting": {
            rule.strand: {
                "rule": str(rule.rule),
                **_given("n", rule.n),
                **_given("weight", rule.weight),
            }
            for rule in mode.rules
        },
    }


def _prompt_file(prompt: PromptText) -> str:
    parts = (prompt.stimulus, prompt.sentence, prompt.guidance)
    return "\n".join(f"{heading}\n\n{part}\n" for heading, part in zip(PROMPT_HEADINGS, parts, strict=True))


def _source_fields(source: SourceText) -> Fields:
    return {
        "title": source.title,
        "speaker": source.speaker,
        "dated": source.dated,
        "leaves_out": source.leaves_out,
        **_given("notes", [_note_fields(note) for note in source.notes]),
    }


def _note_fields(note: Note) -> Fields:
    return {
        "paragraph": note.paragraph,
        "kind": str(note.kind),
        **_given("quote", note.quote),
        "text": note.text,
    }


def _rubric_fields(rubric: RubricText) -> Fields:
    return {
        "total": rubric.total,
        "step": rubric.step,
        **_given("guidance", rubric.guidance),
        **_given("grade_words", [{"word": grade.word, "at_least": grade.at_least} for grade in rubric.grade_words]),
        "strands": [_strand_fields(strand) for strand in rubric.strands],
    }


def _strand_fields(strand: StrandText) -> Fields:
    """What all criteria say alike about a level is written once, in the strand's ladder."""
    ladders = {tuple((level.key, level.points, level.label) for level in c.levels) for c in strand.criteria}
    steps: list[Fields] = []
    if len(strand.criteria) > 1 and len(ladders) == 1:
        by_step = zip(*([_level_fields(level) for level in c.levels] for c in strand.criteria), strict=True)
        steps = [_alike(wordings) for wordings in by_step]
    return {
        "key": strand.key,
        "name": strand.name,
        **_given("guidance", strand.guidance),
        **_given("levels", steps),
        "criteria": [_criterion_fields(criterion, steps) for criterion in strand.criteria],
    }


def _alike(wordings: tuple[Fields, ...]) -> Fields:
    """Give the fields that are the same in every wording."""
    first, *others = wordings
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}


def _criterion_fields(criterion: CriterionText, ladder: list[Fields]) -> Fields:
    levels = [_level_fields(level) for level in criterion.levels]
    if ladder:
        levels = [_beyond(step, level) for step, level in zip(ladder, levels, strict=True)]
        levels = [level for level in levels if len(level) > 1]
    return {
        "key": criterion.key,
        "name": criterion.name,
        "short_name": criterion.short_name,
        **_given("detail", criterion.detail),
        "marking_position": criterion.marking_position,
        **({} if criterion.evidence_min == 1 else {"evidence_min": criterion.evidence_min}),
        **({"has_slot_label": True} if criterion.has_slot_label else {}),
        **_given("guidance", criterion.guidance),
        **_given("levels", levels),
    }


def _beyond(step: Fields, level: Fields) -> Fields:
    """Give what a level says beyond the ladder, under its key."""
    return {name: value for name, value in level.items() if name == "key" or name not in step}


def _level_fields(level: LevelText) -> Fields:
    return {
        "key": level.key,
        "points": level.points,
        "label": level.label,
        "descriptor": level.descriptor,
        **_given("indication", level.indication),
        "student": level.student,
        **_given("example", level.example),
    }


def _exemplar_fields(exemplar: ExemplarText) -> Fields:
    return {
        "title": exemplar.title,
        "audience": str(exemplar.audience),
        **_given("totals", {total.mode: total.total for total in exemplar.totals}),
        "scores": {score.criterion: _score_fields(score) for score in exemplar.scores},
    }


def _score_fields(score: ExemplarScoreText) -> Fields:
    is_left_out = score.state == State.NOT_ATTEMPTED
    return {
        **({"state": str(score.state)} if is_left_out else {"level": score.level}),
        **_given("quote", score.quote),
        "reason": score.reason,
    }


def _comment_fields(comment: CommentText) -> Fields:
    """Neighbouring criteria with the same levels share one tie."""
    by_criterion = [
        (criterion, [tie.level for tie in ties])
        for criterion, ties in groupby(comment.ties, key=lambda tie: tie.criterion)
    ]
    ties: list[Fields] = []
    for levels, group in groupby(by_criterion, key=lambda pair: pair[1]):
        criteria = [criterion for criterion, _ in group]
        ties.append({"criteria": criteria, **({} if levels == [None] else {"levels": levels})})
    return {"key": comment.key, "text": comment.text, "ties": ties}


def _given(name: str, value: object) -> Fields:
    """The field where it has something in it, nothing otherwise."""
    return {} if value is None or value == "" or value == [] or value == {} else {name: value}


def _file_word(title: str) -> str:
    """The title as a file name: plain letters and digits, joined by hyphens."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in title.lower())
    return "-".join(letters.split())[:40].strip("-") or "source"


def _headed(comment: str, fields: Fields) -> str:
    return f"# {comment}\n{_yaml(fields)}"


def _with_front(fields: Fields, body: str) -> str:
    return f"---\n{_yaml(fields)}---\n\n{body}\n"


class _PackDumper(yaml.SafeDumper):
    """Lists indented below their name; texts of several lines as blocks; exact numbers."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quote and escape what YAML takes for a line end or a mark of its own, or it comes back as another character."""
    style = '"' if ODD.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_number(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = format(number, "f")
    return dumper.represent_scalar("tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int", text)


def _write_list(dumper: yaml.SafeDumper, items: Iterable[Any]) -> yaml.SequenceNode:
    items = list(items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=all(isinstance(i, str) for i in items))


_PackDumper.add_representer(str, _write_text)
_PackDumper.add_representer(Decimal, _write_number)
_PackDumper.add_representer(list, _write_list)


def _yaml(fields: Fields) -> str:
    return yaml.dump(fields, Dumper=_PackDumper, sort_keys=False, allow_unicode=True, width=110)
