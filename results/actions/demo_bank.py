"""How the demo's markers come by comments of their own, and put some of them into what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from marking.actions.markings import Marked
from results.actions.demo_essays import Class
from results.pure.demo import read_demo
from rubrics.actions.bank import add_bank_comment, edit_bank_comment
from rubrics.models import BankComment
from rubrics.pure.bank import ties_between
from rubrics.pure.pack_contents import NOT_ATTEMPTED
from rubrics.queries.versions import rubric_sheet


def write_comments(group: Class) -> dict[str, list[BankComment]]:
    """Write everybody's comments; give by username those that are put in while the class is marked."""
    sheet = rubric_sheet(group.assignment.rubric_version_id)
    known = {one.key: [level.key for level in one.levels] for one in sheet.criteria}
    put_in: dict[str, list[BankComment]] = {}
    for username, comments in read_demo("comments").items():
        for told in comments:
            comment = add_bank_comment(
                group.assignment.rubric_version.rubric,
                text=told["text"],
                ties=ties_between(told.get("criteria", []), told.get("levels", []), known),
                course=group.assignment.course if told.get("shared") else None,
                by=group.people[username],
            )
            if told.get("put_in"):
                put_in.setdefault(username, []).append(comment)
    return put_in


def with_comments(marks: Mapping[str, Marked], comments: Sequence[BankComment]) -> dict[str, Marked]:
    """Let comments speak where a criterion was not attempted and nothing else is said."""
    fit = {
        tie.criterion_key: comment
        for comment in comments
        for tie in comment.ties.all()
        if tie.level_key == NOT_ATTEMPTED
    }
    return {
        key: replace(mark, remark=fit[key].text, bank_comment=fit[key].code)
        if key in fit and mark.state == "not_attempted" and not mark.remark
        else mark
        for key, mark in marks.items()
    }


def better_comments(comments: Mapping[str, Sequence[BankComment]]) -> None:
    """Let their authors find better words for some of the comments that were put in."""
    better = {one["text"]: one["now"] for told in read_demo("comments").values() for one in told if "now" in one}
    for comment in (one for some in comments.values() for one in some if one.text in better):
        assert comment.owner is not None  # noqa: S101  # everybody's own
        ties = [(tie.criterion_key, tie.level_key) for tie in comment.ties.all()]
        edit_bank_comment(comment, text=better[comment.text], ties=ties, course=comment.course, by=comment.owner)
