"""What the read-back shows before an essay is handed in: the checks, and what may still be done after."""

from dataclasses import dataclass
from datetime import datetime

from courses.kernel.clock import now
from courses.models import Source, User
from essays.models import Assignment, Draft, Origin, Submission
from essays.permissions import visible_submissions
from essays.pure.checks import citations_to_nowhere, names_in, outside_range, why_nowhere
from essays.pure.deadlines import Times, allowed_sentences
from essays.queries.assignments import times_of_draft


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `verdict` is ok, look (worth a look) or stop (keeps it from being handed in)."""

    verdict: str
    title: str
    detail: str = ""


def checks_of(draft: Draft, text: str, user: User) -> list[Check]:
    """Look through the text as it would be handed in, in one statement. Only an empty essay is stopped."""
    assignment = draft.assignment
    if not draft.words:
        return [Check("stop", "There are no words yet", "Write your essay first; it is saved as you write.")]
    checks = [_length(draft, assignment)]
    paragraphs = {
        one.letter: len(one.paragraphs) for one in Source.objects.filter(prompt_version=assignment.prompt_version_id)
    }
    if lost := citations_to_nowhere(text, paragraphs):
        detail = " ".join(why_nowhere(one, paragraphs) for one in lost[:8])
        checks.append(Check("look", _count(len(lost), "citation leads", "citations lead") + " nowhere", detail))
    else:
        checks.append(Check("ok", "Every citation leads to its source"))
    if assignment.blind:
        checks.append(_anonymity(text, user))
    return checks


def allowed_for(assignment: Assignment) -> list[tuple[bool, str]]:
    """List what might be used for this essay, as the declaration repeats it."""
    return allowed_sentences(
        notes=assignment.notes_allowed,
        web=assignment.web_allowed,
        ai=assignment.ai_allowed,
        spell_check=assignment.spell_check_allowed,
    )


def _length(draft: Draft, assignment: Assignment) -> Check:
    least, most = assignment.mode.words_min, assignment.mode.words_max
    if said := outside_range(draft.words, least, most):
        return Check("look", f"{draft.words:,} words", said + " You may hand it in all the same; nothing is taken off.")
    return Check("ok", f"{draft.words:,} words", "Within the range." if least or most else "")


def _anonymity(text: str, user: User) -> Check:
    found = names_in(text, [user.get_full_name(), user.first_name, user.last_name, user.username])
    if found:
        names = " and ".join(f"“{name}”" for name in found)
        detail = f"Your essay says {names}. Whoever marks it should not know it is yours."
        return Check("look", "Your own name is in your essay", detail)
    return Check("ok", "Your name is not in your essay", "Whoever marks it sees a code.")


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


@dataclass(frozen=True, slots=True)
class WhereItStands:
    """Where a hand-in stands for its author: which is the current one, and whether it may be replaced or withdrawn."""

    current: Submission | None
    may_replace: bool
    may_withdraw: bool
    times: Times


def standing_of(draft: Draft, user: User) -> WhereItStands:
    """Say where one's own essay stands, in two statements."""
    draft.author = user
    times = times_of_draft(draft)
    current = visible_submissions(user).current().filter(draft=draft).first()  # type: ignore[attr-defined]  # SubmissionQuerySet
    moment = now()
    return WhereItStands(
        current, times.may_replace(moment), may_withdraw(draft.assignment, current, times, moment), times
    )


def counting_submission(user: User, assignment: Assignment) -> Submission | None:
    """Give what counts as one's own essay of an assignment now, of whichever draft; None where nothing is handed in."""
    return visible_submissions(user).filter(draft__assignment=assignment, withdrawn_at=None).first()


def may_withdraw(assignment: Assignment, current: Submission | None, times: Times, at: datetime) -> bool:
    """Whether withdrawing is offered: allowed here, not due yet, and handed in by its author."""
    own = current is not None and current.origin == Origin.STUDENT
    return own and assignment.withdrawing_allowed and times.may_withdraw(at)


def is_being_marked(submission: Submission) -> bool:
    """Whether a marking of it has begun; asked by the name of what belongs to it, for marking lies above."""
    return Submission.objects.filter(pk=submission.pk, paper__allotments__markings__isnull=False).exists()


def is_succeeded(draft: Draft) -> bool:
    """Whether its author has a later draft of the same essay."""
    later = Draft.objects.filter(assignment=draft.assignment_id, author=draft.author_id, number__gt=draft.number)
    return later.exists()
