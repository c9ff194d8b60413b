"""The pages of an assignment: set it, read its brief, start, and see how far everybody is."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import Course, PromptVersion
from courses.permissions import may_write_in, visible_courses
from courses.templatetags.words import say_moment
from essays.actions.assignments import (
    AssignmentEditedElsewhere,
    change_rule,
    edit_assignment,
    open_brief,
    set_assignment,
    terms_print,
)
from essays.actions.decisions import collect_due, collect_one
from essays.actions.drafts import open_draft, start_draft
from essays.forms.assignments import ChangeRule, LateExample, SetAssignment, first_terms, terms_of
from essays.models import Assignment
from essays.permissions import may_manage_assignment, may_read_brief, may_set_assignment, may_write_essay
from essays.pure import deadlines
from essays.queries.assignments import (
    Brief,
    RubricChoice,
    brief_for,
    briefed_assignments,
    course_assignments,
    managed_assignments,
    modes_to_set,
    prompt_versions_to_set,
    rubric_choices,
    rule_is_frozen,
    worry_contacts,
)
from essays.queries.progress import PAGE, progress_counts, progress_of
from rubrics.pure.counting import in_figures

LATE_NUMBERS = ("percent", "floor", "cap")


@require_safe
def list(request: SignedInRequest, slug: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    course = get_object_or_404(visible_courses(request.user), slug=slug)
    context = {
        "course": course,
        "assignments": course_assignments(request.user, course),
        "may_set": may_set_assignment(request.user, course),
        "now": now(),
    }
    return show(request, "essays/assignments/list.html", context)


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    course = get_object_or_404(visible_courses(request.user), slug=slug)
    require(may_set_assignment(request.user, course))
    form = _terms_form(request, course, first_terms(now().astimezone(course.zone)))
    if form.is_valid():
        try:
            assignment = set_assignment(course, **form.terms, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell_of_clock(request, assignment)
            return go(request, "essays:assignments-brief", assignment.public_id)
    context = {"course": course, "form": form, "rubrics": _rubrics(request, course, form)}
    return show(request, "essays/assignments/create.html", context, fragment="essays/assignments/_mode_choice.html")


@require_safe
def late(request: SignedInRequest, slug: str) -> HttpResponse:
    """Tell the late rule and its arithmetic as they stand on the page that asks, by an example."""
    course = get_object_or_404(visible_courses(request.user), slug=slug)
    require(may_set_assignment(request.user, course))
    form = LateExample(request.GET or None, modes=modes_to_set(request.user, course).select_related("version"))
    context = {}
    if form.is_valid():
        said = form.cleaned_data
        total = Fraction(said["mode"].version.total) if said["mode"] else Fraction(100)
        context = _late_words(said["late_rule"], total, {name: said[f"late_{name}"] for name in LATE_NUMBERS})
    return show(request, "essays/assignments/_late_example.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = get_object_or_404(managed_assignments(request.user), public_id=assignment_id)
    require(may_manage_assignment(request.user, assignment))
    frozen = rule_is_frozen(assignment)
    base, kept = terms_print(assignment), None
    terms = {**terms_of(assignment), "base": base}
    form = _terms_form(request, assignment.course, terms, frozen=assignment if frozen else None)
    if form.is_valid():
        try:
            assignment = edit_assignment(assignment, base=form.cleaned_data["base"], **form.terms, by=request.user)
        except AssignmentEditedElsewhere as refusal:
            kept = form.kept_otherwise(assignment)
            form.overtaken(str(refusal), base=base)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell_of_clock(request, assignment)
            return go(request, "essays:assignments-brief", assignment.public_id)
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "form": form,
        "rubrics": _rubrics(request, assignment.course, form),
        "frozen": frozen,
        "kept": kept,
    }
    return show(request, "essays/assignments/edit.html", context, fragment="essays/assignments/_mode_choice.html")


@require_http_methods(["GET", "POST"])
def rule(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = get_object_or_404(managed_assignments(request.user), public_id=assignment_id)
    require(may_manage_assignment(request.user, assignment))
    modes = assignment.rubric_version.modes.order_by("position", "pk")
    form = ChangeRule(
        request.POST if request.method == "POST" else None, modes=modes, initial={"mode": assignment.mode_id}
    )
    if form.is_valid():
        try:
            change_rule(assignment, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "essays:assignments-brief", assignment.public_id)
    context = {"assignment": assignment, "form": form, "rubrics": rubric_choices(modes)}
    return show(request, "essays/assignments/rule.html", context)


@require_safe
def brief(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = get_object_or_404(briefed_assignments(request.user), public_id=assignment_id)
    require(may_read_brief(request.user, assignment))
    as_student = may_write_in(request.user, assignment.course)
    found = brief_for(assignment, request.user, as_student=as_student, at=now())
    if as_student and found.has_opened and not found.was_opened:
        open_brief(assignment, by=request.user)
    if found.draft is not None and found.is_due_for_collection and collect_one(found.draft):
        found = brief_for(assignment, request.user, as_student=as_student, at=now())
    may_manage = may_manage_assignment(request.user, assignment)
    return show(request, "essays/assignments/brief.html", {**_words(found), "may_manage": may_manage})


@require_http_methods(["GET", "POST"])
def start(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = get_object_or_404(briefed_assignments(request.user), public_id=assignment_id)
    require(may_write_essay(request.user, assignment))
    if request.method == "POST":
        return go(request, "essays:drafts-write", start_draft(assignment, by=request.user).public_id)
    found = brief_for(assignment, request.user, as_student=True, at=now())
    if not found.times.is_timed or not found.may_begin:
        return go(request, "essays:assignments-brief", assignment.public_id)
    return show(request, "essays/assignments/start.html", _words(found))


@require_POST
def write(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = get_object_or_404(briefed_assignments(request.user), public_id=assignment_id)
    require(may_write_essay(request.user, assignment))
    return go(request, "essays:drafts-write", open_draft(assignment, by=request.user).public_id)


@require_safe
def progress(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = get_object_or_404(managed_assignments(request.user), public_id=assignment_id)
    require(may_manage_assignment(request.user, assignment))
    collect_due(limit=50, assignment=assignment)
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:100]
    people = Paginator(progress_of(assignment, request.user, state=state, words=words), PAGE)
    context = {
        "assignment": assignment,
        "people": people.get_page(request.GET.get("page")),
        "counts": progress_counts(assignment, request.user),
        "state": state,
        "words": words,
    }
    return show(request, "essays/assignments/progress.html", context)


def _terms_form(
    request: SignedInRequest, course: Course, initial: dict[str, object], *, frozen: Assignment | None = None
) -> SetAssignment:
    """Make the form of an assignment's terms, with a prompt that was chosen on the page or by a link."""
    prompts = prompt_versions_to_set(request.user, course)
    modes = modes_to_set(request.user, course)
    if frozen:
        prompts = PromptVersion.objects.filter(pk=frozen.prompt_version_id)
        modes = frozen.rubric_version.modes.all()
    elif (chosen := request.GET.get("prompt_version", "")).isdecimal() and len(chosen) < 19:
        initial = {**initial, "prompt_version": chosen}
    return SetAssignment(
        request.POST if request.method == "POST" else None,
        initial=initial,
        zone=course.zone,
        prompt_versions=prompts.select_related("prompt", "course"),
        modes=modes,
        contacts=worry_contacts(course),
        frozen=frozen is not None,
    )


