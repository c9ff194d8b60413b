"""The pages about long jobs."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from courses.models import Job, JobState
from tests.jobs import begin_counting, do_waiting_jobs


def at(job, name="detail"):
    return reverse(f"courses:jobs-{name}", args=[job.public_id])


def test_a_job_under_way_asks_again_and_one_that_is_over_does_not(client, teacher):
    client.force_login(teacher)
    job = begin_counting(teacher)
    assert 'hx-trigger="every 1s"' in client.get(at(job)).content.decode()

    do_waiting_jobs()

    page = client.get(at(job), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in page
    assert "<h1>" not in page
    assert "3 pages were counted." in page
    assert 'href="/courses/"' in page


def test_its_file_is_downloaded_under_its_name(client, teacher):
    client.force_login(teacher)
    job = begin_counting(teacher)
    assert client.get(at(job, "file")).status_code == 404
    do_waiting_jobs()

    answer = client.get(at(job, "file"))

    assert answer.content == b"page\n" * 3
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''pages")
    assert (answer["Content-Type"], answer["Content-Security-Policy"]) == ("text/csv; charset=utf-8", "sandbox")


def test_what_waits_for_more_than_a_minute_says_that_perhaps_no_worker_runs(client, teacher):
    client.force_login(teacher)
    job = begin_counting(teacher)
    assert "no worker" not in client.get(at(job)).content.decode()

    Job.objects.update(heard_at=timezone.now() - timedelta(seconds=90))

    assert "no worker is running" in client.get(at(job)).content.decode()


def test_how_far_it_is_is_told_in_numbers(client, teacher):
    client.force_login(teacher)
    job = begin_counting(teacher)
    Job.objects.update(state=JobState.WORKING, done=1200, total=10_000)

    assert "1,200 of 10,000." in client.get(at(job)).content.decode()


def test_the_list_has_ones_own_jobs_newest_first_at_the_same_cost(client, teacher, marker, django_assert_num_queries):
    client.force_login(teacher)
    assert "None yet" in client.get(reverse("courses:jobs-list")).content.decode()
    begin_counting(marker)
    for _ in range(60):
        begin_counting(teacher)
    do_waiting_jobs()

    with django_assert_num_queries(5):
        page = client.get(reverse("courses:jobs-list"))

    assert [job.owner_id for job in page.context["page"]] == [teacher.pk] * 50
    assert page.context["page"].paginator.count == 60
