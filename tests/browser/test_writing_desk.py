"""An essay written at the desk: saved as typed, cited by keyboard, handed in; and what may go wrong on the way."""

import re
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from essays.models import PlanItem, Submission
from tests.essays.writing import save, submit

SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")


@pytest.fixture
def desk(page: Page, sign_in, student, address) -> Page:
    sign_in(student)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    return page


def write(page: Page, words: str) -> None:
    page.locator("#essay").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def state(page: Page):
    return page.locator("[data-save-words]")


def test_what_is_typed_is_saved_and_counted(desk, draft):
    write(desk, "The convoys of 1917 saved the alliance.")

    expect(state(desk)).to_have_text(SAVED)
    expect(desk.locator(".wordmeter [data-words]")).to_have_text("7")
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "The convoys of 1917 saved the alliance."


def test_an_essay_is_cited_read_back_and_handed_in_by_keyboard_alone(desk, draft):
    write(desk, "The convoys of 1917 saved the alliance")
    desk.keyboard.press("Alt+c")
    expect(desk.get_by_role("option").nth(0)).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#essay")).to_be_focused()
    expect(desk.locator("#essay")).to_have_value("The convoys of 1917 saved the alliance [Source A, ¶2]")
    expect(state(desk)).to_have_text(SAVED)
    desk.get_by_role("button", name="Read back and submit").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Read it back, then hand in")).to_be_visible()
    desk.get_by_label("This is my own work").focus()
    desk.keyboard.press("Space")
    desk.get_by_role("button", name="Hand in").focus()
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("heading", name="Handed in")).to_be_visible()
    assert Submission.objects.get().reading.text == "The convoys of 1917 saved the alliance [Source A, ¶2]"


@pytest.fixture
def elsewhere(browser: Browser, site, student, address) -> Iterator[Page]:
    """The same desk on another device."""
    client = Client()
    client.force_login(student)
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    yield page
    context.close()


def test_two_devices_keep_both_texts_and_the_person_chooses(desk, draft, elsewhere):
    write(elsewhere, "The other device.")
    expect(state(elsewhere)).to_have_text(SAVED)

    write(desk, "This device.")
    expect(state(desk)).to_have_text("Changed elsewhere: choose")
    desk.get_by_role("button", name="Go on with this text").first.click()
    expect(state(desk)).to_have_text(SAVED)

    texts = [revision.text for revision in draft.revisions.all()]
    draft.refresh_from_db()
    assert "The other device." in texts
    assert draft.revisions.get(n=draft.head).text == "This device."


def test_words_typed_while_a_choice_stands_are_kept_beside_when_the_other_text_is_taken(desk, draft, elsewhere):
    write(elsewhere, "The other device.")
    expect(state(elsewhere)).to_have_text(SAVED)
    write(desk, "This device.")
    expect(state(desk)).to_have_text("Changed elsewhere: choose")

    write(desk, " And more of it.")
    desk.get_by_role("button", name="Go on with this text").last.click()
    expect(desk.locator("#essay")).to_have_value("The other device.")

    texts = [revision.text for revision in draft.revisions.all()]
    assert "This device. And more of it." in texts


def test_what_was_saved_elsewhere_comes_by_itself_where_nothing_is_unsent(desk, draft, student):
    save(draft, student, "Written on the phone.")

    desk.evaluate("dispatchEvent(new Event('focus'))")

    expect(desk.locator("#essay")).to_have_value("Written on the phone.")
    expect(desk.get_by_text("This is your newest text.")).to_be_visible()


def test_words_written_offline_are_named_and_sent_when_the_network_is_back(desk, draft, context):
    context.set_offline(True)
    write(desk, "Five words without a network.")
    expect(state(desk)).to_have_text("Offline – kept on this computer (5 words unsent)")
    expect(desk.get_by_text("Kept on this computer only. Do not sign off from it.")).to_be_visible()

    context.set_offline(False)
    expect(state(desk)).to_have_text(SAVED, timeout=10_000)

    draft.refresh_from_db()
    assert draft.revisions.count() == 1
    assert draft.revisions.get().text == "Five words without a network."


def test_an_answer_that_is_lost_makes_no_second_copy(desk, draft):
    lost = []

    def lose_first(route):
        if not lost and route.request.method == "PUT":
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    desk.route("**/text/", lose_first)
    write(desk, "Saved, and the answer was lost.")
    expect(state(desk)).to_have_text(SAVED, timeout=10_000)

    assert len(lost) == 1
    assert draft.revisions.count() == 1


