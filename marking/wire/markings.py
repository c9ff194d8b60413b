"""The desk and its marking as JSON: what the page's script starts from, fetches ahead and gets back from a batch."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marking.pure.bank import cited_in
from marking.pure.mutations import NEXT_STEP_MOST, OVERALL, REMARK_MOST, SLOT_LABEL_MOST, RemarkNow, Sent
from marking.queries.markings import (
    Arithmetic,
    Coverage,
    CriterionState,
    DeskCriterion,
    DeskFlag,
    DeskPage,
    DeskPassage,
    Foot,
    criteria_of,
)
from marking.queries.scores import MarkingNow, criterion_state, foot_of

Json = dict[str, Any]


def passage_json(passage: DeskPassage) -> Json:
    return {
        "id": str(passage.id),
        "start": passage.start,
        "end": passage.end,
        "quote": passage.quote,
        "paragraph": passage.paragraph,
        "polarity": passage.polarity,
    }


def state_json(now: CriterionState) -> Json:
    """One criterion's state, as `scores` of every answer holds it."""
    return {
        "key": now.key,
        "state": now.state,
        "level": now.level_key or None,
        "points": now.points or None,
        "label": now.label,
        "slot_label": now.slot_label,
        "no_passage": now.no_passage,
        "evidence": [passage_json(passage) for passage in now.evidence],
        "remark": now.remark,
        "next_step": now.next_step,
        "bank_comment": now.bank_comment or None,
        "bank_text": now.bank_text,
    }


def arithmetic_json(sum_up: Arithmetic | None) -> Json | None:
    if sum_up is None:
        return None
    return {
        "strands": [
            {
                "key": one.key,
                "name": one.name,
                "hue": one.hue,
                "rule": one.rule,
                "sentence": one.sentence,
                "share": one.share,
                "out_of": one.out_of,
                "counted": list(one.counted),
                "dropped": list(one.dropped),
            }
            for one in sum_up.strands
        ],
        "sentence": sum_up.sentence,
        "unrounded": sum_up.unrounded,
        "total": sum_up.total,
        "out_of": sum_up.out_of,
        "grade_word": sum_up.grade_word,
        "provisional": sum_up.provisional,
    }


def coverage_json(coverage: Coverage | None) -> Json | None:
    if coverage is None:
        return None
    return {
        "rows": list(coverage.rows),
        "columns": list(coverage.columns),
        "cells": [{"row": cell.row, "column": cell.column, "fill": cell.fill} for cell in coverage.cells],
    }


def foot_json(foot: Foot) -> Json:
    return {
        "left": foot.left,
        "left_keys": list(foot.left_keys),
        "decided": foot.decided,
        "arithmetic": arithmetic_json(foot.arithmetic),
        "total": foot.total or None,
        "coverage": coverage_json(foot.coverage),
        "passages_missing": list(foot.passages_missing),
        "passages_needed": foot.passages_needed,
        "gaps": list(foot.gaps),
    }


def criterion_json(criterion: DeskCriterion) -> Json:
    """The rubric's part of a criterion: the same on every paper of the assignment."""
    return {
        "key": criterion.key,
        "number": criterion.number,
        "name": criterion.name,
        "short_name": criterion.short_name,
        "detail": criterion.detail,
        "strand": criterion.strand,
        "hue": criterion.hue,
        "evidence_min": criterion.evidence_min,
        "has_slot_label": criterion.has_slot_label,
        "maximum": criterion.maximum,
        "levels": [
            {
                "key": level.key,
                "digit": level.digit,
                "points": level.points,
                "label": level.label,
                "descriptor": level.descriptor,
                "is_zero": level.is_zero,
            }
            for level in criterion.levels
        ],
    }


def rubric_json(page: DeskPage) -> Json:
    """The whole rubric in marking order, once for the page; which of it a paper is about, its scores say."""
    return {
        "strands": [
            {
                "key": strand.key,
                "name": strand.name,
                "hue": strand.hue,
                "short_rule": strand.short_rule,
                "is_off": strand.is_off,
                "criteria": [one.key for one in strand.criteria],
            }
            for strand in page.whole_rubric
        ],
        "criteria": [criterion_json(one) for one in criteria_of(page.whole_rubric)],
    }


def flag_json(flag: DeskFlag) -> Json:
    return {"kind": flag.kind, "label": flag.label, "text": flag.text, "mine": flag.is_mine}


def paper_json(page: DeskPage) -> Json:
    """One paper with its marking; what `markings-desk` answers to `Accept: application/json`, fetched ahead."""
    return {
        "assignment": str(page.assignment_id),
        "code": page.code,
        "round": page.round,
        "rubric": page.rubric_name,
        "place": page.place,
        "of": page.of,
        "words": page.words,
        "words_note": page.words_note,
        "wording": page.wording,
        "flags": [flag_json(flag) for flag in page.flags],
        "reading": {
            "html": str(page.reading_html),
            "text": page.reading_text,
            "sha256": page.reading_sha256,
            "paragraphs": [list(one) for one in page.paragraphs],
            "sentences": [list(one) for one in page.sentences],
            "cited": [list(one) for one in cited_in(page.reading_text)],
        },
        "marking": str(page.marking_id) if page.marking_id else None,
        "purpose": page.purpose,
        "revision": page.revision,
        "state": page.state,
        "writable": page.is_writable,
        "why_not": page.why_not,
        "reopenable": page.is_reopenable,
        "may_take": page.may_take,
        "scores": [state_json(one.now) for one in page.criteria],
        "overall": {"remark": page.overall, "next_step": page.overall_next_step},
        "foot": foot_json(page.foot),
        "addition": list(page.addition.criteria) if page.addition else None,
        "next": [],
        "kept": [{"key": str(kept.key), "sentences": list(kept.sentences)} for kept in page.kept_batches],
    }


