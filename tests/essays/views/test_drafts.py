import gzip
import html
import json
from base64 import b64encode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Arrangement, Enrolment
from essays.actions.drafts import open_draft, reopen_draft
from essays.actions.plans import Planned, keep_plan
from essays.models import Draft, DraftState, PlanItem, Revision, RevisionKind
from rubrics.queries.versions import rubric_sheet
from tests.essays.writing import AFTER_CLOSE, AFTER_DUE, ESSAY, TUESDAY, save, submit
from tests.rows import prompt_with_sources, set_for

LONG = "A sentence that will be missed when it is gone. " * 30


@pytest.fixture
def client(as_user, student):
    return as_user(student)


@pytest.fixture
def put(client, draft):
    """Save over the wire as the page does; returns the response."""

    def sent(text=ESSAY, *, base=0, key=None, headers=None, client=client, ascii_only=True, **changes):
        body = {"base": base, "key": str(key or uuid4()), "text": text, "sha256": sha256_of(text)}
        return client.put(
            reverse("essays:drafts-text", args=[draft.public_id]),
            json.dumps(body | changes.pop("broken", {}) | changes, ensure_ascii=ascii_only),
            content_type="application/json",
            headers=headers or {},
        )

    return sent


# ---------------------------------------------------------------- the protocol
def test_a_save_is_answered_with_its_number_and_hash(put):
    response = put()

    assert response.status_code == 201
    answer = response.json()
    assert (answer["rev"], answer["sha256"], answer["words"]) == (1, sha256_of(ESSAY), 21)
    assert "no-store" in response["Cache-Control"]


def test_a_replay_says_so(put):
    key = uuid4()
    first = put(key=key).json()

    response = put(key=key)

    assert response.status_code == 200
    assert response.json() | {"next_save_ms": 0} == first | {
        "replay": True,
        "next_save_ms": 0,
    }  # that goes with the load


def test_one_key_for_two_texts_is_422(put):
    key = uuid4()
    put(key=key)

    response = put("Other words.", key=key, base=1)

    assert response.status_code == 422
    assert response.json()["error"] == "key_reuse"


def test_a_conflict_is_409_and_the_text_is_already_kept(put, draft):
    put()
    put("Another tab.", base=1)

    response = put("This tab.", base=1)

    assert response.status_code == 409
    answer = response.json()
    assert (answer["head"], answer["head_sha"]) == (2, sha256_of("Another tab."))
    assert draft.revisions.get(n=answer["branch"]).text == "This tab."


def test_a_text_that_vanished_is_422_and_kept_beside(put, draft):
    put(LONG)

    response = put("", base=1)

    assert response.status_code == 422
    assert response.json()["error"] == "suspicious_shrink"
    assert draft.revisions.get(n=2).kind == RevisionKind.BRANCH


def test_a_text_deleted_by_hand_is_saved(put):
    put(LONG)

    response = put("", base=1, intent="user")

    assert response.status_code == 201


def test_words_that_come_too_late_are_202(put, draft):
    put()

    with clock.at(AFTER_CLOSE):
        response = put("Late.", base=1)

    assert response.status_code == 202
    assert response.json()["quarantined"] is True
    assert draft.revisions.get(n=2).text == "Late."


def test_words_after_the_hand_in_are_423_and_kept_apart(put, draft, student):
    put()
    draft.refresh_from_db()
    submit(draft, student)

    response = put("Afterthought.", base=1)

    assert response.status_code == 423
    assert response.json()["quarantined"] is True
    assert draft.revisions.get(n=2).text == "Afterthought."


def test_the_handed_in_words_again_are_423_and_nothing_is_kept(put, draft, student):
    put()
    draft.refresh_from_db()
    submit(draft, student)

    response = put(base=1)

    assert response.status_code == 423
    assert response.json()["quarantined"] is False
    assert draft.revisions.count() == 1


def test_somebody_else_in_the_same_browser_is_401_before_any_look_up(put, classmate, client, draft):
    with_name = {"X-Assay-User": str(classmate.public_id)}

    response = put(headers=with_name)

    assert response.status_code == 401
    assert response.json()["error"] == "other_user"
    assert not draft.revisions.exists()


def test_naming_oneself_is_fine(put, student):
    response = put(headers={"X-Assay-User": str(student.public_id)})

    assert response.status_code == 201


def test_signed_out_is_401(put, client):
    client.logout()

    response = put()

    assert response.status_code == 401
    assert response.json()["error"] == "signed_out"