def test_signed_out_the_words_stay_and_are_sent_after_signing_in(desk, draft, context, sign_in, student):
    write(desk, "Before.")
    expect(state(desk)).to_have_text(SAVED)
    context.clear_cookies(name="sessionid")

    write(desk, " And after.")
    desk.locator("#plan input[type=checkbox]").first.evaluate("box => box.click()")
    expect(desk.get_by_text("You are signed out.")).to_be_visible()
    expect(desk.locator("#essay")).to_have_value("Before. And after.")
    expect(state(desk)).to_have_text("Not saved: sign in again")
    sign_in(student)
    desk.get_by_role("button", name="try again").click()
    expect(state(desk)).to_have_text(SAVED)

    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Before. And after."


def test_signing_in_again_beside_the_text_sends_what_waits_under_the_same_key(desk, draft, context, student, sign_in):
    student.set_password("a good long password")
    student.save()
    sign_in(student)
    write(desk, "Before.")
    expect(state(desk)).to_have_text(SAVED)
    context.clear_cookies(name="sessionid")
    keys = []
    desk.on("request", lambda request: request.method == "PUT" and keys.append(request.post_data_json["key"]))
    write(desk, " And after.")
    expect(state(desk)).to_have_text("Not saved: sign in again")

    with desk.expect_popup() as popup:
        desk.get_by_role("link", name="Sign in again").click()
    popup.value.get_by_label("Username or e-mail").fill(student.username)
    popup.value.get_by_label("Password").fill("a good long password")
    popup.value.get_by_role("button", name="Sign in").click()

    expect(state(desk)).to_have_text(SAVED)
    expect(desk.get_by_text("You are signed out.")).not_to_be_visible()
    assert popup.value.is_closed()
    assert len(keys) >= 2
    assert len(set(keys)) == 1
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Before. And after."


def test_a_busy_server_is_waited_for_as_long_as_it_asks(desk, draft):
    moments = []

    def answer(route):
        if route.request.method != "PUT":
            return route.continue_()
        moments.append(time.monotonic())
        if len(moments) > 1:
            return route.continue_()
        return route.fulfill(status=503, headers={"Retry-After": "3"}, json={"error": "busy"})

    desk.route("**/text/", answer)
    write(desk, "Patience.")
    expect(state(desk)).to_have_text("The server is busy – kept on this computer (1 word unsent)")
    desk.evaluate("dispatchEvent(new Event('online'))")

    expect(state(desk)).to_have_text(SAVED, timeout=15_000)
    assert moments[1] - moments[0] >= 3


def test_a_long_text_goes_packed_and_arrives_whole(desk, draft):
    packings = []
    desk.on("request", lambda request: request.method == "PUT" and packings.append(request.headers))
    words = "A sentence about alliances. " * 900

    desk.locator("#essay").fill(words)
    expect(state(desk)).to_have_text(SAVED)

    assert packings[0]["content-encoding"] == "gzip"
    assert draft.revisions.get().text == words


