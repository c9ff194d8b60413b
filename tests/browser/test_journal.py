"""The journal in the browser: what it keeps, what comes back from it, and when it lets go."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, Page, expect

from courses.kernel.text import sha256_of
from essays.actions.drafts import open_draft
from essays.models import Assignment, Draft
from essays.pure.rescues import RescueFile, TamperedError, rescued_text
from tests.browser.conftest import until
from tests.essays.writing import save, submit

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")

KEPT = """() => new Promise((done) => {
  const request = indexedDB.open("assay-journal");
  request.onsuccess = () => {
    const reading = request.result.transaction(["entries", "lines"]);
    const entries = reading.objectStore("entries").getAll();
    const lines = reading.objectStore("lines").getAll();
    reading.oncomplete = () => {
      request.result.close();
      const signs = (bytes) => bytes && String.fromCharCode(...bytes);
      const plain = (one) => ({ ...one, iv: undefined, ciphertext: signs(one.ciphertext) });
      done({ entries: entries.result.map(plain), lines: lines.result });
    };
  };
})"""


@pytest.fixture
def opened(context: BrowserContext, sign_in, student, address) -> Callable[[], Page]:
    """Give a function that opens the desk in a tab of its own."""
    sign_in(student)

    def open_desk() -> Page:
        page = context.new_page()
        page.goto(address)
        expect(page.locator("[data-desk][data-ready]")).to_be_attached()
        return page

    return open_desk


def write(page: Page, words: str) -> None:
    page.locator("#essay").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def state(page: Page):
    return page.locator("[data-save-words]")


def kept(page: Page) -> dict[str, Any]:
    return page.evaluate(KEPT)


def wait_until_kept(page: Page) -> None:
    """Wait until the journal holds what is in the editor: a second at most by our own rule, more on a busy disk."""
    sha256 = sha256_of(page.locator("#essay").input_value())
    until(page, lambda: sha256 in {entry["sha256"] for entry in kept(page)["entries"]})


def left_unsent(context: BrowserContext, opened: Callable[[], Page], words: str) -> None:
    """Write without a network, and close the tab as a crash would."""
    page = opened()
    context.set_offline(True)
    write(page, words)
    wait_until_kept(page)
    page.close()
    context.set_offline(False)


# ---------------------------------------------------------------- what it keeps
def test_what_is_typed_is_sealed_on_this_computer(opened, context, draft):
    page = opened()
    context.set_offline(True)

    write(page, "Nobody else may read these words.")
    wait_until_kept(page)

    found = kept(page)
    newest = max(found["entries"], key=lambda entry: entry["seq"])
    assert newest["sha256"] == sha256_of("Nobody else may read these words.")
    assert (newest["base"], newest["thing"]) == (0, str(draft.public_id))
    assert "Nobody" not in json.dumps(found)
    assert [line["acked"] for line in found["lines"]] == [0]


def test_while_one_types_without_a_pause_the_journal_is_never_a_second_behind(opened, context):
    page = opened()
    context.set_offline(True)

    page.locator("#essay").focus()
    page.keyboard.type("word " * 40, delay=20)

    moments = sorted(entry["mono"] for entry in kept(page)["entries"])
    assert len(moments) >= 3
    assert max(after - before for before, after in pairwise(moments)) < 1000


def test_the_key_is_read_once_and_is_gone_from_the_page(opened):
    page = opened()

    assert page.evaluate("document.querySelector('[data-desk]').dataset.journalKey") is None
    assert "journal-key" not in page.content()


def test_what_the_server_has_is_noted_and_asks_for_nothing(opened):
    page = opened()

    write(page, "Saved words.")
    expect(state(page)).to_have_text(SAVED)

    until(page, lambda: all(line["acked"] == line["newest"]["seq"] for line in kept(page)["lines"]))
    assert len(kept(page)["lines"]) == 1


# ---------------------------------------------------------------- what comes back
def test_words_that_never_reached_the_server_come_back_and_go_under_the_same_key(opened, context, draft):
    left_unsent(context, opened, "Written on the train.")

    page = opened()
    expect(page.locator("#essay")).to_have_value("Written on the train.")
    expect(page.get_by_text("Your unsent words are back.")).to_be_visible()
    expect(state(page)).to_have_text(SAVED)

    key = max(kept(page)["entries"], key=lambda entry: entry["at"])["key"]
    assert [(str(one.key), one.text) for one in draft.revisions.all()] == [(key, "Written on the train.")]


SLOW = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...place) {
  const answers = { result: null };
  setTimeout(() => {
    const request = open.apply(this, place);
    request.onupgradeneeded = (event) => answers.onupgradeneeded?.(event);
    request.onsuccess = (event) => { answers.result = request.result; answers.onsuccess?.(event); };
  }, WAIT);
  return answers;
};
"""


