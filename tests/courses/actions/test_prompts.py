"""Prompts in versions: drafted, edited, published, archived; a published one never changes."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from courses.actions.prompts import (
    DraftNeeded,
    NotADraft,
    NoteWithoutParagraph,
    NothingToPublish,
    NotOfACourse,
    NotPublished,
    NotPublishedYet,
    PromptEditedElsewhere,
    PromptNameTaken,
    SaidInTheLibrary,
    archive_prompt_version,
    create_prompt,
    create_prompt_with,
    discard_prompt_version,
    draft_prompt_version,
    edit_prompt,
    edit_prompt_version,
    publish_prompt_version,
    publish_to_library,
)
from courses.models import EditorNote, Entry, Prompt, PromptState, PromptVersion
from courses.pure.prompts import NoteContent, PromptContent, SourceContent
from courses.queries.prompts import content_of

CONTENT = PromptContent(
    sentence="Evaluate how far it worked.",
    stimulus="An alliance is a promise.",
    guidance="Weigh both sides.",
    command_word="Evaluate",
    sources=(
        SourceContent(
            "A", "First words", "One line.\nAnother line.", notes=(NoteContent(2, "error", "It was three.", "Another"),)
        ),
        SourceContent("B", "Second words", "Only this."),
    ),
)


@pytest.fixture
def version(admin):
    made = create_prompt(title="Alliances", slug="alliances", subject="History", by=admin)
    return edit_prompt_version(made, content=CONTENT, by=admin)


def test_what_is_edited_is_read_back(version):
    assert content_of(version) == CONTENT


def test_a_published_version_can_be_set_and_has_its_moment(version, admin):
    published = publish_prompt_version(version, by=admin)

    assert published.is_published
    assert published.published_at is not None
    assert published.sha256 == CONTENT.sha256


def test_a_published_version_is_not_edited(version, admin):
    publish_prompt_version(version, by=admin)

    with pytest.raises(NotADraft):
        edit_prompt_version(version, content=PromptContent(sentence="Other"), by=admin)

    assert content_of(version) == CONTENT


def test_the_next_version_begins_as_a_copy(version, admin):
    publish_prompt_version(version, by=admin)

    following = draft_prompt_version(version.prompt, by=admin)

    assert (following.number, following.is_draft) == (2, True)
    assert content_of(following) == CONTENT


def test_there_is_one_draft_at_a_time(version, admin):
    again = draft_prompt_version(version.prompt, by=admin)

    assert again == version


def test_an_empty_prompt_is_not_published(admin):
    empty = create_prompt(title="Nothing", slug="nothing", subject="History", by=admin)

    with pytest.raises(NothingToPublish):
        publish_prompt_version(empty, by=admin)


def test_a_note_needs_its_paragraph(version, admin):
    astray = SourceContent("A", "Words", "One line.", notes=(NoteContent(2, "error", "Where?"),))

    with pytest.raises(NoteWithoutParagraph, match="paragraph 2, but the source has 1"):
        edit_prompt_version(version, content=PromptContent(sentence="S", sources=(astray,)), by=admin)

    assert content_of(version) == CONTENT


def test_a_short_name_is_taken_once(version, admin):
    with pytest.raises(PromptNameTaken):
        create_prompt(title="Other", slug="alliances", subject="History", by=admin)


def test_only_a_published_version_is_archived(version, admin):
    with pytest.raises(NotPublished):
        archive_prompt_version(version, by=admin)

    archived = archive_prompt_version(publish_prompt_version(version, by=admin), by=admin)

    assert archived.state == PromptState.ARCHIVED


def test_only_admins_edit_the_library(version, teacher):
    with pytest.raises(PermissionDenied):
        edit_prompt_version(version, content=CONTENT, by=teacher)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE courses_promptversion SET sentence = 'changed'",
        "DELETE FROM courses_promptversion",
        "UPDATE courses_promptversion SET course_id = 1",
        "UPDATE courses_source SET text = 'changed'",
        "DELETE FROM courses_source",
        "INSERT INTO courses_source (prompt_version_id, letter, title, speaker, dated, leaves_out, text) "
        "SELECT prompt_version_id, 'Z', '', '', '', '', 'late' FROM courses_source WHERE letter = 'A'",
    ],
)
def test_the_database_itself_keeps_a_published_version(version, admin, statement):
    publish_prompt_version(version, by=admin)
    EditorNote.objects.all().delete()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert PromptVersion.objects.get(pk=version.pk).sentence == CONTENT.sentence


# Of a course


@pytest.fixture
def own(course, teacher) -> PromptVersion:
    """Give a prompt that a teacher drafted for their own course."""
    return create_prompt_with(title="Alliances", subject="History", content=CONTENT, course=course, by=teacher)


def test_a_teacher_writes_for_their_own_course_and_nobody_elses(own, course, teacher, other_teacher, other_course):
    assert content_of(own) == CONTENT
    assert own.course == course
    for place in (None, other_course):
        with pytest.raises(PermissionDenied):
            create_prompt(title="Alliances", subject="History", course=place, by=teacher)
    for act in (publish_prompt_version, discard_prompt_version):
        with pytest.raises(PermissionDenied):
            act(own, by=other_teacher)


def test_a_prompt_without_a_short_name_gets_one_that_is_free(own, course, teacher):
    again = create_prompt(title="Alliances!", subject="History", course=course, by=teacher)

    assert (own.prompt.slug, again.prompt.slug) == ("alliances", "alliances-2")


def test_the_library_and_a_course_have_a_draft_each(version, course, teacher, admin):
    publish_prompt_version(version, by=admin)

    for_course = draft_prompt_version(version.prompt, course=course, by=teacher)
    for_library = draft_prompt_version(version.prompt, by=admin)

    assert {(one.number, one.course) for one in (for_course, for_library)} == {(2, course), (3, None)}
    assert content_of(for_course) == content_of(for_library) == CONTENT
    assert draft_prompt_version(version.prompt, course=course, by=teacher) == for_course


def test_a_draft_begins_from_the_version_that_is_looked_at(version, teacher, course, admin):
    publish_prompt_version(version, by=admin)
    second = draft_prompt_version(version.prompt, by=admin)
    edit_prompt_version(second, content=PromptContent(sentence="Other"), by=admin)
    publish_prompt_version(second, by=admin)

    draft = draft_prompt_version(version.prompt, course=course, based_on=version, by=teacher)

    assert content_of(draft) == CONTENT


def test_nobody_begins_from_a_version_they_do_not_see(own, other_course, other_teacher):
    with pytest.raises(PermissionDenied):
        draft_prompt_version(own.prompt, course=other_course, based_on=own, by=other_teacher)


def test_an_admin_publishes_a_courses_version_to_the_library(own, course, teacher, admin):
    publish_prompt_version(own, by=teacher)

    shared = publish_to_library(own, by=admin)

    own.refresh_from_db()
    assert (shared.number, shared.course, shared.state, shared.sha256) == (2, None, "published", own.sha256)
    assert content_of(shared) == CONTENT
    assert (own.course, own.state) == (course, "published")
    assert Entry.objects.filter(verb="publish_to_library", before="version:1").exists()


def test_a_teacher_does_not_publish_to_the_library(own, teacher):
    publish_prompt_version(own, by=teacher)

    with pytest.raises(PermissionDenied):
        publish_to_library(own, by=teacher)


def test_the_library_takes_what_is_published_and_it_does_not_say_yet(own, teacher, admin):
    with pytest.raises(NotPublishedYet):
        publish_to_library(own, by=admin)
    shared = publish_to_library(publish_prompt_version(own, by=teacher), by=admin)

    with pytest.raises(NotOfACourse):
        publish_to_library(shared, by=admin)
    with pytest.raises(SaidInTheLibrary, match="version 2"):
        publish_to_library(own, by=admin)


def test_who_saves_over_anothers_words_is_told_and_nothing_is_kept(version, admin):
    base = version.sha256
    edit_prompt_version(version, content=PromptContent(sentence="Theirs"), base=base, by=admin)

    with pytest.raises(PromptEditedElsewhere):
        edit_prompt_version(version, content=PromptContent(sentence="Mine"), base=base, by=admin)

    version = PromptVersion.objects.get(pk=version.pk)
    assert content_of(version).sentence == "Theirs"
    edit_prompt_version(version, content=PromptContent(sentence="Mine"), base=version.sha256, by=admin)


def test_a_teacher_renames_a_prompt_until_it_is_in_the_library(own, teacher, admin):
    edit_prompt(own.prompt, title="Promises", subject="Civics", by=teacher)
    assert (Prompt.objects.get().title, Prompt.objects.get().subject) == ("Promises", "Civics")
    publish_to_library(publish_prompt_version(own, by=teacher), by=admin)

    with pytest.raises(PermissionDenied):
        edit_prompt(own.prompt, title="Mine", subject="Civics", by=teacher)


def test_a_draft_is_thrown_away_with_a_prompt_that_has_nothing_else(own, teacher):
    discard_prompt_version(own, by=teacher)

    assert not Prompt.objects.exists()
    assert Entry.objects.filter(verb="discard_prompt_version").exists()


def test_what_was_published_is_not_thrown_away(own, teacher):
    publish_prompt_version(own, by=teacher)

    with pytest.raises(DraftNeeded):
        discard_prompt_version(own, by=teacher)
    draft = draft_prompt_version(own.prompt, course=own.course, by=teacher)
    discard_prompt_version(draft, by=teacher)

    assert [one.number for one in Prompt.objects.get().versions.all()] == [1]
