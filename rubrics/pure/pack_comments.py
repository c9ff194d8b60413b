"""How the comment bank is read: every comment with the criteria and levels it is tied to."""

from collections.abc import Mapping

from rubrics.pure.pack_contents import NOT_ATTEMPTED, CommentText, Problem, RubricText, TieText
from rubrics.pure.pack_fields import Fields, fields_of, refuse_repeated


def read_comments(text: str, rubric: RubricText | None, problems: list[Problem]) -> tuple[CommentText, ...]:
    """Read the comment bank; every tie is looked up in the rubric."""
    fields = fields_of("comments.yaml", text, problems)
    if fields is None:
        return ()
    entries = fields.items("comments")
    levels = None if rubric is None else {c.key: {level.key for level in c.levels} for c in rubric.criteria}
    comments = tuple(_read_comment(entry, levels) for entry in entries)
    fields.close()
    refuse_repeated(zip((comment.key for comment in comments), entries, strict=True), "comment")
    return comments


def _read_comment(fields: Fields, levels: Mapping[str, set[str]] | None) -> CommentText:
    entries = fields.items("ties", needed=False)
    comment = CommentText(
        key=fields.key(),
        text=fields.text("text"),
        ties=tuple(tie for entry in entries for tie in _read_ties(entry, levels)),
    )
    fields.close()
    if len(set(comment.ties)) < len(comment.ties):
        fields.refuse("ties", f"{comment.key} is tied to the same place twice. Keep one.")
    return comment


def _read_ties(fields: Fields, levels: Mapping[str, set[str]] | None) -> list[TieText]:
    """Give a tie for each criterion and level named; without levels, for any level."""
    criteria = fields.texts("criteria")
    at = fields.texts("levels", needed=False)
    fields.close()
    if levels is not None:
        _refuse_ties(fields, criteria, at, levels)
    return [TieText(criterion, level) for criterion in criteria for level in at or (None,)]


def _refuse_ties(fields: Fields, criteria: list[str], at: list[str], levels: Mapping[str, set[str]]) -> None:
    for criterion in criteria:
        if criterion not in levels:
            fields.refuse("criteria", f"There is no criterion {criterion} in rubric.yaml.")
            continue
        for level in at:
            if level not in levels[criterion] and level != NOT_ATTEMPTED:
                fields.refuse("levels", f"{criterion} has no level {level}. Write its level, or {NOT_ATTEMPTED}.")