@pytest.mark.parametrize("wait", [3500, 9000])
def test_a_journal_that_opens_late_still_brings_the_words_back(opened, context, wait):
    """Three seconds are waited for the database, five more for what is in it; the page is there, and it comes later."""
    left_unsent(context, opened, "Written on the train.")
    context.add_init_script(SLOW.replace("WAIT", str(wait)))

    page = opened()

    expect(page.get_by_text("Your unsent words are back.")).to_be_visible(timeout=15_000)
    expect(page.locator("#essay")).to_have_value("Written on the train.")
    expect(state(page)).to_have_text(SAVED)


def test_words_brought_back_meet_a_newer_text_as_a_choice_and_nothing_is_overwritten(opened, context, draft, student):
    left_unsent(context, opened, "Written on the train.")
    save(draft, student, "Written on the phone.")

    page = opened()
    expect(state(page)).to_have_text("Changed elsewhere: choose")
    texts = {one.text: one.kind for one in draft.revisions.all()}
    page.get_by_role("button", name="Go on with this text").last.click()
    expect(page.locator("#essay")).to_have_value("Written on the phone.")

    assert texts == {"Written on the train.": "branch", "Written on the phone.": "head"}
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Written on the phone."


def test_words_that_follow_a_save_whose_answer_was_lost_need_no_choice(opened, context, draft):
    page = opened()
    page.route("**/text/", lambda route: (route.fetch(), route.abort()) if route.request.method == "PUT" else None)
    write(page, "One.")
    expect(state(page)).to_contain_text("kept on this computer")
    write(page, " Two.")
    wait_until_kept(page)
    page.close()

    page = opened()
    expect(page.locator("#essay")).to_have_value("One. Two.")
    expect(state(page)).to_have_text(SAVED)

    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "One. Two."
    assert not draft.revisions.filter(kind="branch").exists()


def test_what_the_server_has_already_is_not_brought_back(opened, context, draft, student):
    left_unsent(context, opened, "The same words.")
    save(draft, student, "The same words.")

    page = opened()

    expect(state(page)).to_contain_text("Saved")
    assert page.get_by_text("Your unsent words are back.").count() == 0
    assert draft.revisions.count() == 1


def test_another_persons_words_stay_sealed_and_where_they_are(opened, context, draft, sign_in, classmate, site):
    left_unsent(context, opened, "Words of Ines.")
    sign_in(classmate)
    other = open_draft(draft.assignment, by=classmate)

    page = context.new_page()
    page.goto(f"{site}/drafts/{other.public_id}/")
    expect(page.locator("[data-desk][data-ready]")).to_be_attached()

    expect(page.locator("#essay")).to_have_value("")
    assert {line["thing"] for line in kept(page)["lines"]} == {str(draft.public_id)}


# ---------------------------------------------------------------- signing out, and handing in
def test_nobody_signs_out_over_unsent_words_without_being_told(opened, context, site, draft):
    left_unsent(context, opened, "Not sent yet.")
    page = context.new_page()
    page.goto(f"{site}/")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Words of yours wait on this computer.")).to_be_visible()
    page.get_by_role("link", name="Back to your essay").click()

    expect(page.locator("#essay")).to_have_value("Not sent yet.")
    expect(state(page)).to_have_text(SAVED)


def test_who_signs_out_all_the_same_finds_the_words_after_signing_in(opened, context, site, sign_in, student):
    left_unsent(context, opened, "Not sent yet.")
    page = context.new_page()
    page.goto(f"{site}/")
    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Sign out all the same").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(student)

    expect(opened().locator("#essay")).to_have_value("Not sent yet.")


def test_with_nothing_unsent_one_signs_out_at_once(opened, context, site):
    page = opened()
    write(page, "All sent.")
    expect(state(page)).to_have_text(SAVED)
    page.goto(f"{site}/")

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_receipt_for_the_newest_words_empties_the_journal(opened, draft, student, site):
    page = opened()
    write(page, "Handed in as it is.")
    expect(state(page)).to_have_text(SAVED)
    draft.refresh_from_db()
    receipt = submit(draft, student)

    with page.expect_response("**/receipts/journal.js"):
        page.goto(f"{site}/receipts/{receipt.number}/")
    until(page, lambda: kept(page) == {"entries": [], "lines": []})


def test_a_receipt_for_other_words_leaves_the_journal_alone(opened, context, draft, student, site):
    save(draft, student, "Handed in on the phone.")
    draft.refresh_from_db()
    left_unsent(context, opened, " More, on this computer only.")
    receipt = submit(draft, student)
    page = context.new_page()

    page.goto(f"{site}/receipts/{receipt.number}/")
    page.wait_for_timeout(500)

    assert len(kept(page)["lines"]) == 1


