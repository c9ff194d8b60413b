"""What a pack is, and how to read one from a folder or a zip and write it back."""

from pathlib import Path

from rubrics.pure.counting import Rule, State
from rubrics.pure.pack_comments import read_comments
from rubrics.pure.pack_contents import (
    NOT_ATTEMPTED,
    Audience,
    CommentText,
    CriterionText,
    ExemplarScoreText,
    ExemplarText,
    ExemplarTotal,
    GradeWordText,
    LevelText,
    ModeText,
    Note,
    NoteKind,
    Pack,
    PackProblems,
    Problem,
    PromptText,
    RubricText,
    RuleText,
    SourceText,
    StrandText,
    TieText,
)
from rubrics.pure.pack_exemplars import count_exemplar, read_exemplar
from rubrics.pure.pack_files import read_files, zip_texts
from rubrics.pure.pack_modes import read_about
from rubrics.pure.pack_rubric import read_rubric
from rubrics.pure.pack_texts import paragraphs, read_prompt, read_source
from rubrics.pure.pack_writing import write_files, write_folder, zip_of

__all__ = [
    "NOT_ATTEMPTED",
    "Audience",
    "CommentText",
    "CriterionText",
    "ExemplarScoreText",
    "ExemplarText",
    "ExemplarTotal",
    "GradeWordText",
    "LevelText",
    "ModeText",
    "Note",
    "NoteKind",
    "Pack",
    "PackProblems",
    "Problem",
    "PromptText",
    "RubricText",
    "Rule",
    "RuleText",
    "SourceText",
    "State",
    "StrandText",
    "TieText",
    "count_exemplar",
    "paragraphs",
    "read_pack",
    "read_zip",
    "write_pack",
    "write_zip",
]


def read_pack(place: Path) -> Pack:
    """Read a folder or a zip whole. Raises PackProblems with everything found wrong; half a pack is never returned."""
    problems: list[Problem] = []
    return _pack_of(read_files(place, problems), problems)


def read_zip(data: bytes, name: str) -> Pack:
    """Read a zip whole, as it was sent under a name. Raises PackProblems as `read_pack` does."""
    problems: list[Problem] = []
    return _pack_of(zip_texts(data, name, problems), problems)


def _pack_of(files: dict[str, str], problems: list[Problem]) -> Pack:
    rubric = read_rubric(files["rubric.yaml"], problems) if "rubric.yaml" in files else None
    about = read_about(files["pack.yaml"], rubric, problems) if "pack.yaml" in files else None
    prompt = read_prompt(files["prompt.md"], problems) if "prompt.md" in files else None
    modes = about.modes if about is not None and not problems else None
    sources = [read_source(name, text, problems) for name, text in files.items() if name.startswith("sources/")]
    exemplars = [
        read_exemplar(name, text, rubric, modes, problems)
        for name, text in files.items()
        if name.startswith("exemplars/")
    ]
    comments = read_comments(files["comments.yaml"], rubric, problems) if "comments.yaml" in files else ()
    _refuse_same_letters(files, problems)
    if problems or rubric is None or about is None or prompt is None:
        raise PackProblems(problems)
    return Pack(
        slug=about.slug,
        title=about.title,
        subject=about.subject,
        language=about.language,
        command_word=about.command_word,
        prompt=prompt,
        rubric=rubric,
        modes=about.modes,
        sources=tuple(source for source in sources if source is not None),
        exemplars=tuple(exemplar for exemplar in exemplars if exemplar is not None),
        comments=comments,
        glossary=files.get("glossary.md", "").removesuffix("\n"),
    )


def write_pack(pack: Pack, folder: Path) -> None:
    """Write a pack as files, in a folder that is new or empty; reading them gives an equal pack.

    Raises FileExistsError where the folder has anything in it.
    """
    write_folder(write_files(pack), folder)


def write_zip(pack: Pack) -> bytes:
    """Write a pack as a zip: its files in a folder of its slug. Equal packs give equal bytes."""
    return zip_of(write_files(pack), pack.slug)


def _refuse_same_letters(files: dict[str, str], problems: list[Problem]) -> None:
    first: dict[str, str] = {}
    for name in files:
        letter = name.removeprefix("sources/")[:1] if name.startswith("sources/") else ""
        if letter and letter in first:
            problems.append(
                Problem(name, 1, f"{first[letter]} has the letter {letter.upper()} already. Choose another.")
            )
        first.setdefault(letter, name)
