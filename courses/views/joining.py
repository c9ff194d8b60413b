"""The pages about join codes: a teacher opens and closes one, students join by it."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions.joining import (
    CodeNotOpen,
    close_join_code,
    join_by_code,
    make_join_code,
    register_by_code,
)
from courses.forms.joining import EnterCode, MakeJoinCode, RegisterByCode, first_end
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.queries.invitations import code_by, open_code
from courses.views.people import managed_course

TOO_MANY = "Too many codes were tried from here that do not open anything. Wait ten minutes, then try again."


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, slug: str) -> HttpResponse:
    course = managed_course(request, slug)
    code = open_code(course)
    initial = {"expires_at": first_end(now().astimezone(course.zone))}
    before = {"most": code.most, "may_register": code.may_register} if code else {}
    form = MakeJoinCode(request.POST if request.method == "POST" else None, zone=course.zone, initial=initial | before)
    if form.is_valid():
        try:
            make_join_code(course, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "courses:joining-detail", slug)
    address = request.build_absolute_uri(reverse("courses:joining-enter"))
    context = {"course": course, "form": form, "code": code, "works": bool(code and code.is_open(now()))}
    return show(request, "courses/joining/detail.html", context | {"address": address})


@require_POST
def close(request: SignedInRequest, slug: str) -> HttpResponse:
    course = managed_course(request, slug)
    close_join_code(course, by=request.user)
    messages.success(request, "The code is closed. Whoever joined by it stays.")
    return go(request, "courses:joining-detail", slug)


@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a code: whoever is signed in joins at once, others make an account or sign in first."""
    posted = request.method == "POST"
    form = EnterCode(request.POST if posted else None, initial={"code": request.GET.get("code", "")[:40]})
    if posted and not _may_try(request):
        form.add_error(None, TOO_MANY)
        return show(request, "courses/joining/enter.html", {"form": form}, status=429)
    if form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            if request.user.is_authenticated:
                enrolment = join_by_code(typed, by=request.user)
                messages.success(request, f"You are in {enrolment.course.title}.")
                return redirect("courses:courses-detail", enrolment.course.slug)
            return redirect(_next_step(typed))
        except Refusal as refusal:
            _count_wrong(request, refusal)
            form.add_error("code", str(refusal))
    return show(request, "courses/joining/enter.html", {"form": form})


def _next_step(typed: str) -> str:
    """Say where somebody goes who is not signed in: to make an account, or to sign in and come back."""
    code = code_by(typed)
    if code is None:
        raise CodeNotOpen
    query = urlencode({"code": code.code})
    if code.may_register:
        return f"{reverse('courses:joining-register')}?{query}"
    back = f"{reverse('courses:joining-enter')}?{query}"
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


@login_not_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("courses:joining-enter")
    posted = request.method == "POST"
    form = RegisterByCode(request.POST if posted else None, initial={"code": request.GET.get("code", "")[:40]})
    if posted and not _may_try(request):
        form.add_error(None, TOO_MANY)
        return show(request, "courses/joining/register.html", {"form": form}, status=429)
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            user = register_by_code(said.pop("code"), **said)
        except Refusal as refusal:
            _count_wrong(request, refusal)
            form.add_error(None, str(refusal))
        else:
            get_adapter().login(request, user)
            messages.success(request, f"Welcome. You sign in with the username {user.username} and your password.")
            return redirect("courses:courses-list")
    return show(request, "courses/joining/register.html", {"form": form})


def _may_try(request: HttpRequest) -> bool:
    """Whether fewer wrong codes than too many came from here of late: a person's, or an address's."""
    return bool(ratelimit.consume(request, action=_limit(request), key=_who(request), dry_run=True))


def _count_wrong(request: HttpRequest, refusal: Refusal) -> None:
    """Count a code that opens nothing; a right one is never counted, so that a whole class can join at once."""
    if isinstance(refusal, CodeNotOpen):
        ratelimit.consume(request, action=_limit(request), key=_who(request))


def _limit(request: HttpRequest) -> str:
    return "join_code" if request.user.is_authenticated else "join_code_unknown"


def _who(request: HttpRequest) -> str:
    return f"user:{request.user.pk}"
