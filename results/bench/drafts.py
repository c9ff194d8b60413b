"""What writing costs: saving a draft, alone and eight at once, and handing in."""

from functools import cache
from uuid import uuid4

from django.urls import reverse

from essays.models import Draft
from results.bench.client import Answer, Browser
from results.bench.killable import session_of
from results.bench.measuring import CLIENTS, TIMES, Ask, Run, in_loops
from results.bench.report import SAVE, SAVES, SUBMIT, operation_from
from results.bench.world import PACK, World, essay_text, open_drafts, text_hash
from rubrics.pure.packs import Pack, read_pack

SAVED = 200


def measure_drafts(run: Run, world: World, size: int) -> None:
    drafts = open_drafts(world.assignment, 1 + CLIENTS + TIMES, stem="writer")
    alone, together, handed_in = drafts[0], drafts[1 : 1 + CLIENTS], drafts[1 + CLIENTS :]
    run.post(SAVE, size, saves(run, alone), times=SAVED)
    answers, cpu_ms, per_second = in_loops(run.server, [saves(run, draft) for draft in together], most=run.most)
    share = per_second / run.floor.posts_per_second
    run.operations.append(operation_from(SAVES, size, answers, cpu_ms, ratio=share))
    run.post(SUBMIT, size, hand_ins(run, handed_in), times=TIMES)


def saves(run: Run, draft: Draft) -> Ask:
    """Save an essay of 1,200 words again and again, a little changed every time."""
    browser, text, base = Browser(run.server.port, session_of(draft.author)), own_text(draft), 0

    def ask(n: int) -> Answer:
        nonlocal base
        answer = put_text(browser, draft, base, f"{text} {n}").expect(201)
        base = int(answer.json()["rev"])
        return answer

    return ask


def hand_ins(run: Run, drafts: list[Draft]) -> Ask:
    """Hand in one essay after the other; each was saved before, which is not counted here."""
    browsers = [Browser(run.server.port, session_of(draft.author)) for draft in drafts]
    for browser, draft in zip(browsers, drafts, strict=True):
        put_text(browser, draft, 0, own_text(draft)).expect(201)
        browser.close()
    return lambda n: submit(browsers[n], drafts[n], 1, own_text(drafts[n])).expect(302)


@cache
def pack() -> Pack:
    return read_pack(PACK)


def own_text(draft: Draft) -> str:
    """Give an essay of 1,200 words that nobody else has: it is rendered for this hand-in alone."""
    return f"{essay_text(pack(), draft.pk)}\nThis essay is number {draft.pk}."


def put_text(browser: Browser, draft: Draft, base: int, text: str) -> Answer:
    """Save a draft as the desk does."""
    body = {"base": base, "key": str(uuid4()), "text": text, "sha256": text_hash(text), "intent": "user"}
    return browser.send_json("PUT", reverse("essays:drafts-text", args=[draft.public_id]), body)


def submit(browser: Browser, draft: Draft, base: int, text: str) -> Answer:
    """Hand in as the read-back's form does; the answer leads to the receipt."""
    fields = {"base": base, "sha256": text_hash(text), "key": str(uuid4()), "declared": "on"}
    return browser.post_form(reverse("essays:submissions-submit", args=[draft.public_id]), fields)
