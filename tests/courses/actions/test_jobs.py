"""Long jobs: what the worker does for somebody, and what becomes of one that stops."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.actions.jobs import begin_job, give_up_silent_jobs, working
from courses.kernel import clock
from courses.models import Entry, Job, JobFile, JobState
from tests.jobs import begin_counting, count_pages, do_waiting_jobs


def test_a_job_waits_until_the_worker_does_it(teacher):
    job = begin_counting(teacher)
    assert (job.state, job.ended_at) == (JobState.WAITING, None)

    assert do_waiting_jobs() == 1

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    assert job.sentences == ["3 pages were counted."]
    assert bytes(job.file.body) == b"page\n" * 3
    assert (job.leads_to, job.leads_words) == ("/courses/", "Your courses")


def test_beginning_is_in_the_journal(teacher):
    job = begin_counting(teacher)

    entry = Entry.objects.get(verb="begin_job")
    assert (entry.subject_id, entry.actor, entry.after) == (str(job.public_id), teacher, "pages")


def test_a_refusal_ends_a_job_with_its_sentence(teacher):
    job = begin_counting(teacher, stops="refused")

    do_waiting_jobs()

    job.refresh_from_db()
    assert (job.state, job.said, job.done) == (JobState.FAILED, "There is no such file.", 3)
    assert not JobFile.objects.exists()


def test_what_its_owner_may_no_longer_do_ends_a_job_in_words(teacher):
    job = begin_counting(teacher, stops="forbidden")

    do_waiting_jobs()

    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.FAILED, 3)
    assert "your role has changed" in job.said


def test_an_error_ends_a_job_with_a_plain_sentence_and_goes_on_to_the_log(teacher):
    job = begin_counting(teacher, stops="broken")

    with pytest.raises(ZeroDivisionError):
        do_waiting_jobs()

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert str(job.public_id)[:8] in job.said
    assert "ZeroDivision" not in job.said


def test_how_far_it_is_is_noted_twice_a_second_at_most(teacher, django_assert_num_queries):
    job = begin_counting(teacher)
    with working(job.pk) as work:
        work.of(1000)
        with django_assert_num_queries(0):
            for _ in range(500):
                work.step()
        work._told -= 1
        with django_assert_num_queries(1):
            work.step()
        assert Job.objects.get().done == 501


def test_more_steps_than_were_told_are_no_error(teacher):
    job = begin_counting(teacher)
    with working(job.pk) as work:
        work.of(2)
        work.step(5)

    job.refresh_from_db()
    assert (job.done, job.total) == (5, 5)


def test_a_job_nothing_is_heard_of_for_a_quarter_of_an_hour_is_given_up(teacher):
    fresh, silent = begin_counting(teacher), begin_counting(teacher)
    long_ago = timezone.now() - timedelta(minutes=16)
    Job.objects.filter(pk=silent.pk).update(state=JobState.WORKING, heard_at=long_ago)
    Job.objects.filter(pk=fresh.pk).update(state=JobState.WORKING)

    assert give_up_silent_jobs() == 1

    silent.refresh_from_db()
    fresh.refresh_from_db()
    assert (silent.state, fresh.state) == (JobState.FAILED, JobState.WORKING)
    assert "Start it once more" in silent.said


def test_files_are_kept_for_a_week(teacher):
    begin_counting(teacher)
    do_waiting_jobs()

    with clock.at(timezone.now() + timedelta(days=6)):
        give_up_silent_jobs()
    assert JobFile.objects.count() == 1

    with clock.at(timezone.now() + timedelta(days=8)):
        give_up_silent_jobs()
    assert (JobFile.objects.count(), Job.objects.count()) == (0, 1)


def test_a_long_title_is_cut_not_refused(teacher):
    assert len(begin_job(count_pages, kind="pages", title="x" * 500, by=teacher).title) == 200
