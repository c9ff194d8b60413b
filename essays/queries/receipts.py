"""What a receipt says, and whether a text is the one it was given for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courses.kernel.text import same_text, sha256_of
from courses.models import User
from essays.models import Submission
from essays.permissions import visible_submissions


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one hand-in. Its number is its own: it leads to no paper and no code."""

    number: str
    submission: UUID
    sha256: str
    words: int
    submitted_at: datetime
    days_late: int

    @property
    def spaced_hash(self) -> str:
        """The hash in groups of four, as people compare it."""
        return " ".join(self.sha256[at : at + 4] for at in range(0, len(self.sha256), 4))


def receipt_of(submission: Submission) -> Receipt:
    return Receipt(
        number=submission.receipt_number,
        submission=submission.public_id,
        sha256=submission.sha256,
        words=submission.words,
        submitted_at=submission.submitted_at,
        days_late=submission.days_late,
    )


def receipted_submission(user: User, number: str) -> Submission:
    """Give one's own submission by its receipt's number, with all its receipt shows. Raises Submission.DoesNotExist."""
    return (
        visible_submissions(user)
        .select_related("draft__assignment__course", "draft__assignment__mode", "reading")
        .get(receipt_number=tidy_number(number))
    )


def tidy_number(typed: str) -> str:
    """Read a receipt's number as people type it: any case, with or without its hyphens, O for nothing it holds."""
    plain = "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())[:12]
    return f"R-{plain[1:5]}-{plain[5:9]}" if len(plain) == 9 and plain[0] == "R" else typed.strip()[:20]


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """What the public check says: the number it looked for, and `same` where there is such a receipt."""

    number: str
    same: bool | None
    submission: Submission | None = None


def check_receipt(number: str, text: str) -> ReceiptCheck:
    """Compare `text` with what the receipt was given for. Line ends and space at their ends do not count.

    Anybody may ask: without the text the answer tells nothing but that the number exists.
    """
    number = tidy_number(number)
    found = (
        Submission.objects.filter(receipt_number=number).select_related("reading", "draft__assignment__course").first()
    )
    if found is None:
        return ReceiptCheck(number, same=None)
    reading = getattr(found, "reading", None)
    same = same_text(reading.text, text) if reading and reading.text else sha256_of(text) == found.sha256
    return ReceiptCheck(number, same=same, submission=found if same else None)
