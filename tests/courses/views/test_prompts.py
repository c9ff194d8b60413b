"""The pages of prompts: the library and its filters, versions, the editor, and what a teacher may do there."""

import re

import pytest
from django.urls import reverse

from courses.actions.prompts import (
    archive_prompt_version,
    create_prompt,
    create_prompt_with,
    discard_prompt_version,
    draft_prompt_version,
    edit_prompt,
    edit_prompt_version,
    publish_prompt_version,
)
from courses.models import Prompt, PromptVersion, Source
from courses.pure.prompts import NoteContent, PromptContent, SourceContent, facts_print
from courses.queries.prompts import content_of
from essays.models import Assignment
from tests.rows import published_prompt, published_rubric, set_for

CONTENT = PromptContent(
    sentence="Evaluate how far it worked.",
    stimulus="An alliance is a promise.",
    command_word="Evaluate",
    sources=(
        SourceContent(
            "A", "Posture", "One line.\nAnother line.", notes=(NoteContent(2, "error", "Three.", "Another"),)
        ),
        SourceContent("B", "Resilience", "Only this."),
    ),
)


@pytest.fixture
def own(course, teacher) -> PromptVersion:
    return create_prompt_with(title="Alliances", subject="History", content=CONTENT, course=course, by=teacher)


@pytest.fixture
def shelf(admin) -> dict[str, PromptVersion]:
    """Put three prompts on the library's shelf, of other subjects, command words and states."""
    facts = [
        ("Railways", "History", "Assess", "Assess how far railways mattered."),
        ("Floods", "Geography", "Evaluate", "Evaluate one dam."),
        ("Wages", "Economics", "To what extent", "To what extent do wages matter?"),
    ]
    made = {}
    for title, subject, word, sentence in facts:
        content = PromptContent(sentence=sentence, command_word=word, sources=(SourceContent("A", f"On {title}", "x"),))
        version = create_prompt_with(title=title, subject=subject, content=content, by=admin)
        made[title] = publish_prompt_version(version, by=admin)
    archive_prompt_version(made["Wages"], by=admin)
    return made


def listed(client, **filters) -> list[str]:
    page = client.get(reverse("courses:prompts-list"), filters).content.decode()
    return [title for title in ("Alliances", "Floods", "Railways", "Wages") if f">{title}</a>" in page]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["Alliances", "Floods", "Railways"]),
        ({"q": "dam"}, ["Floods"]),
        ({"q": "how far"}, ["Alliances", "Railways"]),
        ({"q": "posture"}, ["Alliances"]),
        ({"subject": "Geography"}, ["Floods"]),
        ({"word": "Evaluate"}, ["Alliances", "Floods"]),
        ({"state": "draft"}, ["Alliances"]),
        ({"state": "published"}, ["Floods", "Railways"]),
        ({"state": "archived"}, ["Wages"]),
        ({"state": "all"}, ["Alliances", "Floods", "Railways", "Wages"]),
        ({"place": "library"}, ["Floods", "Railways"]),
        ({"place": "history-12"}, ["Alliances"]),
        ({"q": "dam", "subject": "History"}, []),
        ({"subject": "Alchemy", "state": "x", "place": "y"}, ["Alliances", "Floods", "Railways"]),
    ],
)
def test_the_library_is_narrowed_by_its_filters(own, shelf, teacher, as_user, filters, found):
    assert listed(as_user(teacher), **filters) == found


def test_whoever_may_load_packs_is_led_there_from_the_library(shelf, teacher, admin, as_user):
    led = [reverse("rubrics:packs-bring") in as_user(who).get("/prompts/").content.decode() for who in (admin, teacher)]

    assert led == [True, False]


def test_another_teacher_sees_the_library_and_not_the_course(own, shelf, other_teacher, as_user):
    client = as_user(other_teacher)

    assert listed(client, state="all") == ["Floods", "Railways", "Wages"]
    assert client.get(reverse("courses:prompts-detail", args=["alliances", 1])).status_code == 404


