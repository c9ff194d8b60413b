"""From text: a pasted text is proposed as a prompt, and a person decides what each piece of it is."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions.prompts import create_prompt_with
from courses.forms.proposals import DecideProposal, ProposePrompt, first_decision, role_choices, with_pieces
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.permissions import may_read_library
from courses.pure.proposals import Proposal, as_content, can_be_cut, cut_again, propose, warned
from courses.pure.sources import lay_out
from courses.queries.prompts import drafting_places


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    """Take a text, and propose what it could be."""
    require(may_read_library(request.user))
    form = ProposePrompt(request.POST if request.method == "POST" else None)
    if form.is_valid():
        proposal = propose(form.cleaned_data["text"])
        places = drafting_places(request.user)
        decision = DecideProposal(first_decision(proposal, places), places=places)
        return _decision_page(request, decision, proposal, is_first=True)
    return show(request, "courses/proposals/create.html", {"form": form})


@require_POST
def decide(request: SignedInRequest) -> HttpResponse:
    """Make a draft of the pieces as they were decided; or cut one, or look at what they come to."""
    require(may_read_library(request.user))
    places = drafting_places(request.user)
    form = DecideProposal(request.POST, places=places)
    proposal = form.proposal
    if proposal is None:
        return show(request, "courses/proposals/create.html", {"form": ProposePrompt(request.POST)})
    proposal = warned(proposal)
    if (at := request.POST.get("cut", "")).isdecimal() and len(at) < 7:
        proposal = cut_again(proposal, int(at))
        form = DecideProposal(with_pieces(request.POST, proposal), places=places)
        return _decision_page(request, form, proposal, is_first=True)
    if "look" in request.POST:
        return _decision_page(request, form, proposal, is_first=True)
    content = as_content(proposal, noted=[one for one in proposal.warnings if one.code in form.noted])
    if not content.sentence:
        form.add_error(None, "No piece is the prompt sentence yet. Say which one is.")
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("title", "subject", "course")}
        try:
            version = create_prompt_with(**facts, content=content, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "courses:prompts-edit", version.prompt.slug, version.number)
    return _decision_page(request, form, proposal)


def _decision_page(
    request: SignedInRequest, form: DecideProposal, proposal: Proposal, *, is_first: bool = False
) -> HttpResponse:
    """Show the pieces with their roles; `is_first`: before anybody sent it, so that gaps are no faults yet."""
    noted = form.noted
    content = as_content(proposal, noted=[one for one in proposal.warnings if one.code in noted])
    context = {
        "form": form,
        "shows_errors": not is_first,
        "proposal": proposal,
        "pieces": [
            (number, piece, proposal.text[piece.start : piece.end].strip("\n"), can_be_cut(proposal, piece))
            for number, piece in enumerate(proposal.pieces)
        ],
        "roles": role_choices(proposal),
        "warnings": [(one, one.code in noted) for one in proposal.warnings],
        "content": content,
        "sources": lay_out(content.sources),
    }
    return show(request, "courses/proposals/decide.html", context, fragment="courses/proposals/_look.html")
