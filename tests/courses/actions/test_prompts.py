"""Prompts in versions: drafted, edited, published, archived; a published one never changes."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from courses.actions.prompts import (
    NotADraft,
    NoteWithoutParagraph,
    NothingToPublish,
    NotPublished,
    PromptNameTaken,
    archive_prompt_version,
    create_prompt,
    draft_prompt_version,
    edit_prompt_version,
    publish_prompt_version,
)
from courses.models import EditorNote, PromptState, PromptVersion
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