def test_a_stale_token_is_403_as_json(draft, student):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(student)

    response = strict.put(reverse("essays:drafts-text", args=[draft.public_id]), "{}", content_type="application/json")

    assert response.status_code == 403
    assert response.json()["error"] == "csrf"


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_another_persons_draft_is_not_there(put, as_user, who, request, draft):
    response = put(client=as_user(request.getfixturevalue(who)))

    assert response.status_code == 404
    assert not draft.revisions.exists()


def test_an_unknown_draft_is_404(client):
    body = json.dumps({"base": 0, "key": str(uuid4()), "text": "", "sha256": sha256_of("")})

    response = client.put(reverse("essays:drafts-text", args=[uuid4()]), body, content_type="application/json")

    assert response.status_code == 404


def test_anything_but_json_is_415(client, draft):
    response = client.put(reverse("essays:drafts-text", args=[draft.public_id]), "text", content_type="text/plain")

    assert response.status_code == 415


@pytest.mark.parametrize(
    "changes",
    [
        {"base": -1},
        {"base": "1"},
        {"base": True},
        {"base": 2**40},
        {"key": "not a key"},
        {"key": None},
        {"key": 7},
        {"text": None},
        {"text": ["a"]},
        {"sha256": "short"},
        {"sha256": 64},
    ],
)
def test_a_body_that_breaks_the_protocol_is_400_with_a_sentence(put, draft, changes):
    response = put(broken=changes)

    assert response.status_code == 400
    assert response.json()["error"] == "misread"
    assert response.json()["message"].endswith(".")
    assert not draft.revisions.exists()


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1]", b"null", b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_400(client, draft, body):
    response = client.put(reverse("essays:drafts-text", args=[draft.public_id]), body, content_type="application/json")

    assert response.status_code == 400


@pytest.mark.parametrize("text", ["a\x00b", "\x07", "half \ud83d"])
def test_characters_that_cannot_be_shown_are_400_with_a_sentence(put, text):
    response = put(text)

    assert response.status_code == 400
    assert response.json()["error"] == "not_plain"


def test_a_text_damaged_on_its_way_is_400(put):
    response = put(sha256=sha256_of("other"))

    assert response.status_code == 400
    assert response.json()["error"] == "damaged"


@pytest.mark.parametrize("length", [200_001, 3_000_000])
def test_a_text_that_is_too_long_is_413(put, length):
    response = put("x" * length)

    assert response.status_code == 413
    assert response.json()["message"].startswith("This text")


def test_the_longest_text_of_the_widest_characters_is_kept(put, draft):
    text = "𝄞" * 200_000

    response = put(text, ascii_only=False)

    assert response.status_code == 201
    assert draft.revisions.get().text == text


@pytest.mark.parametrize("earlier", [3, 300])
def test_a_save_takes_five_statements_with_session_and_user(put, draft, earlier, without_transactions):
    Revision.objects.bulk_create(
        Revision(draft=draft, n=n, parent_n=n - 1, key=uuid4(), sha256="0" * 64, body=b"", words=2, saved_at=TUESDAY)
        for n in range(1, earlier + 1)
    )
    Draft.objects.update(head=earlier, latest=earlier, head_sha256="0" * 64, saved_at=TUESDAY)

    with without_transactions() as statements:
        put(base=earlier)

    assert len(statements) == 5


def test_the_dearest_saves_take_six_statements(put, draft, without_transactions):
    Draft.objects.update(head=39, latest=39, head_sha256="0" * 64, saved_at=TUESDAY)

    with without_transactions() as thinning:
        put("The fortieth.", base=39)
    with without_transactions() as branching:
        put("Stale.", base=39)

    assert (len(thinning), len(branching)) == (6, 6)


def test_the_head_is_given_with_the_servers_clock(put, client, draft, tuesday):
    put()

    answer = client.get(reverse("essays:drafts-text", args=[draft.public_id])).json()

    assert (answer["head"], answer["text"], answer["state"]) == (1, ESSAY, "open")
    assert answer["now"] == tuesday.isoformat()
    assert answer["csrf"]


def test_an_open_page_asks_for_its_times_without_the_text(put, client, draft):
    put()

    answer = client.get(reverse("essays:drafts-text", args=[draft.public_id]), {"times": ""}).json()

    assert "text" not in answer
    assert answer["said"] == "You can write until Wed 25 Nov, 10:00 (Brussels)."


