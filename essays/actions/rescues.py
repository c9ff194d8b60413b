"""What happens when a rescue file is brought in: opened with the draft's own key, kept apart, decided about.

There is no limit on when: a file is sealed by the draft's own page, the moment in it is shown as a claim, and a teacher
decides about each. A limit would only turn words away at the door.
"""

from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.text import count_words, sha256_of
from courses.models import User
from essays.actions.arrangements import renew_times
from essays.actions.drafts import fit_to_keep
from essays.models import Assignment, Draft, Revision, RevisionKind
from essays.permissions import may_manage_assignment, may_save_draft, visible_drafts
from essays.pure.rescues import RescueFile, TamperedError, claimed_moment, rescued_text, showable


class RescueFileChanged(Refusal):
    message = (
        "This file was changed after it was made, or was damaged on its way, so nothing of it was kept. "
        "Copy it again from where it was made."
    )


class RescueFileOfAnother(Refusal):
    message = (
        "This file was made by somebody else, or for another essay, so nothing of it was kept. "
        "Bring it in where it belongs."
    )


class NothingToRescue(Refusal):
    message = "Every word of this file is in the essay already. Nothing has to be brought in."


def bring_in_rescue(assignment: Assignment, student: User, *, file: RescueFile, by: User) -> Revision:
    """Keep the words of a student's rescue file apart, for a teacher of the assignment to decide about.

    The same file again gives the same revision. Raises RescueFileOfAnother, RescueFileChanged, NothingToRescue
    or TextTooLong; nothing is kept then.
    """
    require(may_manage_assignment(by, assignment))
    found = Draft.objects.filter(assignment=assignment, author=student)
    return _bring_in(found, student, file, by=by)


def bring_in_own_rescue(draft: Draft, *, file: RescueFile, by: User) -> Revision:
    """Keep the words of one's own rescue file: beside the essay while it is written, apart once its time is over.

    The same file again gives the same revision. Refused as `bring_in_rescue` is.
    """
    require(may_save_draft(by, draft))
    return _bring_in(visible_drafts(by).filter(pk=draft.pk), by, file, by=by)


def _bring_in(among: QuerySet[Draft], author: User, file: RescueFile, *, by: User) -> Revision:
    """Find the draft that the file names, open the file with its key, and keep the words."""
    named = next((one for one in among if str(one.public_id) == file.draft), None)
    if named is None or file.person != str(author.public_id):
        raise RescueFileOfAnother
    try:
        text = rescued_text(file, bytes(named.journal_key))
    except TamperedError:
        raise RescueFileChanged from None
    # A page offers the file also where the server would not take a character; from a file it is taken, with a sign.
    text = fit_to_keep(showable(text))
    return _keep(named, text, file, by=by)


@transaction.atomic
def _keep(named: Draft, text: str, file: RescueFile, *, by: User) -> Revision:
    held = Draft.objects.select_for_update(of=("self",)).select_related("assignment", "author")
    draft = held.get(pk=named.pk)
    if now() >= draft.grace_until:
        renew_times(draft)  # arrangements may have given more time since
    writable = draft.is_open and now() < draft.grace_until
    # A file that came before the end is another matter after it: then a teacher decides about what is still missing.
    under = "" if writable else f"{draft.head}|"
    named_by = f"{under}{file.sealed_for}|{text}".encode(errors="surrogatepass")
    key = UUID(bytes=sha256(named_by).digest()[:16])
    if known := draft.revisions.filter(key=key).first():
        return known
    if not count_words(text):
        raise NothingToRescue("There are no words in this file, so nothing was brought in.")
    if draft.head_sha256 == sha256_of(text):
        raise NothingToRescue
    own = by.pk == draft.author_id and writable
    draft.latest += 1
    draft.save(update_fields=["latest"])
    revision = Revision.objects.create(
        draft=draft,
        n=draft.latest,
        parent_n=file.base,
        key=key,
        sha256=sha256_of(text),
        body=Revision.packed(text),
        words=count_words(text),
        kind=RevisionKind.BRANCH if own else RevisionKind.RESCUE,
        keep=True,
        saved_at=now(),
        claimed_at=claimed_moment(file.made_at),
    )
    write_entry(
        "bring_in_rescue",
        draft,
        by=by,
        after=f"version:{revision.n} sha256:{revision.sha256}",
        assignment_id=draft.assignment_id,
        person_id=draft.author_id,
    )
    return revision