# ---------------------------------------------------------------- where there is none
NO_DATABASE = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined });"
NO_SEAL = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });"


@pytest.mark.parametrize("missing", [NO_DATABASE, NO_SEAL])
def test_where_the_browser_keeps_nothing_the_page_says_so_and_saves_all_the_same(opened, context, draft, missing):
    context.add_init_script(missing)

    page = opened()
    expect(page.get_by_text("Only this tab holds unsent words.")).to_be_visible()
    context.set_offline(True)
    write(page, "Here only.")
    expect(state(page)).to_have_text("Offline – only in this tab (2 words unsent)")
    context.set_offline(False)
    expect(state(page)).to_have_text(SAVED, timeout=15_000)

    assert draft.revisions.get().text == "Here only."


def test_a_site_that_allows_it_keeps_words_unsealed_where_no_seal_is_lent(opened, context, settings):
    settings.ALLOW_PLAIN_JOURNAL = True
    context.add_init_script(NO_SEAL)
    left_unsent(context, opened, "On the school's own network.")

    page = opened()

    expect(page.locator("#essay")).to_have_value("On the school's own network.")
    assert page.get_by_text("Only this tab holds unsent words.").count() == 0


# ---------------------------------------------------------------- the rescue file
@pytest.mark.parametrize("script", ["", NO_SEAL])
def test_a_rescue_file_holds_the_words_without_a_network_and_opens_for_this_draft_only(
    opened, context, draft, student, script
):
    if script:
        context.add_init_script(script)
    page = opened()
    context.set_offline(True)
    write(page, "Rescued: “één” word – 🚁.")
    expect(state(page)).to_contain_text("unsent")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download a rescue file").last.click()

    said = json.loads(download.value.path().read_text("utf-8"))
    assert download.value.suggested_filename == f"essay-{str(draft.public_id)[:8]}.assay"
    assert (said.pop("format"), said["person"]) == ("assay-rescue-1", str(student.public_id))
    file = RescueFile(**said)
    assert rescued_text(file, bytes(draft.journal_key)) == "Rescued: “één” word – 🚁."
    with pytest.raises(TamperedError):
        rescued_text(file, b"\0" * 32)


# ---------------------------------------------------------------- the pure parts
THIN = """async ([entries, most]) => {
  const { superfluous } = await import("/static/js/outbox/journal.js");
  return superfluous(entries, most).map((one) => one.n);
}"""


def entries_of(count: int, *, acked: int, every: int = 1000, size: int = 1000) -> list[dict[str, Any]]:
    return [{"n": n, "at": n * every, "size": size, "acked": n < acked, "newest": n == count - 1} for n in range(count)]


def test_of_what_the_server_has_the_newest_fifty_and_one_a_minute_stay(modules):
    out = modules.evaluate(THIN, [entries_of(300, acked=300), 20_000_000])

    stay = [n for n in range(300) if n not in out]
    assert stay == [59, 119, 179, 239, *range(250, 300)]


def test_nothing_unsent_goes_within_the_bound(modules):
    assert modules.evaluate(THIN, [entries_of(300, acked=0), 20_000_000]) == []


@MANY
@given(count=st.integers(1, 200), acked=st.integers(0, 200), most=st.integers(0, 300_000))
def test_the_newest_words_and_the_newest_fifty_unsent_stay_however_little_room_there_is(modules, count, acked, most):
    out = modules.evaluate(THIN, [entries_of(count, acked=acked), most])

    assert count - 1 not in out
    assert [n for n in out if n >= acked and n >= count - 50] == []
    assert len(out) == len(set(out))


SORT = """async ([left, head]) => {
  const { sortLeft } = await import("/static/js/essays/drafts/returning.js");
  const found = sortLeft(left, head);
  const names = (many) => many.map((one) => one.name);
  return [found.main?.name ?? null, found.straight, names(found.known), names(found.beside)];
}"""
HEAD = {"head": 5, "sha256": "h", "key": "k5"}


def one_left(name, **changes):
    return {"name": name, "base": 5, "key": name, "sha256": name, "follows": ""} | changes


@pytest.mark.parametrize(
    ("left", "sorted_as"),
    [
        ([], [None, False, [], []]),
        ([one_left("a")], ["a", True, [], []]),
        ([one_left("a", base=3)], ["a", False, [], []]),
        ([one_left("a", base=4, follows="k5")], ["a", True, [], []]),
        ([one_left("a", sha256="h")], [None, False, ["a"], []]),
        ([one_left("a", key="k5")], [None, False, ["a"], []]),
        ([one_left("a"), one_left("b")], ["b", True, [], ["a"]]),
        ([one_left("a"), one_left("b", base=3)], ["a", True, [], ["b"]]),
    ],
)
def test_what_was_left_behind_is_sorted_by_what_the_server_has(modules, left, sorted_as):
    assert modules.evaluate(SORT, [left, HEAD]) == sorted_as


