"""What happens after a hand-in: the receipt goes by mail, where mail is set up, once and as soon as the mail goes."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django_tasks import task

from courses.kernel.clock import now
from essays.models import Submission
from essays.queries.receipts import receipt_of

log = logging.getLogger(__name__)

WAITS = (1, 5, 30, 120, 480, 1440)
"""Minutes until the mail is tried again, each time its server could not be reached or did not take it."""


@task
def mail_receipt(submission_id: int, tries: int = 0) -> None:
    """Send the receipt to its author; quietly nothing where the address is gone.

    Where the mail server is down the task puts itself in the queue again; after the last wait it fails, and stays among
    the tasks as failed. The hand-in is long done, and its receipt on its page.
    """
    found = Submission.objects.select_related("draft__assignment__course", "draft__author").filter(pk=submission_id)
    submission = found.first()
    if submission is None or not submission.draft.author.email:
        return
    try:
        _send(submission)
    except OSError as error:  # no connection, or an answer that refuses: smtplib's errors are OSErrors
        if tries >= len(WAITS):
            raise
        log.warning("receipt %s was not mailed (%s); it is tried again", submission.public_id, type(error).__name__)
        later = now() + timedelta(minutes=WAITS[tries])
        mail_receipt.using(run_after=later).enqueue(submission_id, tries + 1)


def _send(submission: Submission) -> None:
    assignment = submission.draft.assignment
    words = {
        "receipt": receipt_of(submission),
        "assignment": assignment,
        "course": assignment.course,
        "site": settings.SITE_ADDRESS,
    }
    subject, _, body = render_to_string("essays/receipts/receipt.txt", words).partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [submission.draft.author.email])
