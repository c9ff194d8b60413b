"""The receipt by mail: in the queue with the hand-in, sent once, tried again while the mail server is down."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import User
from essays.actions.receipts import WAITS, mail_receipt
from essays.actions.submissions import StaleDraft, submit_essay
from essays.models import Submission
from tests.essays.writing import AFTER_DUE, ESSAY, save, submit


@pytest.fixture
def queue(settings):
    """Mail is set up, and what waits stands in the database, as in a running server."""
    settings.MAIL_IS_SET_UP = True
    settings.SITE_ADDRESS = "https://assay.school.example"
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return DBTaskResult.objects.filter(task_path=f"{mail_receipt.func.__module__}.{mail_receipt.func.__name__}")


@pytest.fixture
def written(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    return draft


def run(waiting: DBTaskResult) -> None:
    """Do what the worker does with one waiting task."""
    mail_receipt.func(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])


def test_the_mail_waits_in_the_queue_and_says_all_that_the_receipt_says(queue, written, student):
    receipt = submit(written, student)
    before = list(mail.outbox)

    run(queue.get())

    assert before == []
    (sent,) = mail.outbox
    assert sent.to == [student.email]
    assert sent.subject == f"Handed in: Collective defence since 1914 ({receipt.number})"
    assert "Received: Tue 24 Nov 2026, 10:00:00 (Brussels)\n" in sent.body
    assert "Words: 21\n" in sent.body
    assert f"Receipt: {receipt.number}\n" in sent.body
    assert f"SHA-256: {sha256_of(ESSAY)}\n" in sent.body
    assert f"https://assay.school.example/receipts/?number={receipt.number}\n" in sent.body
    assert "Radar" not in sent.body


def test_a_late_hand_in_is_said_to_be_late(queue, written, student):
    with clock.at(AFTER_DUE):
        submit(written, student)

    run(queue.get())

    assert ", late\n" in mail.outbox[0].body


def test_without_an_address_of_the_site_the_page_is_named(queue, written, student, settings):
    settings.SITE_ADDRESS = ""
    submit(written, student)

    run(queue.get())

    assert "on the page “Check a receipt”." in mail.outbox[0].body


def test_handing_in_twice_under_one_key_is_one_mail(queue, written, student):
    key = uuid4()

    submit(written, student, key=key)
    submit(written, student, key=key)

    assert queue.count() == 1


def test_a_hand_in_that_is_refused_mails_nothing(queue, written, student):
    with pytest.raises(StaleDraft):
        submit_essay(written, base=9, sha256=written.head_sha256, key=uuid4(), declared=True, by=student)

    assert not queue.exists()


def test_while_the_mail_server_is_down_the_hand_in_stands_and_the_mail_is_tried_again(
    queue, written, student, settings, tuesday
):
    settings.EMAIL_BACKEND = "tests.essays.mailing.Down"
    submit(written, student)

    run(queue.get())

    again = queue.order_by("enqueued_at").last()
    assert Submission.objects.current().exists()
    assert queue.count() == 2
    assert again.run_after == tuesday + timedelta(minutes=WAITS[0])
    assert again.args_kwargs["args"] == [Submission.objects.get().pk, 1]


def test_once_the_mail_server_is_back_the_mail_goes_once(queue, written, student, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.essays.mailing.Down"
    submit(written, student)
    run(queue.get())
    settings.EMAIL_BACKEND = working

    run(queue.order_by("enqueued_at").last())

    assert len(mail.outbox) == 1
    assert queue.count() == 2


def test_after_the_last_try_the_task_fails_where_an_operator_sees_it(queue, written, student, settings):
    settings.EMAIL_BACKEND = "tests.essays.mailing.Down"
    submit(written, student)

    with pytest.raises(OSError, match="Nobody listens here"):
        mail_receipt.func(Submission.objects.get().pk, len(WAITS))

    assert queue.count() == 1


def test_no_mail_goes_to_somebody_whose_address_is_gone(queue, written, student):
    submit(written, student)
    User.objects.filter(pk=student.pk).update(email="")

    run(queue.get())

    assert mail.outbox == []


def test_no_mail_waits_where_mail_is_not_set_up(queue, written, student, settings):
    settings.MAIL_IS_SET_UP = False

    submit(written, student)

    assert not queue.exists()
