"""The comment bank of a rubric: its shelves; writing, changing and archiving a comment; better words for its uses."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, for_the_same_person, go, show, wants_json
from marking.actions.bank import ChosenUse, Reworded, keep_bank_settings, reword_uses
from marking.forms.bank import RewordUses, WriteComment
from marking.permissions import may_reword_uses
from marking.pure.bank import bank_settings_from, print_of
from marking.queries.bank import desk_comment, uses_of
from marking.wire.bank import comment_json, read_bank_settings, read_comment
from marking.wire.markings import MisreadBatchError
from rubrics.actions.bank import add_bank_comment, archive_bank_comment, edit_bank_comment, restore_bank_comment
from rubrics.models import BankComment, Rubric
from rubrics.permissions import (
    may_archive_bank_comment,
    may_edit_bank_comment,
    may_write_bank_comments,
    visible_bank_comments,
    visible_rubrics,
)
from rubrics.queries.bank import (
    Wanted,
    Whose,
    bank_lines,
    comments_on_shelf,
    courses_to_share_in,
    shelf_counts,
    shelves,
    where_it_suits,
)
from rubrics.queries.rubrics import newest_version
from rubrics.queries.versions import RubricSheet, rubric_sheet

PAGE = 50


@require_safe
def list(request: SignedInRequest, slug: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    """Show a shelf: one's own comments, the team's, or what comes with the rubric."""
    rubric, sheet = _rubric(request, slug)
    counts = shelf_counts(rubric, request.user)
    wanted = _wanted(request, sheet, next((one for one in Whose if counts[one]), Whose.RUBRIC))
    page = Paginator(comments_on_shelf(rubric, request.user, wanted), PAGE).get_page(request.GET.get("page"))
    lines = [(line, where_it_suits(line.ties, sheet)) for line in bank_lines([*page.object_list], request.user)]
    context = {
        "rubric": rubric,
        "sheet": sheet,
        "wanted": wanted,
        "shelves": shelves(counts, wanted),
        "archived_query": wanted.query_on(wanted.whose, archived=True),
        "page": page,
        "lines": lines,
        "may_write": may_write_bank_comments(request.user),
    }
    return show(request, "marking/bank/list.html", context, fragment="marking/bank/_shelf.html")


def _wanted(request: SignedInRequest, sheet: RubricSheet, usual: Whose) -> Wanted:
    asked = {name: request.GET.get(name, "") for name in ("whose", "q", "criterion", "archived")}
    return Wanted(
        whose=Whose(asked["whose"]) if asked["whose"] in {one.value for one in Whose} else usual,
        words=asked["q"][:200],
        criterion=asked["criterion"] if asked["criterion"] in sheet.by_key else "",
        archived=asked["archived"] == "1",
    )


@require_http_methods(["GET", "POST"])
@for_the_same_person
def add(request: SignedInRequest, slug: str) -> HttpResponse:
    """Write a comment; the desk keeps one by the same address."""
    rubric, sheet = _rubric(request, slug)
    require(may_write_bank_comments(request.user))
    courses = courses_to_share_in(request.user)
    if request.method == "POST" and wants_json(request):
        return _add_sent(request, rubric)
    tie = (request.GET.get("criterion", ""), request.GET.get("level", ""))
    ties = [tie] if tie[0] in sheet.by_key else []
    posted = request.POST if request.method == "POST" else None
    form = WriteComment(posted, sheet=sheet, courses=courses, ties=ties)
    if form.is_valid():
        try:
            comment = add_bank_comment(rubric, **form.chosen, by=request.user)
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "Your comment is kept. While marking it is offered where it suits.")
            return _to_shelf(request, comment)
    return show(request, "marking/bank/add.html", {"rubric": rubric, "sheet": sheet, "form": form})


def _add_sent(request: SignedInRequest, rubric: Rubric) -> HttpResponse:
    try:
        sent = read_comment(request.body)
        course = next((one for one in courses_to_share_in(request.user) if one.slug == sent.course), None)
        require(not sent.course or course is not None)
        comment = add_bank_comment(rubric, text=sent.text, ties=sent.ties, course=course, by=request.user)
    except (MisreadBatchError, Refusal) as problem:
        return JsonResponse({"error": "comment", "message": str(problem)}, status=422)
    return JsonResponse({"comment": comment_json(desk_comment(comment, sent.ties))})


@require_POST
@for_the_same_person
def keep(request: SignedInRequest) -> HttpResponse:
    """Keep how somebody wants the bank at the desk; for its script."""
    try:
        keep_bank_settings(**read_bank_settings(request.body), by=request.user)
    except MisreadBatchError as error:
        return JsonResponse({"error": "bank", "message": str(error)}, status=422)
    return JsonResponse({"mine_only": bank_settings_from(request.user.marking_keys).mine_only})


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Change one's own comment."""
    rubric, sheet = _rubric(request, slug)
    comment = _comment(request, rubric, key)
    require(may_edit_bank_comment(request.user, comment))
    courses = courses_to_share_in(request.user)
    if comment.course and comment.course not in courses:
        courses = [*courses, comment.course]
    form = WriteComment(
        request.POST if request.method == "POST" else None,
        sheet=sheet,
        courses=courses,
        ties=[(tie.criterion_key, tie.level_key) for tie in comment.ties.order_by("pk")],
        initial={"text": comment.text, "readers": comment.course.slug if comment.course else ""},
    )
    if form.is_valid():
        try:
            comment = edit_bank_comment(comment, **form.chosen, by=request.user)
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "Your comment is changed. What was said with it stands as it was.")
            has_older = uses_of(comment, request.user).outdated
            return _to_uses(request, comment) if has_older else _to_shelf(request, comment)
    context = {"rubric": rubric, "comment": comment, "uses": uses_of(comment, request.user), "form": form}
    return show(request, "marking/bank/edit.html", context)


