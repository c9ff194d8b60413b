"""How the demo's essays are marked and released: levels with the passages that earn them, second markings, flags."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from courses.kernel import clock
from courses.models import User
from essays.models import Submission
from marking.actions.identity import raise_flag
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import allot_second, claim_paper, make_papers
from marking.models import Paper
from results.actions.demo_bank import better_comments, with_comments, write_comments
from results.actions.demo_essays import HOUR, MINUTE, Class
from results.actions.feedback import write_reflection
from results.actions.outcomes import choose_marking
from results.actions.release import prepare_release, publish_release
from results.actions.self_markings import finish_own_marking, give_own_level
from rubrics.queries.versions import CriterionSheet, rubric_sheet

DAY = timedelta(days=1)
TO_OTHER_MARKERS = "Good markers may differ"
"""From here on an exemplar's reason speaks to markers and not to its writer."""


def mark_last_year(group: Class, handed_in: Mapping[str, Submission]) -> None:
    """Mark last year's essays in the fortnight after closing, release them, and let some students answer.

    Who has levels of their own in the plan marks the essay too, while they wait.
    """
    closed = group.assignment.closes_at + 10 * HOUR  # the morning after
    for student, submission in sorted(handed_in.items()):
        with clock.at(closed + HOUR):
            _mark_oneself(submission, group.plans[student].get("own", {}), by=group.people[student])
    papers = _papers(group, at=closed)
    for place, (student, submission) in enumerate(sorted(handed_in.items())):
        plan, paper = group.plans[student], papers[submission.pk]
        marks = _judged(group, student, plan)
        at = closed + (1 + place // 3) * DAY + place % 3 * 25 * MINUTE
        _take_up(paper, at=at - _reading_time(place), by=group.people[plan["marker"]])
        with clock.at(at):
            first = mark_paper(
                paper,
                marks=marks,
                overall=plan["overall"],
                overall_next_step="\n".join(plan.get("next", [])),
                by=group.people[plan["marker"]],
            )
        if "second" in plan:
            _mark_again(group, paper, marks, plan["second"], at=at + DAY)
            with clock.at(at + 2 * DAY):
                choose_marking(paper, first, by=group.teacher)
    with clock.at(closed + 13 * DAY + 6 * HOUR):
        publish_release(prepare_release(group.assignment, by=group.teacher), by=group.teacher)
    for place, (student, submission) in enumerate(sorted(handed_in.items())):
        if "reflection" in group.plans[student]:
            with clock.at(closed + 14 * DAY + place * HOUR):
                write_reflection(submission, text=group.plans[student]["reflection"], by=group.people[student])


def _mark_oneself(submission: Submission, own: Mapping[str, Sequence[Any]], *, by: User) -> None:
    for key, (choice, *why) in own.items():
        give_own_level(submission, criterion=key, choice=str(choice), why=" ".join(why), by=by)
    if own:
        finish_own_marking(submission, by=by)


def mark_this_year(group: Class, handed_in: Mapping[str, Submission], moment: datetime) -> None:
    """Mark the exemplars as their pack says, and begin another paper."""
    with clock.at(moment - 5 * DAY):
        comments = write_comments(group)
    papers = _papers(group, at=moment - 4 * HOUR)
    for place, (student, plan) in enumerate(group.plans["handed_in"].items()):
        paper, at = papers[handed_in[student].pk], moment - 4 * HOUR + place * 20 * MINUTE
        if "marked" in plan:
            who = "marker" if plan["marked"] == "whole" else "marker2"
            _take_up(paper, at=at - _reading_time(place), by=group.people[who])
        with clock.at(at):
            if plan.get("marked") == "whole":
                marks = with_comments(_agreed(group, plan["exemplar"]), comments["marker"])
                mark_paper(paper, marks=marks, by=group.people["marker"])
            elif plan.get("marked") == "half":
                marks = with_comments(_judged(group, student, plan), comments["marker2"])
                begun = [one.key for one in _marking_order(group)][: len(marks) // 2]
                mark_paper(paper, marks={key: marks[key] for key in begun}, by=group.people["marker2"], finish=False)
            if "flag" in plan:
                raise_flag(paper, **plan["flag"], by=group.people["marker"])
    with clock.at(moment - HOUR):
        better_comments(comments)


def _reading_time(place: int) -> timedelta:
    """Say how long a marker of the demo has an essay open before the marks are set: from 9 to 15 minutes."""
    return (9 + place * 4 % 7) * MINUTE


def _take_up(paper: Paper, *, at: datetime, by: User) -> None:
    with clock.at(at):
        claim_paper(paper, by=by)


def _papers(group: Class, *, at: datetime) -> dict[int | None, Paper]:
    """Give every essay its code, and the papers by submission."""
    with clock.at(at):
        make_papers(group.assignment)
    return {paper.submission_id: paper for paper in Paper.objects.filter(assignment=group.assignment, retired_at=None)}


def _marking_order(group: Class) -> tuple[CriterionSheet, ...]:
    return rubric_sheet(group.assignment.rubric_version_id).marking_order


def _judged(group: Class, student: str, plan: Mapping[str, Any]) -> dict[str, Marked]:
    """Give every criterion what the essay's passages earn; the others were not attempted."""
    judgements, marks = group.essay(student, plan).judgements, {}
    for criterion in _marking_order(group):
        judged = judgements.get(criterion.key)
        marks[criterion.key] = (
            Marked(level_key=str(judged.level), quotes=judged.quotes, remark=judged.remark, next_step=judged.next_step)
            if judged
            else Marked(state="not_attempted")
        )
    return marks


def _agreed(group: Class, exemplar: str) -> dict[str, Marked]:
    """Give an exemplar the levels, passages and reasons its pack has agreed."""
    return {
        score.criterion: Marked(
            level_key=score.level or "",
            state="" if score.level else "not_attempted",
            quotes=(score.quote,) if score.quote else (),
            remark=score.reason.partition(TO_OTHER_MARKERS)[0].strip() if score.level else "",
        )
        for score in group.exemplars[exemplar].scores
    }


def _mark_again(
    group: Class, paper: Paper, marks: Mapping[str, Marked], second: Mapping[str, Any], *, at: datetime
) -> None:
    """Let somebody else mark the paper too, and see some criteria differently."""
    marker = group.people[second["marker"]]
    with clock.at(at):
        allot_second(paper, marker=marker, by=group.teacher)
        other = {key: Marked(level_key=level, no_passage=True) for key, level in second["levels"].items()}
        own = {
            key: Marked(level_key=mark.level_key, state=mark.state, quotes=mark.quotes) for key, mark in marks.items()
        }
        mark_paper(paper, marks=own | other, by=marker)