def test_the_library_costs_the_same_for_one_prompt_and_for_fifty(own, admin, teacher, as_user, without_transactions):
    client = as_user(teacher)
    with without_transactions() as few:
        listed(client)
    for number in range(49):
        content = PromptContent(sentence=f"Evaluate case {number}.", command_word="Evaluate")
        version = create_prompt_with(title=f"Case {number}", subject=f"Subject {number}", content=content, by=admin)
        publish_prompt_version(version, by=admin)

    with without_transactions() as many:
        listed(client)

    assert len(many) <= len(few) <= 13


def test_where_a_prompt_is_used_names_ones_own_assignments_and_counts_others(
    course, other_course, teacher, other_teacher, as_user
):
    version = published_prompt()
    rubric = published_rubric()
    set_for(course, teacher, prompt_version=version, rubric_version=rubric, title="Ours")
    set_for(other_course, other_teacher, prompt_version=version, rubric_version=rubric, title="Theirs")

    page = as_user(teacher).get(reverse("courses:prompts-detail", args=["collective-defence", 1])).content.decode()

    assert "Ours</a>" in page
    assert "1 assignment of other courses" in page
    assert "Theirs" not in page


def test_two_versions_are_compared_word_by_word_their_sources_too(own, teacher, as_user):
    publish_prompt_version(own, by=teacher)
    second = draft_prompt_version(own.prompt, course=own.course, by=teacher)
    mended = SourceContent("A", "Posture", "One line.\nAnother long line.")
    edit_prompt_version(second, content=PromptContent(sentence=CONTENT.sentence, sources=(mended,)), by=teacher)

    page = as_user(teacher).get(reverse("courses:prompts-changes", args=["alliances", 2])).content.decode()

    assert "Version 2 beside version 1" in page
    assert '<dd class="quiet">Prompt</dd>' in page
    assert CONTENT.sentence not in page
    assert "Source B, taken out" in page
    assert '<ins><span class="visually-hidden"> added: </span> long' in page
    assert "Three." in page


def test_a_first_version_has_nothing_to_be_compared_with(own, teacher, as_user):
    page = as_user(teacher).get(reverse("courses:prompts-changes", args=["alliances", 1]), {"with": "9" * 40})

    assert "There is no other version to compare with yet." in page.content.decode()


def test_a_teacher_begins_a_version_of_a_librarys_prompt_for_their_course(shelf, course, teacher, as_user):
    answer = as_user(teacher).post(
        reverse("courses:prompts-draft", args=["railways"]), {"course": "history-12", "from": "1"}
    )

    draft = PromptVersion.objects.get(number=2)
    assert answer.headers["Location"] == reverse("courses:prompts-edit", args=["railways", 2])
    assert (draft.course, draft.sentence) == (course, "Assess how far railways mattered.")


def test_who_begins_a_version_while_a_draft_is_under_way_is_told_that_it_is_that_one(shelf, course, teacher, as_user):
    client = as_user(teacher)
    address, said = reverse("courses:prompts-draft", args=["railways"]), "This draft was begun before."

    first = client.post(address, {"course": "history-12", "from": "1"}, follow=True)
    again = client.post(address, {"course": "history-12", "from": "1"}, follow=True)

    assert said not in first.content.decode()
    assert said in again.content.decode()
    assert PromptVersion.objects.filter(prompt__slug="railways").count() == 2


def test_a_teachers_own_prompt_can_be_set_in_its_course_alone(
    own, course, other_course, teacher, other_teacher, as_user
):
    publish_prompt_version(own, by=teacher)

    here = as_user(teacher).get(reverse("essays:assignments-create", args=["history-12"])).content.decode()
    there = as_user(other_teacher).get(reverse("essays:assignments-create", args=["civics-11"])).content.decode()

    assert "Alliances, version 1 (History 12 alone)" in here
    assert "Alliances" not in there


def test_an_admin_takes_it_into_the_library(own, teacher, admin, as_user):
    publish_prompt_version(own, by=teacher)

    answer = as_user(admin).post(reverse("courses:prompts-share", args=["alliances", 1]), follow=True)

    assert "In the library as version 2." in answer.content.decode()


def test_an_assignment_keeps_its_prompt_when_it_is_archived(own, course, teacher, as_user):
    publish_prompt_version(own, by=teacher)
    assignment = set_for(course, teacher, prompt_version=own)

    as_user(teacher).post(reverse("courses:prompts-archive", args=["alliances", 1]))

    assert Assignment.objects.get(pk=assignment.pk).prompt_version == own
    assert PromptVersion.objects.get(pk=own.pk).state == "archived"


