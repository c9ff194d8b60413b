"""The pages about join codes: a teacher opens and closes one, students join by it."""

from collections.abc import Callable
from typing import TypedDict, TypeVar

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions.joining import (
    CodeNotOpen,
    EmailTaken,
    TooManyWrongCodes,
    UsernameTaken,
    close_join_code,
    count_wrong_code,
    join_by_code,
    make_join_code,
    refuse_after_wrong_codes,
    register_by_code,
)
from courses.forms.joining import EnterCode, MakeJoinCode, RegisterByCode, first_end
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import User
from courses.queries.invitations import code_by, open_code
from courses.views.people import managed_course

COUNTED = (CodeNotOpen, UsernameTaken, EmailTaken)
"""What somebody learns who only tries: which codes open nothing, and whom a right one finds here already."""

Opened = TypeVar("Opened")


class Who(TypedDict):
    """Of whom wrong codes are counted."""

    person: User | None
    address: str


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
    status = 200
    if form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            if isinstance(by := request.user, User):
                enrolment = _try_code(request, lambda: join_by_code(typed, by=by))
                messages.success(request, f"You are in {enrolment.course.title}.")
                return redirect("courses:courses-detail", enrolment.course.slug)
            return redirect(_try_code(request, lambda: _next_step(typed)))
        except Refusal as refusal:
            form.add_error("code", str(refusal))
            status = 429 if isinstance(refusal, TooManyWrongCodes) else 200
    return show(request, "courses/joining/enter.html", {"form": form}, status=status)


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
    status = 200
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            user = _try_code(request, lambda: register_by_code(said.pop("code"), **said))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, TooManyWrongCodes) else 200
        else:
            get_adapter().login(request, user)
            messages.success(request, f"Welcome. You sign in with the username {user.username} and your password.")
            return redirect("courses:courses-list")
    return show(request, "courses/joining/register.html", {"form": form}, status=status)


def _try_code(request: HttpRequest, work: Callable[[], Opened]) -> Opened:
    """Do what a code opens, unless too many were wrong of late; count one that opens nothing. Raises Refusal."""
    who = _who(request)
    refuse_after_wrong_codes(**who)
    try:
        return work()
    except COUNTED:
        count_wrong_code(**who)
        raise


def _who(request: HttpRequest) -> Who:
    person = request.user if isinstance(request.user, User) else None
    return {"person": person, "address": get_adapter().get_client_ip(request)}
