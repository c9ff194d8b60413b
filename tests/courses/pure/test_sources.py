"""A source laid out keeps every word, and its notes stand beside the right spot."""

from courses.pure.prompts import NoteContent, SourceContent
from courses.pure.sources import lay_out

TEXT = "Allies built on this foundation.\n\nFour groups in three countries."


def source(*notes: NoteContent, letter: str = "B", text: str = TEXT) -> SourceContent:
    return SourceContent(letter=letter, title="Posture", text=text, notes=notes)


def words_of(paragraph) -> str:
    return "".join(piece.text for piece in paragraph.pieces)


def test_every_word_is_there_in_order_with_and_without_spots():
    notes = [NoteContent(1, "omission", "Lost.", "this foundation"), NoteContent(1, "context", "Whose?", "on this")]

    plain, marked = lay_out([source(), source(*notes)])

    assert [words_of(p) for p in plain.paragraphs] == TEXT.split("\n\n")
    assert [words_of(p) for p in marked.paragraphs] == TEXT.split("\n\n")


def test_paragraphs_are_lines_that_are_not_blank_and_have_anchors():
    (laid_out,) = lay_out([source()])

    assert laid_out.anchor == "source-b"
    assert [(p.number, p.anchor) for p in laid_out.paragraphs] == [(1, "source-b-p1"), (2, "source-b-p2")]


def test_notes_are_lettered_through_the_page_in_the_order_of_their_spots():
    first = source(
        NoteContent(1, "error", "second spot", "foundation"), NoteContent(1, "error", "first spot", "Allies")
    )
    second = source(NoteContent(2, "error", "third spot", "three"), letter="C")

    laid_out = lay_out([first, second])

    assert [note.ref for note in laid_out[0].paragraphs[0].notes] == ["a", "b"]
    assert [note.text for note in laid_out[0].paragraphs[0].notes] == ["first spot", "second spot"]
    assert [note.ref for note in laid_out[1].paragraphs[1].notes] == ["c"]


def test_a_note_whose_quote_is_not_in_the_text_stands_beside_its_paragraph_without_a_spot():
    (laid_out,) = lay_out([source(NoteContent(2, "context", "About all of it.", "not there"))])

    paragraph = laid_out.paragraphs[1]
    assert [(note.ref, note.text) for note in paragraph.notes] == [("", "About all of it.")]
    assert not any(piece.is_spot or piece.refs for piece in paragraph.pieces)


def test_spots_that_overlap_both_end_with_their_own_letter():
    notes = [NoteContent(1, "error", "One.", "built on this"), NoteContent(1, "error", "Two.", "this foundation")]

    (laid_out,) = lay_out([source(*notes)])

    ends = [(piece.text, piece.refs) for piece in laid_out.paragraphs[0].pieces if piece.refs]
    assert ends == [("this", ("a",)), (" foundation", ("b",))]
