"""Long jobs: how far one is, what came of it, and the file it made."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, show
from courses.models import JobFile
from courses.permissions import visible_jobs
from courses.queries.jobs import newest_jobs

SLOW_AFTER = 60


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    page = Paginator(newest_jobs(request.user), 50).get_page(request.GET.get("page"))
    return show(request, "courses/jobs/list.html", {"page": page})


@require_safe
def detail(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(newest_jobs(request.user), public_id=job_id)
    silent = (now() - job.heard_at).total_seconds() > SLOW_AFTER and not job.is_over
    context = {"job": job, "silent": silent}
    return show(request, "courses/jobs/detail.html", context, fragment="courses/jobs/_progress.html")


@require_safe
def file(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(visible_jobs(request.user), public_id=job_id)
    found = JobFile.objects.filter(job=job).first()
    if found is None:
        raise Http404
    name = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    headers = {"Content-Disposition": name, "Content-Security-Policy": "sandbox", "Cache-Control": "no-store"}
    return HttpResponse(bytes(found.body), content_type=found.content_type, headers=headers)
