"""The pages about people: who is in a course, their cards and passwords, and one's own settings."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.people import enrol_people, keep_reading_settings, set_arrangement, set_password
from courses.forms.people import EnrolPeople, KeepReadingSettings, SetArrangement
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show, wants_json
from courses.models import Course, Enrolment, Role, User
from courses.permissions import (
    may_manage_people,
    may_set_password,
    passwords_to_set,
    visible_courses,
    visible_enrolments,
)
from courses.pure.lists import read_list
from courses.queries.people import CARDS, PAGE, people_of, students_for_cards


def managed_course(request: SignedInRequest, slug: str) -> Course:
    """Find the course for somebody who manages its people: 404 where it is not seen, 403 where not managed."""
    course = get_object_or_404(visible_courses(request.user), slug=slug)
    require(may_manage_people(request.user, course))
    return course


def managed_enrolment(request: SignedInRequest, slug: str, enrolment_id: UUID) -> Enrolment:
    """Find one enrolment of a managed course."""
    course = managed_course(request, slug)
    return get_object_or_404(visible_enrolments(request.user, course), public_id=enrolment_id)


@require_safe
def list(request: SignedInRequest, slug: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    course = managed_course(request, slug)
    words, role = request.GET.get("q", "")[:100].replace("\0", ""), request.GET.get("role", "")
    page = Paginator(people_of(request.user, course, words=words, role=role), PAGE).get_page(request.GET.get("page"))
    context = {"course": course, "people": page, "words": words, "role": role, "roles": Role.choices}
    return show(request, "courses/people/list.html", context)


@require_http_methods(["GET", "POST"])
def enrol(request: SignedInRequest, slug: str) -> HttpResponse:
    course = managed_course(request, slug)
    form = EnrolPeople(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"course": course, "form": form}
    if form.is_valid():
        listed = read_list(form.cleaned_data["people"], role=form.cleaned_data["role"])
        try:
            verdicts = enrol_people(course, listed, by=request.user)
            context |= {"verdicts": verdicts, "told": any(verdict.password for verdict in verdicts)}
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return show(request, "courses/people/enrol.html", context)


@require_http_methods(["GET", "POST"])
def arrangement(request: SignedInRequest, slug: str, enrolment_id: UUID) -> HttpResponse:
    enrolment = managed_enrolment(request, slug, enrolment_id)
    now_set = getattr(enrolment, "arrangement", None)
    fields = SetArrangement.base_fields
    initial = {name: getattr(now_set, name) for name in fields} if now_set else None
    form = SetArrangement(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            set_arrangement(enrolment, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The arrangements of {enrolment.person.name} are set. They hold from now on.")
            return go(request, "courses:people-list", slug)
    return show(request, "courses/people/arrangement.html", {"enrolment": enrolment, "form": form})


@require_http_methods(["GET", "POST"])
def password(request: SignedInRequest, slug: str, enrolment_id: UUID) -> HttpResponse:
    enrolment = managed_enrolment(request, slug, enrolment_id)
    require(may_set_password(request.user, enrolment))
    context: dict[str, object] = {"enrolment": enrolment}
    if request.method == "POST":
        context["password"] = set_password(enrolment, by=request.user)
    return show(request, "courses/people/password.html", context)


@require_http_methods(["GET", "POST"])
def cards(request: SignedInRequest, slug: str) -> HttpResponse:
    """Cards to print: without passwords when looked at; a POST gives new ones to the students who are ticked."""
    course = managed_course(request, slug)
    waiting = request.GET.get("who") == "new"
    students = students_for_cards(request.user, course, without_password=waiting)
    page = Paginator(students, CARDS).get_page(request.GET.get("page"))
    chosen = set(request.POST.getlist("student"))
    made = {}
    shown = [*page.object_list]
    settable = passwords_to_set(request.user, course, shown)
    if request.method == "POST":
        for enrolment in shown:
            if str(enrolment.public_id) in chosen and enrolment.pk in settable:
                made[enrolment.pk] = set_password(enrolment, by=request.user)
    rows = [(e, made.get(e.pk, ""), e.pk in settable) for e in shown]
    context = {"course": course, "rows": rows, "made": bool(made), "site": request.get_host()}
    context |= {"page": page, "waiting": waiting}
    return show(request, "courses/people/cards.html", context)


@require_safe
def me(request: SignedInRequest) -> HttpResponse:
    enrolments = request.user.enrolments.select_related("course").order_by("course__title", "role")
    return show(request, "courses/people/me.html", {"enrolments": enrolments})


@require_http_methods(["GET", "POST"])
def reading(request: SignedInRequest) -> HttpResponse:
    form = KeepReadingSettings(
        request.POST if request.method == "POST" else None, initial=request.user.reading_settings
    )
    back = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = resolve_url("results:home-index")
    if form.is_valid():
        keep_reading_settings(settings=form.cleaned_data, by=request.user)
        if wants_json(request):
            return JsonResponse({"kept": True})
        messages.success(request, "Your reading settings are kept, on every page and every device.")
        return HttpResponseRedirect(back)
    return show(request, "courses/people/reading.html", {"form": form, "next": back})


@login_not_required
@require_POST
def demo(request: SignedInRequest) -> HttpResponse:
    """Sign somebody of the demo in with one click; nothing is here where the demo is not."""
    username = request.POST.get("username", "")
    if not settings.DEMO or "\0" in username:
        raise Http404
    user = get_object_or_404(User, username=username)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return go(request, "results:home-index")