# The editor


def typed(version: PromptVersion, **changed: str) -> dict[str, str]:
    """Give what the editor's form sends for what is kept."""
    facts = {"title": version.prompt.title, "subject": version.prompt.subject}
    fields = {**facts, "facts_base": facts_print(*facts.values()), "base": version.sha256}
    content = content_of(version)
    fields |= {
        name: getattr(content, name) for name in ("stimulus", "sentence", "command_word", "guidance", "glossary")
    }
    fields["sources"] = str(len(content.sources))
    for n, source in enumerate(content.sources):
        for name in ("title", "speaker", "dated", "leaves_out", "text"):
            fields[f"source-{n}-{name}"] = getattr(source, name)
        fields |= {f"source-{n}-place": str(n), f"source-{n}-notes": str(len(source.notes))}
        for m, note in enumerate(source.notes):
            for name in ("paragraph", "kind", "quote", "text"):
                fields[f"source-{n}-note-{m}-{name}"] = str(getattr(note, name))
    return fields | changed


@pytest.fixture
def editor(own, teacher, as_user):
    """Give a function that sends the editor's form with changes."""
    client = as_user(teacher)

    def send(**changed: str):
        address = reverse("courses:prompts-edit", args=["alliances", 1])
        own.refresh_from_db()
        return client.post(address, typed(own, **{name.replace("__", "-"): value for name, value in changed.items()}))

    return send


def test_what_is_kept_comes_back_as_it_was(own, editor):
    assert editor().status_code == 302
    assert content_of(own) == CONTENT


def test_prompt_sources_and_notes_are_edited_in_one_go(own, editor):
    editor(
        title="Promises",
        sentence="Assess it.",
        source__0__speaker="NATO",
        source__1__notes="1",
        **{"source-1-note-0-paragraph": "1", "source-1-note-0-kind": "context", "source-1-note-0-text": "Whose?"},
    )

    content = content_of(PromptVersion.objects.get())
    assert Prompt.objects.get().title == "Promises"
    assert content.sentence == "Assess it."
    assert content.sources[0].speaker == "NATO"
    assert content.sources[1].notes == (NoteContent(1, "context", "Whose?"),)


def test_sources_are_lettered_by_their_places(own, editor):
    editor(source__0__place="1", source__1__place="0")

    assert [(one.letter, one.title) for one in content_of(own).sources] == [("A", "Resilience"), ("B", "Posture")]


def test_sources_and_notes_are_taken_out(own, editor):
    editor(**{"source-1-out": "on", "source-0-note-0-out": "on"})

    (source,) = content_of(own).sources
    assert (source.title, source.notes) == ("Posture", ())


