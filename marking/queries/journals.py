"""The key of what a marker's browser keeps until the server has it."""

from base64 import b64encode

from django.utils.crypto import salted_hmac

from courses.models import User
from essays.models import Assignment


def journal_key(assignment: Assignment, marker: User) -> str:
    """Give the key, in base64, that seals one marker's waiting marks of one assignment (docs/adr/0011).

    Worked out anew each time from the server's own secret, so that no row holds it.
    """
    whose = f"{marker.public_id}:{assignment.public_id}"
    return b64encode(salted_hmac("assay.marking.journal", whose, algorithm="sha256").digest()).decode()
