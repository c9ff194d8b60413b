"""What happens after a hand-in: the receipt goes by mail, where mail is set up."""

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django_tasks import task

from essays.models import Submission
from essays.queries.receipts import receipt_of


@task
def mail_receipt(submission_id: int) -> None:
    """Send the receipt to its author; quietly nothing where the address is gone."""
    found = Submission.objects.select_related("draft__assignment__course", "draft__author").filter(pk=submission_id)
    submission = found.first()
    if submission is None or not submission.draft.author.email:
        return
    assignment = submission.draft.assignment
    words = {"receipt": receipt_of(submission), "assignment": assignment, "course": assignment.course}
    subject, _, body = render_to_string("essays/receipts/receipt.txt", words).partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [submission.draft.author.email])