def test_a_page_that_is_put_aside_sends_at_once(desk, draft):
    write(desk, "Not yet two seconds old.")

    with desk.expect_response(lambda response: response.request.method == "PUT") as saved:
        desk.evaluate(
            """() => {
              Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )

    assert saved.value.status == 201
    assert draft.revisions.get().text == "Not yet two seconds old."


def test_the_limit_is_told_before_it_is_reached(desk):
    desk.locator("#essay").fill("word " * 38_000)
    expect(desk.get_by_text("Your text is nearly as long as can be kept.")).to_have_count(0)

    desk.locator("#essay").fill("word " * 38_002)

    expect(desk.get_by_text("It has 190,010 characters; 200,000 is the most.")).to_be_visible()


def test_the_browser_asks_before_closing_only_while_words_are_nowhere_but_in_the_page(desk, context):
    ask = "() => { const event = new Event('beforeunload', { cancelable: true }); return !dispatchEvent(event); }"
    context.set_offline(True)

    write(desk, "x")
    at_once = desk.evaluate(ask)
    desk.wait_for_timeout(1000)

    assert at_once
    assert not desk.evaluate(ask)


def test_words_that_wait_too_long_are_said_in_red_with_a_rescue_file(desk, context):
    context.set_offline(True)
    write(desk, "Waiting.")
    box = desk.locator("[data-save-state]")
    expect(box).to_have_class(re.compile("is-offline"))

    expect(box).to_have_class(re.compile("is-bad"), timeout=25_000)

    expect(desk.locator("[data-notes]").get_by_role("button", name="Download a rescue file")).to_be_visible()


def test_another_persons_sign_in_saves_nothing_under_either_name(desk, draft, sign_in, classmate):
    sign_in(classmate)

    write(desk, "Whose words are these?")

    expect(desk.get_by_text("Somebody else is signed in in this browser now.").last).to_be_visible()
    expect(desk.locator("#essay")).to_have_attribute("readonly", "")
    assert not draft.revisions.exists()


def test_words_that_vanish_without_a_hand_on_the_keys_are_asked_about(desk, draft, student):
    write(desk, "A long text. " * 60)
    expect(state(desk)).to_have_text(SAVED)

    desk.locator("#essay").evaluate("area => { area.value = ''; area.dispatchEvent(new Event('input')); }")
    expect(desk.get_by_text("Most of your text vanished at once.")).to_be_visible()
    desk.get_by_role("button", name="Go on with this text").last.click()

    expect(desk.locator("#essay")).to_have_value("A long text. " * 60)


def test_an_essay_handed_in_elsewhere_is_not_written_on(desk, draft, student):
    save(draft, student, "Handed in on the phone.")
    draft.refresh_from_db()
    submit(draft, student)

    write(desk, "Still typing here.")

    expect(desk.get_by_text("This essay is handed in.")).to_be_visible()
    assert "Still typing here." in [revision.text for revision in draft.revisions.all()]


def test_the_plan_is_kept_as_it_is_ticked(desk, draft):
    desk.get_by_role("link", name="Plan").click()

    desk.get_by_label("E2 Interwar", exact=True).check()
    expect(desk.locator("#plan_state")).to_contain_text("Kept")
    desk.get_by_label("Note for E2, Interwar").fill("hollow guarantees")
    with desk.expect_response(lambda response: response.url.endswith("/plan/")):
        desk.keyboard.press("Enter")

    item = PlanItem.objects.get(criterion_key="E2")
    assert (item.will_cover, item.note) == (True, "hollow guarantees")


def test_the_preview_shows_what_is_typed_and_leads_to_the_paragraph(desk):
    write(desk, "**Bold**, as [Source A, ¶2] says.")

    desk.get_by_role("button", name="Preview").click()
    expect(desk.locator("[data-previewed] strong")).to_have_text("Bold")
    desk.get_by_role("link", name="[Source A, ¶2]").click()

    assert desk.url.endswith("#source-a-p2")
    desk.get_by_role("button", name="Preview").click()
    expect(desk.locator("#essay")).to_have_value("**Bold**, as [Source A, ¶2] says.")


def test_without_javascript_an_essay_is_written_and_handed_in(browser: Browser, site, student, address, draft):
    client = Client()
    client.force_login(student)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(address)

    page.get_by_label("Your essay", exact=True).fill("Seven plain words, saved without any script.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Seven plain words")).to_be_visible()
    page.get_by_role("link", name="Go on writing").click()
    page.get_by_role("button", name="Read back and submit").click()
    page.get_by_label("This is my own work").check()
    page.get_by_role("button", name="Hand in").click()

    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    assert Submission.objects.get().words == 7
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_writing_passes_axe(desk, draft, student, site, theme):
    save(draft, student, "Words enough to be **read** back, as [Source A, ¶2] says.")
    draft.refresh_from_db()
    desk.emulate_media(color_scheme=theme)
    pages = ["", "#rubric", "#plan", "preview/", "history/", "history/1/", "submit/"]
    found = []
    for page in [f"{site}/drafts/{draft.public_id}/{page}" for page in pages] + [f"{site}/receipts/"]:
        desk.goto(page)
        desk.reload()
        found += [(page, one["id"]) for one in Axe().run(desk).response["violations"]]
    receipt = submit(draft, student)
    for page in [f"{site}/receipts/{receipt.number}/", f"{site}/drafts/{draft.public_id}/"]:
        desk.goto(page)
        found += [(page, one["id"]) for one in Axe().run(desk).response["violations"]]

    assert found == []


@pytest.mark.parametrize("width", [320, 375, 768])
def test_no_page_of_writing_is_wider_than_the_screen(desk, draft, student, site, width):
    save(draft, student, "Words enough. " + "Donaudampfschifffahrtsgesellschaft" * 4)
    desk.set_viewport_size({"width": width, "height": 800})
    wide = []
    for page in ["", "#rubric", "#plan", "preview/", "history/", "history/1/", "submit/"]:
        desk.goto(f"{site}/drafts/{draft.public_id}/{page}")
        desk.reload()
        if desk.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(page)

    assert wide == []
