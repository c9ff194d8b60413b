"""What happens when somebody raises a flag on a paper, or opens whose it is."""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django_tasks import task

from courses.actions.journal import write_entry
from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import LookKind, User
from courses.permissions import may_teach
from marking.models import Flag, FlagKind, IdentityOpened, Paper
from marking.permissions import may_open_identity, may_raise_flag

FLAG_TEXT_MOST = 2_000
REASON_MOST = 2_000
URGENT = 10
"""The priority of a mail about a worry: before all others, and sent once more where a backup was restored."""


class FlagTextTooLong(Refusal):
    message = f"At most {FLAG_TEXT_MOST:,} characters go with a flag. Shorten it."


class FlagUnknown(Refusal):
    message = "Choose what the flag is for: a second opinion, possible copying, or a worry about this student."


class OpeningNeedsReason(Refusal):
    message = "Say why you need to know whose paper this is. The reason is kept with the journal."


class NobodysPaper(Refusal):
    message = "This paper is an exemplar from the library; no student wrote it."


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose paper it is, for the one page that was asked for."""

    name: str
    username: str


@transaction.atomic
def raise_flag(paper: Paper, *, kind: str, text: str = "", by: User) -> Flag:
    """Put a flag up, or mend the text of one's own that is up.

    Possible copying holds the paper back from release. A worry goes to the assignment's named person now, by mail where
    mail is set up; neither the mail nor the journal says what it is about. Raises FlagUnknown or FlagTextTooLong.
    """
    require(may_raise_flag(by, paper))
    if kind not in FlagKind.values:
        raise FlagUnknown
    if len(text) > FLAG_TEXT_MOST:
        raise FlagTextTooLong
    text = text.replace("\x00", "").strip()
    flag, is_new = Flag.objects.get_or_create(
        paper=paper, kind=kind, raised_by=by, cleared_at=None, defaults={"text": text, "raised_at": now()}
    )
    if not is_new:
        if text and text != flag.text:
            flag.text = text
            flag.save(update_fields=["text"])
        return flag
    write_entry("raise_flag", paper, by=by, after=flag.kind, assignment_id=paper.assignment_id)
    if flag.kind == FlagKind.WORRY and settings.MAIL_IS_SET_UP:
        mail_worry.enqueue(flag.pk)
    return flag


@transaction.atomic
def clear_flag(flag: Flag, *, by: User) -> None:
    """Take a flag down: whoever raised it, or the course's teacher; a worry also the person named for it."""
    named = flag.kind == FlagKind.WORRY and may_open_identity(by, flag.paper)
    require(flag.raised_by_id == by.pk or named or may_teach(by, flag.paper.assignment.course))
    if flag.cleared_at is not None:
        return
    flag.cleared_at = now()
    flag.save(update_fields=["cleared_at"])
    write_entry("clear_flag", flag.paper, by=by, before=flag.kind, assignment_id=flag.paper.assignment_id)


@transaction.atomic
def open_identity(paper: Paper, *, reason: str, by: User) -> Identity:
    """Make known whose paper this is, for one paper and with a reason; every time is written down.

    Raises OpeningNeedsReason or NobodysPaper.
    """
    require(may_open_identity(by, paper))
    reason = reason.replace("\x00", "").strip()[:REASON_MOST]
    if not reason:
        raise OpeningNeedsReason
    whose = Paper.objects.select_related("submission__draft__author").get(pk=paper.pk)
    if whose.submission is None:
        raise NobodysPaper
    opened = IdentityOpened.objects.create(paper=paper, opened_by=by, opened_at=now())
    write_entry(
        "open_identity", paper, by=by, after=f"opening:{opened.pk}", assignment_id=paper.assignment_id, reason=reason
    )
    author = whose.submission.draft.author
    kind = LookKind.IDENTITY if may_teach(by, paper.assignment.course) else LookKind.WORRY
    keep_look(kind, by=by, person=author, assignment_id=paper.assignment_id, thing=paper.pk)
    return Identity(name=author.name, username=author.username)


@task(priority=URGENT)
def mail_worry(flag_id: int) -> None:
    """Tell the assignment's named person that a marker worries about the writer of a paper; by code, not by name."""
    found = Flag.objects.select_related("paper__assignment__worry_contact", "paper__assignment__course")
    flag = found.filter(pk=flag_id, cleared_at=None).first()
    contact = flag.paper.assignment.worry_contact if flag else None
    if flag is None or contact is None or not contact.email:
        return
    words = {"paper": flag.paper, "assignment": flag.paper.assignment, "contact": contact}
    subject, _, body = render_to_string("marking/identity/worry.txt", words).partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [contact.email])
