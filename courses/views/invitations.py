"""The pages about invitations: who is invited, inviting, and accepting by the link."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.invitations import (
    InvitationExpired,
    InvitationOver,
    accept_invitation,
    invite_people,
    register_invited,
    resend_invitation,
    withdraw_invitation,
)
from courses.forms.invitations import InvitePeople, OwnPassword
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import Invitation
from courses.permissions import visible_invitations
from courses.pure.invitations import read_addresses
from courses.queries.invitations import account_of, invitation_by, invitations_of, shown
from courses.views.people import managed_course

PAGE = 50


@require_safe
def list(request: SignedInRequest, slug: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    course = managed_course(request, slug)
    page = Paginator(invitations_of(request.user, course), PAGE).get_page(request.GET.get("page"))
    context = {"course": course, "page": page, "shown": [shown(one, now()) for one in page.object_list]}
    return show(request, "courses/invitations/list.html", context)


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    course = managed_course(request, slug)
    form = InvitePeople(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"course": course, "form": form}
    if form.is_valid():
        try:
            people = read_addresses(form.cleaned_data["people"])
            context["invited"] = invite_people(course, people, role=form.cleaned_data["role"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return show(request, "courses/invitations/create.html", context)


@require_POST
def resend(request: SignedInRequest, slug: str, invitation_id: UUID) -> HttpResponse:
    invitation = found_invitation(request, slug, invitation_id)
    resend_invitation(invitation, by=request.user)
    messages.success(request, f"The invitation of {invitation.email} goes out again; the link before no longer works.")
    return go(request, "courses:invitations-list", slug)


@require_POST
def withdraw(request: SignedInRequest, slug: str, invitation_id: UUID) -> HttpResponse:
    invitation = found_invitation(request, slug, invitation_id)
    withdraw_invitation(invitation, by=request.user)
    messages.success(request, f"The invitation of {invitation.email} is withdrawn. Its link no longer works.")
    return go(request, "courses:invitations-list", slug)


@login_not_required
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept by the link: with the account one is signed in with, or by making one. Looking changes nothing."""
    invitation = invitation_by(token)
    context: dict[str, object] = {"invitation": invitation, "token": token, "path": request.path}
    refusal = _over(invitation)
    if invitation is None or refusal:
        return show(request, "courses/invitations/accept.html", context | {"refusal": refusal}, status=410)
    if request.user.is_authenticated:
        if request.method == "POST":
            accept_invitation(invitation, by=request.user)
            return redirect("courses:courses-detail", invitation.course.slug)
        return show(request, "courses/invitations/accept.html", context)
    context["has_account"] = account_of(invitation) is not None
    form = OwnPassword(request.POST if request.method == "POST" else None, initial={"name": invitation.name})
    if form.is_valid():
        try:
            user = register_invited(invitation, **form.cleaned_data)
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            get_adapter().login(request, user)
            said = f"Welcome. You sign in with {user.email} or the username {user.username}, and your password."
            messages.success(request, said)
            return redirect("courses:courses-detail", invitation.course.slug)
    return show(request, "courses/invitations/accept.html", context | {"form": form})


def _over(invitation: Invitation | None) -> str:
    """Say why a link no longer works; nothing where it does."""
    if invitation is None or not invitation.is_open:
        return InvitationOver.message
    return InvitationExpired.message if invitation.has_expired(now()) else ""


def found_invitation(request: SignedInRequest, slug: str, invitation_id: UUID) -> Invitation:
    """Find one invitation of a course whose people the person manages."""
    course = managed_course(request, slug)
    found = visible_invitations(request.user, course).select_related("course")
    return get_object_or_404(found, public_id=invitation_id)