# ---------------------------------------------------------------- the page
@pytest.fixture
def desk(draft):
    return reverse("essays:drafts-write", args=[draft.public_id])


def test_the_desk_shows_text_sources_rubric_and_plan(draft, client, student, desk):
    save(draft, student)

    page = client.get(desk).content.decode()

    assert "Radar helped Britain" in page
    assert "Technological eras" in page
    assert "Weighed: for students." in page
    assert "Weighed: for markers." not in page
    assert 'name="note-E1"' in page
    assert "Due Wed 25 Nov, 10:00 (Brussels)" in page


def test_a_source_is_read_and_cited_by_paragraph(course, teacher, student, client):
    with clock.at(TUESDAY):
        draft = open_draft(set_for(course, teacher, prompt_version=prompt_with_sources()), by=student)
        page = client.get(reverse("essays:drafts-write", args=[draft.public_id])).content.decode()

    assert 'id="source-a-p2"' in page
    assert 'data-cite="[Source A, ¶2]"' in page
    assert "<em>third</em>" in page


def test_a_prompt_without_sources_says_so(client, desk):
    page = client.get(desk).content.decode()

    assert "This prompt comes without sources" in page


@pytest.mark.parametrize("earlier", [3, 300])
def test_the_desk_takes_at_most_eight_statements(client, desk, draft, assignment, earlier, without_transactions):
    assignment.spell_check_allowed = False
    assignment.save(update_fields=["spell_check_allowed"])
    rubric_sheet(assignment.rubric_version_id)
    Revision.objects.bulk_create(
        Revision(
            draft=draft,
            n=n,
            parent_n=n - 1,
            key=uuid4(),
            sha256="0" * 64,
            body=Revision.packed("Words."),
            words=1,
            saved_at=TUESDAY,
        )
        for n in range(1, earlier + 1)
    )
    Draft.objects.update(head=earlier, latest=earlier, head_sha256="0" * 64, saved_at=TUESDAY)

    with without_transactions() as statements:
        response = client.get(desk)

    assert response.status_code == 200
    assert len(statements) <= 8


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_only_its_author_opens_the_desk(desk, as_user, who, request):
    response = as_user(request.getfixturevalue(who)).get(desk)

    assert response.status_code == 404


def test_text_that_begins_with_a_line_end_keeps_it(draft, client, student, desk):
    save(draft, student, "\nSecond line.")

    page = client.get(desk).content.decode()

    assert "\n\n\nSecond line.</textarea>" in page.replace('maxlength="200000">', "\n")


def test_hostile_words_stay_words(draft, client, student, desk):
    save(draft, student, "</textarea><script>alert(1)</script>")

    page = client.get(desk).content.decode()

    assert "<script>alert" not in page


# ---------------------------------------------------------------- without JavaScript
def post(client, desk, text, *, base=0, key=None, **more):
    return client.post(desk, {"text": text, "base": base, "key": key or uuid4()} | more)


def test_a_plain_form_saves(client, desk, draft):
    response = post(client, desk, "One line.\r\n\r\nAnother.")

    assert (response.status_code, response["Location"]) == (302, desk)
    assert draft.revisions.get().text == "One line.\n\nAnother."


def test_a_double_click_saves_once(client, desk, draft):
    key = uuid4()

    post(client, desk, "Words.", key=key)
    post(client, desk, "Words.", key=key)

    assert draft.revisions.count() == 1


@pytest.mark.parametrize(
    ("then", "address"),
    [
        ("preview", "essays:drafts-preview"),
        ("submit", "essays:submissions-submit"),
        ("history", "essays:revisions-list"),
    ],
)
def test_the_buttons_save_and_go_on(client, desk, draft, then, address):
    response = post(client, desk, "Words.", then=then)

    assert response["Location"] == reverse(address, args=[draft.public_id])
    assert draft.revisions.get().text == "Words."


def test_the_way_to_the_reading_settings_saves_first_and_leads_back(client, desk, draft):
    response = post(client, desk, "Words.", then="reading")

    assert response["Location"] == f"{reverse('courses:people-reading')}?{urlencode({'next': desk})}"
    assert draft.revisions.get().text == "Words."


def test_a_plain_conflict_keeps_both_and_says_so(client, desk, draft, student):
    save(draft, student, "Mine, first.")
    save(draft, student, "The other tab.", base=1)

    response = post(client, desk, "This tab.", base=1)

    page = response.content.decode()
    assert response.status_code == 409
    assert "This tab.</textarea>" in page
    assert 'name="base" value="2"' in page
    assert set(draft.revisions.values_list("kind", flat=True)) == {"head", "branch"}