@require_http_methods(["GET", "POST"])
def uses(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show what was said with older words of a comment and is not released, and let its new words take their place."""
    rubric, _ = _rubric(request, slug)
    comment = _comment(request, rubric, key)
    require(may_reword_uses(request.user, comment))
    form = RewordUses(request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = [ChosenUse(*one) for one in form.chosen]
        try:
            done = reword_uses(comment, chosen, wording=form.cleaned_data["wording"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_reworded(request, done)
            return _to_uses(request, comment) if done.left else _to_shelf(request, comment)
    context = {
        "rubric": rubric,
        "comment": comment,
        "uses": uses_of(comment, request.user),
        "wording": print_of(comment.text),
        "form": form,
        "may_edit": may_edit_bank_comment(request.user, comment),
    }
    return show(request, "marking/bank/uses.html", context)


def _say_reworded(request: SignedInRequest, done: Reworded) -> None:
    if done.done:
        said = "1 remark says" if done.done == 1 else f"{done.done} remarks say"
        messages.success(request, f"{said} it in the new words.")
    if done.left:
        left = "1 remark was" if done.left == 1 else f"{done.left} remarks were"
        messages.warning(request, f"{left} changed or released meanwhile and stay as they are. Look once more.")


@require_POST
def archive(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Offer a comment no more."""
    rubric, _ = _rubric(request, slug)
    comment = _comment(request, rubric, key)
    require(may_archive_bank_comment(request.user, comment))
    comment = archive_bank_comment(comment, by=request.user)
    messages.success(request, "It is archived and no longer offered. What was said with it stands.")
    return _to_shelf(request, comment)


@require_POST
def restore(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Offer an archived comment again."""
    rubric, _ = _rubric(request, slug)
    comment = _comment(request, rubric, key)
    require(may_archive_bank_comment(request.user, comment))
    comment = restore_bank_comment(comment, by=request.user)
    messages.success(request, "It is offered again while marking.")
    return _to_shelf(request, comment)


# ---------------------------------------------------------------- finding, and where to go
def _rubric(request: SignedInRequest, slug: str) -> tuple[Rubric, RubricSheet]:
    rubric = get_object_or_404(visible_rubrics(request.user), slug=slug)
    version = newest_version(request.user, rubric)
    if version is None:
        raise Http404
    return rubric, rubric_sheet(version.pk)


def _comment(request: SignedInRequest, rubric: Rubric, key: str) -> BankComment:
    found = visible_bank_comments(request.user).filter(rubric=rubric).select_related("course", "rubric")
    return get_object_or_404(found, code=key)


def _to_uses(request: SignedInRequest, comment: BankComment) -> HttpResponse:
    return go(request, "marking:bank-uses", comment.rubric.slug, comment.code)


def _to_shelf(request: SignedInRequest, comment: BankComment) -> HttpResponse:
    whose = Whose.MINE if comment.owner_id == request.user.pk else Whose.TEAM
    return go(request, f"{reverse('marking:bank-list', args=[comment.rubric.slug])}?whose={whose.value}")