def _rubrics(request: SignedInRequest, course: Course, form: SetAssignment) -> Sequence[RubricChoice]:
    """List the rubrics that fit the prompt chosen so far; before one is chosen, all of them."""
    prompts, modes = form.fields["prompt_version"], form.fields["mode"].queryset  # type: ignore[attr-defined]  # a ModelChoiceField
    chosen = str(form["prompt_version"].value() or "")
    if not prompts.disabled and chosen.isdecimal() and len(chosen) < 19:
        version = prompts.queryset.filter(pk=chosen).first()  # type: ignore[attr-defined]  # a ModelChoiceField
        if version is not None:
            modes = modes_to_set(request.user, course, prompt_version=version)
    return rubric_choices(modes)


def _tell_of_clock(request: SignedInRequest, assignment: Assignment) -> None:
    """Point out a task that is meant for so many minutes and was set without a clock."""
    mode = assignment.mode
    if mode.minutes and not assignment.minutes:
        meant = f"“{mode.name}” is meant for {mode.minutes} minutes, and no clock runs, because Minutes is empty."
        messages.warning(request, f"{meant} Change the assignment where one shall run.")


def _words(found: Brief) -> dict[str, object]:
    """Put a brief's dates, clock and rules into sentences."""
    assignment = found.assignment
    say = partial(say_moment, zone=assignment.course.zone)
    numbers = {name: getattr(assignment, f"late_{name}") for name in LATE_NUMBERS}
    told = _late_words(assignment.late_rule, Fraction(assignment.rubric_version.total), numbers)
    late = " ".join(sentence for sentence in told.values() if sentence)
    return {
        "brief": found,
        "assignment": assignment,
        "course": assignment.course,
        "dates": deadlines.dates_sentence(found.times, say=say),
        "clock": deadlines.clock_sentence(found.times, at=found.at, say=say),
        "arranged": deadlines.allowance_sentences(found.allowance, minutes=assignment.minutes, say=say),
        "after_hand_in": deadlines.after_hand_in_sentence(
            withdrawing=assignment.withdrawing_allowed, timed=found.times.is_timed
        ),
        "late": late if found.times.closes_at > found.times.due_at else "",
        "allowed": deadlines.allowed_sentences(
            notes=assignment.notes_allowed,
            web=assignment.web_allowed,
            ai=assignment.ai_allowed,
            spell_check=assignment.spell_check_allowed,
        ),
    }


def _late_words(rule: str, total: Fraction, numbers: dict[str, Decimal | None]) -> dict[str, str]:
    """Tell a late rule in a sentence, and its arithmetic by an example."""
    given = {name: None if value is None else Fraction(value) for name, value in numbers.items()}
    written = {name: "" if value is None else in_figures(value) for name, value in given.items()}
    needed = {"percent": "percent", "cap": "cap"}.get(rule)
    if needed and given[needed] is None:
        return {"sentence": "", "example": ""}
    return {
        "sentence": deadlines.late_sentence(rule, total=in_figures(total), **written),
        "example": deadlines.late_example(rule, total=total, **given),
    }
