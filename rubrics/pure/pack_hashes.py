"""Whether two packs hold the same measure: a hash of what makes a rubric version."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from courses.pure.prompts import NoteContent, PromptContent, SourceContent
from rubrics.pure.pack_contents import ModeText, Pack, RubricText


def prompt_content(pack: Pack) -> PromptContent:
    """Give what students are given as the prompt editor knows it, so that both tell the same content by one hash."""
    return PromptContent(
        sentence=pack.prompt.sentence,
        stimulus=pack.prompt.stimulus,
        guidance=pack.prompt.guidance,
        glossary=pack.glossary,
        command_word=pack.command_word,
        sources=tuple(
            SourceContent(
                letter=source.letter,
                title=source.title,
                text=source.text,
                speaker=source.speaker,
                dated=source.dated,
                leaves_out=source.leaves_out,
                notes=tuple(NoteContent(note.paragraph, note.kind, note.text, note.quote) for note in source.notes),
            )
            for source in pack.sources
        ),
    )


def rubric_sha256(pack: Pack) -> str:
    """Hash the measure: the rubric, its modes, and which exemplars with which text were scored with it.

    The scores and reasons of an exemplar are not in it, nor is the comment bank: they are mended in place.
    """
    return measure_sha256(pack.rubric, pack.modes, [(exemplar.key, exemplar.text) for exemplar in pack.exemplars])


def measure_sha256(rubric: RubricText, modes: Sequence[ModeText], exemplars: Sequence[tuple[str, str]] = ()) -> str:
    """Hash a rubric and its modes, with the keys and texts of the exemplars where they belong to it."""
    return content_sha256([asdict(rubric), [asdict(mode) for mode in modes], sorted(exemplars)])


def content_sha256(content: Any) -> str:
    """Hash plain content: lists, mappings, texts and numbers."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    """Write 10, 10.0 and 10.00 alike."""
    if not isinstance(value, Decimal):
        raise TypeError(f"A pack holds no {type(value).__name__}.")
    return f"{value.normalize():f}"