@pytest.mark.parametrize("text", ["  Indented.\n\n\nTwo  blanks.  ", "=A1 <b>&amp;</b> “x” 📡", "a\tb\nc"])
def test_a_sources_words_are_kept_to_the_letter(own, editor, text):
    editor(**{"source-1-text": text.replace("\n", "\r\n")})

    assert Source.objects.get(letter="B").text == text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sentence": ""}, "This field is required."),
        ({"title": ""}, "This field is required."),
        ({"source-0-text": " "}, "The source has no text."),
        ({"source-0-note-0-paragraph": "3"}, "The source has 2: choose one of them."),
        ({"source-0-note-0-paragraph": "x"}, "Enter a whole number."),
        ({"source-0-note-0-quote": "Nowhere"}, "These words are not in ¶2."),
        ({"source-0-note-0-text": ""}, "The note says nothing yet."),
        ({"source-0-note-0-kind": "gossip"}, "Select a valid choice."),
        ({"sentence": "a\x00b"}, "Null characters"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_lost(own, editor, changed, sentence):
    answer = editor(guidance="Half a page of guidance.", **changed)

    page = answer.content.decode()
    assert sentence in page
    assert "Nothing is saved yet" in page
    assert "Half a page of guidance." in page
    assert content_of(own) == CONTENT


def test_who_was_overtaken_is_told_once_and_then_puts_their_words_in_place(own, editor, teacher, as_user):
    stale = own.sha256
    edit_prompt_version(own, content=PromptContent(sentence="Theirs."), by=teacher)

    answer = editor(base=stale, sentence="Mine.")

    page = answer.content.decode()
    own.refresh_from_db()
    assert "Somebody saved this after you had opened it." in page
    assert own.sentence == "Theirs."
    assert f'name="base" value="{own.sha256}"' in page
    assert "removed: </span>Theirs" in page
    assert "added: </span>Mine" in page
    assert editor(sentence="Mine.").status_code == 302


def form_of(page: str) -> dict[str, str]:
    """Read the hidden fields that say where a form belongs."""
    return dict(re.findall(r'<input type="hidden" name="(base|facts_base|course)"(?: value="([^"]*)")?', page))


@pytest.mark.parametrize("happened", ["thrown away", "published", "archived"])
def test_who_types_in_a_draft_that_is_none_any_more_begins_the_next_with_their_words(
    shelf, course, teacher, as_user, happened
):
    draft = draft_prompt_version(shelf["Railways"].prompt, course=course, by=teacher)
    address, client = reverse("courses:prompts-edit", args=["railways", draft.number]), as_user(teacher)
    shown = form_of(client.get(address).content.decode())
    mine = typed(draft, sentence="Mine.", **{"source-0-text": "My source."}) | shown
    if happened == "thrown away":
        discard_prompt_version(draft, by=teacher)
    else:
        publish_prompt_version(draft, by=teacher)
        if happened == "archived":
            archive_prompt_version(draft, by=teacher)

    page = client.post(address, mine).content.decode()

    assert "Nothing is saved: " in page
    assert ("Somebody threw it away" if happened == "thrown away" else "somebody published this version") in page
    assert ">Mine.</textarea>" in page.replace("\n", "")
    assert "My source." in page
    assert not PromptVersion.objects.filter(state="draft").exists()
    page = client.post(address, {**mine, "again": "1"}).content.decode()
    begun = PromptVersion.objects.get(state="draft")
    assert f"Version {begun.number} is begun. Your words are in the form and not saved yet" in page
    assert content_of(begun).sentence == "Assess how far railways mattered."
    assert "added: </span>Mine" in page
    following = reverse("courses:prompts-edit", args=["railways", begun.number])
    assert f'action="{following}"' in page
    assert client.post(following, mine | form_of(page)).status_code == 302
    begun.refresh_from_db()
    assert (begun.sentence, begun.course, begun.sources.get().text) == ("Mine.", course, "My source.")


def test_a_prompt_that_was_thrown_away_with_its_only_draft_is_begun_again(own, course, teacher, as_user):
    address, client = reverse("courses:prompts-edit", args=["alliances", 1]), as_user(teacher)
    mine = typed(own, sentence="Mine.", course=course.slug)
    discard_prompt_version(own, by=teacher)

    assert ">Mine.</textarea>" in client.post(address, mine).content.decode().replace("\n", "")
    assert not Prompt.objects.exists()
    assert "Mine." in client.post(address.replace("/edit/", "/preview/"), mine).content.decode()
    page = client.post(address, {**mine, "title": "", "again": "1"}).content.decode()
    assert "Nothing is saved yet: something below needs another look." in page
    page = client.post(address, {**mine, "again": "1"}).content.decode()
    assert client.post(address, mine | form_of(page)).status_code == 302
    begun = PromptVersion.objects.get()
    assert (begun.prompt.title, begun.sentence, begun.course) == ("Alliances", "Mine.", course)


def test_words_for_a_draft_that_is_not_theirs_tell_nobody_whether_it_is_there(
    own, course, teacher, other_teacher, admin, as_user
):
    address = reverse("courses:prompts-edit", args=["alliances", 1])
    mine = typed(own, sentence="Mine.", course=course.slug)

    def asked(sent):
        return [as_user(who).post(address, sent).status_code for who in (other_teacher, admin)]

    assert asked(mine) == [404, 403]
    discard_prompt_version(own, by=teacher)
    assert asked(mine) == [404, 404]
    assert asked({"sentence": "Mine."}) == [404, 404]


def test_title_and_subject_changed_elsewhere_are_shown_beside_ones_own(own, editor, admin):
    shown = typed(own)
    edit_prompt(own.prompt, title="Promises kept", subject="Civics", by=admin)

    answer = editor(**{**shown, "title": "Promises broken", "sentence": "Mine."})

    page = answer.content.decode()
    prompt = Prompt.objects.get()
    assert "Somebody saved this after you had opened it." in page
    assert (prompt.title, prompt.subject, content_of(own)) == ("Promises kept", "Civics", CONTENT)
    assert 'value="Promises broken"' in page
    assert "removed: </span>kept" in page
    assert "removed: </span>Civics" in page
    assert f'name="facts_base" value="{facts_print("Promises kept", "Civics")}"' in page


def test_who_names_no_title_is_not_held_up_by_another_title(shelf, course, teacher, admin, as_user):
    draft = draft_prompt_version(shelf["Railways"].prompt, course=course, by=teacher)
    shown = typed(draft, sentence="Assess it.")
    edit_prompt(draft.prompt, title="Railways and canals", subject="History", by=admin)

    as_user(teacher).post(reverse("courses:prompts-edit", args=["railways", draft.number]), shown)

    assert PromptVersion.objects.get(pk=draft.pk).sentence == "Assess it."


@pytest.mark.parametrize("what", ["publish", "discard"])
def test_a_draft_that_changed_unseen_is_neither_published_nor_thrown_away(own, teacher, as_user, what):
    client = as_user(teacher)
    address = reverse(f"courses:prompts-{what}", args=["alliances", 1])
    seen = own.sha256
    edit_prompt_version(own, content=PromptContent(sentence="Theirs."), by=teacher)

    answers = [client.post(address, {"seen": seen}), client.post(address)]

    own.refresh_from_db()
    assert [answer.status_code for answer in answers] == [409, 409]
    page = answers[0].content.decode()
    assert "Somebody changed this draft after you had opened it." in page
    assert "Theirs." in page
    assert own.is_draft
    client.post(address, {"seen": own.sha256})
    assert not PromptVersion.objects.filter(state="draft").exists()


@pytest.mark.parametrize("what", ["detail", "discard"])
def test_the_pages_say_which_draft_they_show(own, teacher, as_user, what):
    page = as_user(teacher).get(reverse(f"courses:prompts-{what}", args=["alliances", 1])).content.decode()

    assert f'name="seen" value="{own.sha256}"' in page


def test_a_draft_without_a_question_says_so_where_it_can_be_edited(course, teacher, as_user):
    version = create_prompt(title="Nothing", subject="History", course=course, by=teacher)

    answer = as_user(teacher).post(reverse("courses:prompts-publish", args=["nothing", 1]), {"seen": version.sha256})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The prompt has no sentence yet." in page
    assert reverse("courses:prompts-edit", args=["nothing", 1]) in page


def test_a_source_keeps_all_its_notes_however_many(own, editor, teacher):
    notes = tuple(NoteContent(1, "context", f"Note {number}.") for number in range(1, 62))
    many = PromptContent(sentence="S", sources=(SourceContent("A", "Posture", "One line.", notes=notes),))
    edit_prompt_version(own, content=many, by=teacher)

    assert 'name="source-0-notes" value="62"' in editor(do="add-note-0").content.decode()
    assert editor().status_code == 302
    assert content_of(own) == many


def test_a_note_that_would_be_too_many_is_refused_in_words(own, editor, teacher, monkeypatch):
    monkeypatch.setattr("courses.forms.prompts.MOST_NOTES", 1)

    page = editor(do="add-note-1", stimulus="Not saved.").content.decode()

    assert "A prompt has at most 1 notes. Take one out, then add another." in page
    assert "Not saved." in page


@pytest.mark.parametrize("many", ["9999", "99999", "-1", "x"])
def test_a_number_of_notes_that_were_not_sent_makes_none(editor, many):
    page = editor(do="up-0", **{"source-1-notes": many}).content.decode()

    assert 'name="source-1-notes" value="0"' in page


@pytest.mark.parametrize(
    ("do", "order"),
    [("down-0", ["Resilience", "Posture"]), ("up-1", ["Resilience", "Posture"]), ("up-0", ["Posture", "Resilience"])],
)
def test_the_arrows_work_without_a_script_and_keep_nothing(own, editor, do, order):
    page = editor(do=do, stimulus="Not saved.").content.decode()

    assert sorted(order, key=lambda title: page.index(f'value="{title}"')) == order
    assert "Not saved." in page
    assert "Nothing is saved yet" not in page
    assert content_of(own) == CONTENT


def test_a_source_and_a_note_are_added_to_the_form(editor):
    with_source = editor(do="add-source", sentence="").content.decode()
    with_note = editor(do="add-note-1").content.decode()

    assert 'name="sources" value="3"' in with_source
    assert "Source <span data-letter>C</span>" in with_source
    assert 'name="source-1-notes" value="1"' in with_note
    assert "is required" not in with_source


def test_what_is_wrong_is_told_of_its_field(editor):
    page = editor(**{"source-0-note-0-paragraph": "3"}).content.decode()

    assert 'aria-describedby="id_source-0-note-0-paragraph_error"' in page
    assert 'id="id_source-0-note-0-paragraph_error"' in page
    assert 'id="id_source-0-text_helptext"' in page


@pytest.mark.parametrize("many", ["999999", "-1", "x", "", "²"])
def test_a_number_of_sources_that_cannot_be_breaks_nothing(editor, many):
    assert editor(sources=many).status_code in (200, 302)


def test_the_preview_shows_what_is_typed_in_order_or_not(own, teacher, as_user):
    client = as_user(teacher)
    fields = typed(own, **{"sentence": "", "source-0-text": "Typed *now*.\r\nTwice.", "source-0-note-0-quote": "Twice"})

    answer = client.post(
        reverse("courses:prompts-preview", args=["alliances", 1]), fields, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert "The prompt sentence is empty." in page
    assert "Typed *now*." in page
    assert '<span class="spot">Twice</span>' in page
    assert content_of(own) == CONTENT


def test_a_prompt_in_the_library_keeps_its_title_from_a_teacher(shelf, course, teacher, as_user):
    draft = draft_prompt_version(shelf["Railways"].prompt, course=course, by=teacher)
    client = as_user(teacher)
    address = reverse("courses:prompts-edit", args=["railways", draft.number])

    assert 'name="title"' not in client.get(address).content.decode()
    client.post(address, typed(draft, title="Mine", sentence="Assess it."))

    assert Prompt.objects.get(slug="railways").title == "Railways"
    assert PromptVersion.objects.get(pk=draft.pk).sentence == "Assess it."


def test_a_new_prompt_begins_where_its_teacher_teaches(course, teacher, as_user):
    answer = as_user(teacher).post(
        reverse("courses:prompts-create"), {"title": "Émigrés & exile", "subject": "History", "course": "history-12"}
    )

    version = PromptVersion.objects.get()
    assert answer.headers["Location"] == reverse("courses:prompts-edit", args=["emigres-exile", 1])
    assert version.course == course


def test_a_draft_is_thrown_away_after_a_question(own, teacher, as_user):
    client = as_user(teacher)
    address = reverse("courses:prompts-discard", args=["alliances", 1])

    assert "Throw version 1 away?" in client.get(address).content.decode()
    client.post(address, {"seen": own.sha256})

    assert not PromptVersion.objects.exists()


def test_a_published_version_says_where_it_can_be_set(own, teacher, as_user):
    publish_prompt_version(own, by=teacher)

    page = as_user(teacher).get(reverse("courses:prompts-detail", args=["alliances", 1])).content.decode()

    assert "it can be set in History 12 and does not change" in page


def test_a_published_prompt_is_set_from_its_page_with_the_rubrics_that_fit(course, teacher, as_user):
    version = published_prompt()
    rubric = published_rubric()
    client = as_user(teacher)
    address = f"{reverse('essays:assignments-create', args=['history-12'])}?prompt_version={version.pk}"

    page = client.get(reverse("courses:prompts-detail", args=["collective-defence", 1])).content.decode()

    assert f'href="{address}"' in page
    form = client.get(address).content.decode()
    assert f'<option value="{version.pk}" selected>' in form
    assert rubric.rubric.title in form
