"""How the demo's markers come by comments of their own, and put some of them into what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from marking.actions.markings import Marked
from results.actions.demo_essays import Class
from results.pure.demo import read_demo
from rubrics.actions.bank import add_bank_comment
from rubrics.models import BankComment
from rubrics.pure.bank import ties_between
from rubrics.pure.pack_contents import NOT_ATTEMPTED
from rubrics.queries.versions import rubric_sheet

Comments = Mapping[str, Sequence[BankComment]]


def write_comments(group: Class) -> Comments:
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