MOST_CHARACTERS = {"remark": REMARK_MOST, "next_step": NEXT_STEP_MOST, "slot": SLOT_LABEL_MOST}


def desk_json(page: DeskPage) -> Json:
    """What the page's script starts from: the paper, the rubric beside it, and how many characters each field holds."""
    return {"paper": paper_json(page), "rubric": rubric_json(page), "most": MOST_CHARACTERS}


# ---------------------------------------------------------------- what a marker's page sends
MOST_BYTES = 2_000_000


class MisreadBatchError(ValueError):
    """The body is not a batch; the sentence names the first thing that is wrong."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Mutations for one marking, on top of revision `base`; `paper` is the code that the page shows."""

    paper: str
    base: int
    mutations: tuple[Sent, ...]


def read_batch(body: bytes, *, matching: str = "") -> Batch:
    """Read the body of a POST; `matching` is its If-Match, which says the base once more. Raises MisreadBatchError."""
    found = read_object(body)
    sent, base = found.get("mutations"), read_base(found)
    if matching and matching != f'"{base}"':
        raise MisreadBatchError("If-Match and `base` name different revisions.")
    if not isinstance(found.get("paper"), str):
        raise MisreadBatchError("`paper` is the code that the page shows.")
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise MisreadBatchError("`mutations` is a list of objects.")
    return Batch(found["paper"], base, tuple(_read_mutation(one) for one in sent))


def read_base(found: Mapping[str, Any]) -> int:
    """Read the revision that a page has. Raises MisreadBatchError."""
    base = found.get("base")
    if isinstance(base, str) and base.isascii() and base.isdigit() and len(base) < 10:
        base = int(base)
    if not isinstance(base, int) or isinstance(base, bool) or not 0 <= base < 2**31:
        raise MisreadBatchError("`base` is the revision of the marking that the page has.")
    return base


def read_object(body: bytes) -> Json:
    if len(body) > MOST_BYTES:
        raise MisreadBatchError("This is more than can be taken at once.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise MisreadBatchError("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise MisreadBatchError("The body is not a JSON object.")
    return found


def _read_mutation(found: Json) -> Sent:
    operation, value = found.get("operation"), found.get("value")
    if not isinstance(operation, str) or len(operation) > 20 or not isinstance(value, dict):
        raise MisreadBatchError("A mutation has an `operation` and a `value`.")
    try:
        key = UUID(found["key"])
    except (KeyError, ValueError, AttributeError, TypeError):
        raise MisreadBatchError("A mutation's `key` is a UUID, the same for every attempt.") from None
    return Sent(key, operation, value)


# ---------------------------------------------------------------- what it gets back
def applied_json(
    now: MarkingNow,
    results: Sequence[Json],
    changed: Collection[str],
    *,
    is_held: bool,
    said_before: Sequence[str] = (),
) -> Json:
    """Answer a batch that was done.

    `changed` are the criteria whose states are sent back, `said_before` those whose words may be worth keeping.
    """
    whole = marking_json(now)
    return {
        "revision": now.revision,
        "results": list(results),
        "scores": [score for score in whole["scores"] if score["key"] in changed],
        "overall": whole["overall"],
        "foot": whole["foot"],
        "lease": "held" if is_held else "taken",
        "said_before": list(said_before),
    }


def conflict_json(now: MarkingNow, kept: UUID) -> Json:
    """Answer a batch that came too late; `state` is the whole marking, `kept` names what was kept beside it."""
    return {
        "error": "conflict",
        "message": "This paper was changed in another tab or on another device. Nothing was overwritten.",
        "revision": now.revision,
        "kept": str(kept),
        "state": marking_json(now),
    }


def superseded_json(kept: UUID | None, message: str) -> Json:
    """Answer a batch for a marking that went on by another version of the rubric. Without a state: the page reloads."""
    return {"error": "conflict", "message": message, "kept": str(kept) if kept else None}


def marking_json(now: MarkingNow) -> Json:
    """A whole marking without its paper: what a conflict shows and a claim answers."""
    overall, at = now.sheet.remarks.get(OVERALL, RemarkNow()), now.reading.paragraph_at
    foot = foot_of(now.sheet, now.rubric, now.mode_key, rules=now.rules, paragraph_at=at)
    return {
        "marking": str(now.marking_id),
        "revision": now.revision,
        "state": now.state,
        "scores": [state_json(criterion_state(one.key, now.sheet, now.reading)) for one in now.rubric.marking_order],
        "overall": {"remark": overall.text, "next_step": overall.next_step},
        "foot": foot_json(foot),
    }