def test_pressing_save_after_a_conflict_makes_it_the_newest(client, desk, draft, student):
    save(draft, student, "The other tab.")
    post(client, desk, "This tab.")

    post(client, desk, "This tab.", base=1)

    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "This tab."


@pytest.mark.parametrize("spoilt", [{"base": "x"}, {"base": "-4"}, {"key": "x"}, {"base": ""}])
def test_a_spoilt_form_loses_no_words(client, desk, draft, student, spoilt):
    save(draft, student, "Before.")

    post(client, desk, "Words of a spoilt form.", **{"base": 1} | spoilt)

    assert "Words of a spoilt form." in [revision.text for revision in draft.revisions.all()]


@pytest.mark.parametrize("text", ["a\x00b", "x" * 200_001])
def test_words_that_cannot_be_kept_stay_in_the_page(client, desk, draft, text):
    response = post(client, desk, text)

    assert response.status_code == 422
    assert b"Your text is still below" in response.content
    assert not draft.revisions.exists()


def test_words_that_come_too_late_are_kept_apart_and_said_so(client, desk, draft, student):
    save(draft, student)

    with clock.at(AFTER_CLOSE):
        response = post(client, desk, "Late words.", base=1)

    assert response.status_code == 202
    assert b"Too late for this text" in response.content
    assert draft.revisions.get(n=2).came_too_late


def test_the_plan_is_saved_with_the_text(client, desk, draft):
    post(client, desk, "Words.", **{"note-E1": "convoys", "cover-E1": "on", "note-E2": ""})

    plan = {item.criterion_key: (item.will_cover, item.note) for item in PlanItem.objects.all()}
    assert plan == {"E1": (True, "convoys"), "E2": (False, "")}


def test_a_plan_that_cannot_be_kept_does_not_keep_the_words_from_being_saved(client, desk, draft):
    response = post(client, desk, "Words.", **{"note-Z9": "of another rubric"})

    assert draft.revisions.get().text == "Words."
    assert "Your essay is saved; the plan is not." in client.get(response["Location"]).content.decode()


def test_signed_out_the_words_are_given_back(client, desk):
    client.logout()

    response = post(client, desk, "Words of somebody signed out.")

    assert response.status_code == 401
    assert b"Words of somebody signed out." in response.content


# ---------------------------------------------------------------- when it is over
def test_a_draft_is_collected_when_its_author_looks_after_closing(client, desk, draft, student):
    save(draft, student)

    with clock.at(AFTER_CLOSE):
        page = client.get(desk).content.decode()

    draft.refresh_from_db()
    assert draft.state == DraftState.COLLECTED
    assert "<h1>Collected</h1>" in page


def test_an_empty_draft_is_closed(client, desk, draft):
    with clock.at(AFTER_CLOSE):
        page = client.get(desk).content.decode()

    assert "nothing was written" in page