COVERED = """async ([lines, sha256]) => {
  const { coveredBy } = await import("/static/js/outbox/journal.js");
  return coveredBy(lines, sha256).map((line) => line.tab);
}"""


def line(tab: str, at: int, sha256: str, *, acked: bool) -> dict[str, Any]:
    return {"tab": tab, "acked": 3 if acked else 2, "newest": {"seq": 3, "at": at, "sha256": sha256}}


@pytest.mark.parametrize(
    ("lines", "gone"),
    [
        ([line("a", 1, "x", acked=True), line("b", 2, "r", acked=True)], ["a", "b"]),
        ([line("a", 1, "x", acked=False), line("b", 2, "r", acked=False)], ["b"]),
        ([line("a", 2, "x", acked=True), line("b", 1, "r", acked=True)], []),
        ([], []),
    ],
)
def test_a_receipt_covers_what_the_server_has_and_never_other_unsent_words(modules, lines, gone):
    assert modules.evaluate(COVERED, [lines, "r"]) == gone


def test_the_desk_of_somebody_without_javascript_holds_the_same_words(draft, student):
    client = Client()
    client.force_login(student)
    save(draft, student, "Plain words.")

    page = client.get(f"/drafts/{draft.public_id}/").content.decode()

    assert "<noscript>Saved" in page
    assert "Plain words." in page


# ---------------------------------------------------------------- too late
def test_words_that_were_only_on_this_computer_are_kept_apart_once_the_essay_is_collected(
    opened, context, draft, student, address
):
    save(draft, student, "Saved in time.")
    left_unsent(context, opened, " And more, on the train.")
    over = timezone.now() - timedelta(minutes=5)
    Assignment.objects.filter(pk=draft.assignment_id).update(due_at=over, closes_at=over)
    Draft.objects.filter(pk=draft.pk).update(grace_until=over)

    page = context.new_page()
    page.goto(address)

    expect(page.get_by_text("Words of yours were only on this computer.")).to_be_visible()
    late = draft.revisions.get(kind="quarantine")
    assert late.text == "Saved in time. And more, on the train."
    assert abs((late.saved_at - late.claimed_at).total_seconds()) < 60
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Saved in time."
    page.reload()
    assert page.get_by_text("Words of yours were only on this computer.").is_hidden()


OLD = """async () => {
  const { openJournal, linesOf, newestOf, writeEntry } = await import("/static/js/outbox/journal.js");
  const old = indexedDB.open("assay-journal", 1);
  await new Promise((done) => {
    old.onupgradeneeded = () => {
      old.result.createObjectStore("entries", { keyPath: ["person", "draft", "tab", "seq"] });
      old.result.createObjectStore("lines", { keyPath: ["person", "draft", "tab"] });
    };
    old.onsuccess = done;
  });
  const writing = old.result.transaction(["entries", "lines"], "readwrite");
  const place = { person: "p", draft: "d", tab: "t" };
  writing.objectStore("entries").put({ ...place, seq: 3, text: "Kept words." });
  writing.objectStore("lines").put({ ...place, acked: 1, newest: { seq: 3, base: 0, key: "k", at: 1, sha256: "" } });
  await new Promise((done) => (writing.oncomplete = done));
  old.result.close();
  const journal = await openJournal();
  const [line] = await linesOf(journal, "p", "d");
  const newest = await newestOf(journal, line);
  await writeEntry(journal, { person: "p", thing: "m", tab: "t", seq: 1, text: "one" }, { alone: true });
  await writeEntry(journal, { person: "p", thing: "m", tab: "t", seq: 2, text: "two" }, { alone: true });
  const entries = journal.transaction("entries").objectStore("entries").getAll();
  await new Promise((done) => (entries.onsuccess = done));
  journal.close();
  return { line, newest, entries: entries.result.map((one) => [one.thing, one.seq]) };
}"""


def test_what_an_older_journal_holds_is_carried_over(site, context):
    page = context.new_page()
    page.goto(f"{site}/account/login/")

    told = page.evaluate(OLD)

    assert told["newest"]["text"] == "Kept words."
    assert told["line"] == {
        "person": "p",
        "thing": "d",
        "tab": "t",
        "acked": 1,
        "newest": {"seq": 3, "base": 0, "key": "k", "at": 1, "sha256": ""},
    }
    assert told["entries"] == [["d", 3], ["m", 2]], "of marks only the newest state is kept"