def test_after_the_hand_in_the_desk_leads_to_the_receipt(client, desk, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    receipt = submit(draft, student)

    page = client.get(desk).content.decode()

    assert reverse("essays:receipts-detail", args=[receipt.number]) in page
    assert "Write on until due" in page


def test_after_due_nothing_offers_to_write_on(client, desk, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)

    with clock.at(AFTER_DUE):
        page = client.get(desk).content.decode()

    assert "Write on until due" not in page


def test_a_reopened_desk_says_what_stands(client, desk, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    receipt = submit(draft, student)
    reopen_draft(draft, by=student)

    page = client.get(desk).content.decode()

    assert receipt.number in page
    assert "stands until you hand in again" in page


# ---------------------------------------------------------------- preview
def test_the_preview_of_typed_words_is_a_part_and_saves_nothing(client, draft):
    response = client.post(
        reverse("essays:drafts-preview", args=[draft.public_id]),
        {"text": "**Bold** <script>alert(1)</script>"},
        headers={"HX-Request": "true"},
    )

    page = response.content.decode()
    assert "<strong>Bold</strong>" in page
    assert "<script>alert" not in page
    assert "<html" not in page
    assert not draft.revisions.exists()


def test_the_preview_page_shows_the_saved_text(client, draft, student):
    save(draft, student, "*Saved* words.")

    page = client.get(reverse("essays:drafts-preview", args=[draft.public_id])).content.decode()

    assert "<em>Saved</em>" in page
    assert "<html" in page


def test_the_citations_of_a_page_without_sources_lead_to_where_they_are(client, draft, student):
    save(draft, student, "As [Source A, ¶1] says.")

    desk = reverse("essays:drafts-write", args=[draft.public_id])
    preview = client.get(reverse("essays:drafts-preview", args=[draft.public_id])).content.decode()
    typed = client.post(
        reverse("essays:drafts-preview", args=[draft.public_id]),
        {"text": "As [Source A, ¶1] says."},
        headers={"HX-Request": "true"},
    )
    draft.refresh_from_db()
    submit(draft, student)
    closed = client.get(desk).content.decode()

    brief = reverse("essays:assignments-brief", args=[draft.assignment.public_id])
    assert f'href="{desk}#source-a-p1"' in preview
    assert 'href="#source-a-p1"' in typed.content.decode()
    assert f'href="{brief}#source-a-p1"' in closed


# ---------------------------------------------------------------- pressure, packed bodies, the key of the journal
@pytest.fixture
def locked_by_another(draft):
    """Another connection holds the table of revisions, and is waited for no longer than the database is told to."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE essays_revision IN EXCLUSIVE MODE")
        else:
            cursor.execute("SELECT count(*) FROM essays_revision")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
    yield
    with other.cursor() as cursor:
        cursor.execute("ROLLBACK")
    other.close()


def test_a_locked_database_is_busy_not_broken(put, locked_by_another):
    response = put()

    assert response.status_code == 503
    assert response.json()["error"] == "busy"
    assert 1 <= int(response["Retry-After"]) <= 5
    assert not Revision.objects.exists()


def test_without_javascript_a_busy_server_gives_the_text_back_and_says_so(client, draft, locked_by_another):
    posted = {"text": "Typed without any script.", "base": 0, "key": str(uuid4())}

    response = client.post(reverse("essays:drafts-write", args=[draft.public_id]), posted)

    assert response.status_code == 503
    assert "The server is busy: press Save again." in response.content.decode()
    assert "Typed without any script." in response.content.decode()


def test_a_packed_body_is_saved_like_any_other(client, draft):
    body = {"base": 0, "key": str(uuid4()), "text": LONG, "sha256": sha256_of(LONG)}
    packed = gzip.compress(json.dumps(body).encode())
    address = reverse("essays:drafts-text", args=[draft.public_id])

    response = client.put(address, packed, content_type="application/json", headers={"Content-Encoding": "gzip"})

    assert response.status_code == 201
    assert draft.revisions.get().text == LONG


def test_a_packed_bomb_is_413_and_another_packing_415(client, draft):
    bomb = gzip.compress(bytes(50_000_000))
    address = reverse("essays:drafts-text", args=[draft.public_id])

    sent = [
        client.put(address, bomb, content_type="application/json", headers={"Content-Encoding": packing})
        for packing in ("gzip", "br")
    ]

    assert [response.status_code for response in sent] == [413, 415]


def test_only_the_desk_page_of_its_author_holds_the_key_of_the_journal(client, as_user, draft, classmate, teacher):
    key = b64encode(bytes(draft.journal_key)).decode()
    desk = reverse("essays:drafts-write", args=[draft.public_id])
    answer = reverse("essays:drafts-text", args=[draft.public_id])

    assert key in html.unescape(client.get(desk).content.decode())
    assert key not in client.get(answer).content.decode()
    for other in (classmate, teacher):
        assert as_user(other).get(desk).status_code == 404


@pytest.mark.parametrize(
    ("allowed", "arranged", "checked"),
    [(True, False, "true"), (True, True, "true"), (False, True, "true"), (False, False, "false")],
)
def test_spelling_is_checked_as_set_or_as_arranged(client, desk, assignment, student, allowed, arranged, checked):
    type(assignment).objects.update(spell_check_allowed=allowed)
    enrolment = Enrolment.objects.get(course=assignment.course, person=student)
    Arrangement.objects.create(enrolment=enrolment, spell_check=arranged)

    page = client.get(desk).content.decode()

    assert f'spellcheck="{checked}"' in page


def test_the_plan_says_its_rule_and_how_many_are_ticked(client, desk, draft, student):
    keep_plan(draft, {"E1": Planned(will_cover=True, note="")}, by=student)

    strands = client.get(desk).context["desk"].strands

    assert [(one.sheet.key, one.ticked, one.counts) for one in strands] == [("A", 1, 2), ("C", 0, 1)]
