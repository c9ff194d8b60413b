"""Pasted texts of many kinds, each with the proposal it should get; and that no text loses a word by being cut."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from courses.pure import gaps
from courses.pure.proposals import Piece, as_content, cut_again, propose, title_of
from rubrics.pure.packs import read_pack

PASTED = Path(__file__).parent / "pasted"
TEXTS = sorted(PASTED.glob("*.txt"))
PACK = Path(__file__).parents[3] / "rubrics" / "packs" / "collective-defence"


@pytest.fixture(scope="module")
def seed() -> str:
    """Put the first assignment's text together as it was pasted: four paragraphs, with nothing between."""
    pack = read_pack(PACK)
    return "\n".join([f"{pack.prompt.stimulus} {pack.prompt.sentence}", *(source.text for source in pack.sources)])


def whole(proposal) -> str:
    return "".join(proposal.text[piece.start : piece.end] for piece in proposal.pieces)


def says(words: str, wanted: str) -> bool:
    """Compare; “…” in what is wanted stands for anything."""
    if "…" not in wanted:
        return words == wanted
    first, last = wanted.split("…", 1)
    return words.startswith(first.strip()) and words.endswith(last.strip())


def test_the_first_assignments_text_is_one_sentence_and_three_sources_with_two_gaps(seed):
    proposal = propose(seed)

    content = as_content(proposal)
    assert content.sentence == (
        "Evaluate how technological advances have impacted the effectiveness of "
        "Collective Defense Alliances since 1914."
    )
    assert content.command_word == "Evaluate"
    assert content.stimulus.startswith("Defense alliance is a partnership")
    assert content.stimulus.endswith("to pool resources and capabilities.")
    assert [source.text for source in content.sources] == seed.split("\n")[1:]
    assert [(one.kind, one.letter, one.paragraph, one.quote) for one in proposal.warnings] == [
        ("list", "B", 1, "These include seven baseline requirements:"),
        ("number", "C", 1, "four multinational battlegroups in Bulgaria, Hungary and Romania"),
    ]
    assert [one.words for one in proposal.warnings] == [
        "Source B, ¶1: a list of seven is announced and missing: “These include seven baseline requirements:”",
        "Source C, ¶1: “four” is followed by three names: "
        "“four multinational battlegroups in Bulgaria, Hungary and Romania”",
    ]


def test_what_is_noted_of_the_gaps_stands_beside_the_words_themselves(seed):
    proposal = propose(seed)

    content = as_content(proposal, noted=proposal.warnings)

    assert [(note.kind, note.quote) for source in content.sources for note in source.notes] == [
        ("omission", "These include seven baseline requirements:"),
        ("error", "four multinational battlegroups in Bulgaria, Hungary and Romania"),
    ]
    assert all(note.quote in source.text for source in content.sources for note in source.notes)


def test_there_are_at_least_ten_texts():
    assert len(TEXTS) >= 10


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_text_gets_the_proposal_it_should(file):
    wanted = yaml.safe_load(file.with_suffix(".yaml").read_text())

    proposal = propose(file.read_text())

    content = as_content(proposal)
    assert title_of(proposal) == wanted["title"]
    assert content.sentence == wanted["sentence"]
    assert content.command_word == wanted["command_word"]
    assert proposal.joins_lines == wanted.get("joins_lines", False)
    for role in ("stimulus", "guidance", "glossary"):
        assert says(getattr(content, role).replace("\n", " "), wanted.get(role, "")), (role, getattr(content, role))
    found = [(one.letter, one.title, one.speaker) for one in content.sources]
    assert found == [(one["letter"], one["title"], one["speaker"]) for one in wanted["sources"]]
    for source, expected in zip(content.sources, wanted["sources"], strict=True):
        assert source.text.startswith(expected["first"])
        assert source.text.endswith(expected["last"])
        assert sum(bool(line.strip()) for line in source.text.split("\n")) == expected["paragraphs"]
    warned = [(one.kind, one.letter, one.paragraph) for one in proposal.warnings]
    assert warned == [(one["kind"], one["letter"], one["paragraph"]) for one in wanted["warnings"]]
    for one, expected in zip(proposal.warnings, wanted["warnings"], strict=True):
        assert expected["says"] in one.words


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_the_pieces_are_the_text_to_the_letter_and_no_source_loses_a_word(file):
    proposal = propose(file.read_text())

    assert whole(proposal) == file.read_text()
    for letter in proposal.letters:
        words = [
            word
            for piece in proposal.pieces
            if (piece.role, piece.letter) == ("source", letter)
            for word in proposal.text[piece.start : piece.end].split()
        ]
        assert proposal.words_of("source", letter).split() == words


LINES = st.lists(
    st.sampled_from(
        [
            "Evaluate how far it worked.",
            "Source A: One, 1914",
            "Guidance:",
            "",
            "# A title",
            "- an item",
            "Dear Sir,",
            "Yours faithfully,",
            "It was so, and it was not so. To what extent is that true?",
            "four groups in Bulgaria, Hungary and Romania",
            "These include seven:",
            "A line that was broken by somebody's mail and goes on in the one",
            "“A view.” Discuss.",
            "   ",
            "Émigré 📡 words\u2028here",
        ]
    ),
    max_size=14,
).map("\n".join)


@given(st.one_of(LINES, st.text(max_size=400)))
def test_no_text_is_lost_by_being_cut_or_breaks_anything(text):
    proposal = propose(text)

    assert whole(proposal) == text.replace("\r\n", "\n").replace("\r", "\n")
    content = as_content(proposal, noted=proposal.warnings)
    lines = [line for source in content.sources for line in source.text.split("\n")]
    flat = " ".join(proposal.text.split())
    assert all(" ".join(line.split()) in flat for line in lines)


@given(LINES, st.integers(0, 20))
def test_a_piece_cut_again_is_the_same_words_in_the_same_role(text, at):
    proposal = propose(text)

    cut = cut_again(proposal, at)

    assert whole(cut) == whole(proposal)
    assert {piece.code for piece in cut.pieces} == {piece.code for piece in proposal.pieces}
    for role in ("sentence", "stimulus", "guidance"):
        assert cut.words_of(role) == proposal.words_of(role)


def test_a_paragraph_falls_into_its_sentences():
    proposal = propose("It began. It went on. It ended in rain.")

    cut = cut_again(proposal, 0)

    assert [proposal.text[piece.start : piece.end] for piece in cut.pieces] == [
        "It began. ",
        "It went on. ",
        "It ended in rain.",
    ]


def test_a_person_may_give_any_piece_another_role():
    proposal = propose("One thing.\nEvaluate how far it is one thing.\nAnother thing.")
    first, question, other = proposal.pieces

    moved = replace(
        proposal, pieces=(replace(first, role="source", letter="C"), question, Piece(other.start, other.end, "out"))
    )

    content = as_content(moved)
    assert (content.stimulus, content.guidance) == ("", "")
    assert [(source.letter, source.text) for source in content.sources] == [("A", "One thing.")]


@pytest.mark.parametrize(
    ("text", "command_word"),
    [
        ("Critically assess the claim that tides made harbours.", "Critically assess"),
        ("Using both extracts, evaluate the case for a levy on plastic.", "Evaluate"),
        ("Q2. How important was rain to the revolt of 1788?", "How important"),
        ("Essay question: Why did the canal company fail so soon?", "Why"),
        ("*To what extent* is a map an argument?", "To what extent"),
        ("Is it ever right to keep a promise that harms?", "Is it"),
    ],
)
def test_a_command_word_is_found_behind_numbers_labels_and_a_scene(text, command_word):
    assert propose(text).command_word == command_word


@pytest.mark.parametrize(
    "text",
    [
        "There were three wars in Spain, Portugal and France.",
        "She met two of them: Ana and Bo.",
        "They formed four groups in towns such as Ghent and Bruges.",
        "He said two words: yes and no.",
        "He wrote:\nNothing happened today.",
        "It needs the following:\n- rope\n- a lamp",
    ],
)
def test_what_agrees_or_is_no_list_is_not_warned_of(text):
    proposal = propose(f"Evaluate how far it worked out.\n\nSource A: Notes\n{text}")

    assert proposal.warnings == ()


def test_a_sentence_without_end_is_looked_at_by_its_end_alone(monkeypatch):
    sentence = f"{'word ' * 400}These include seven requirements:"
    looked_at = []
    announced = gaps._ANNOUNCED

    class Watched:
        def search(self, words):
            looked_at.append(len(words))
            return announced.search(words)

    monkeypatch.setattr(gaps, "_ANNOUNCED", Watched())
    found = gaps.warnings_in([("A", sentence)], [], others=[], has_question=True)

    assert [one.kind for one in found] == ["list"]
    assert looked_at == [gaps.LONGEST_SENTENCE]


def test_what_somebody_is_said_to_have_said_is_not_the_question():
    proposal = propose("“Evaluate everything,” he told his officers.\n\nDiscuss the causes of the war of 1848.")

    assert proposal.words_of("sentence") == "Discuss the causes of the war of 1848."
    assert proposal.words_of("stimulus") == "“Evaluate everything,” he told his officers."


@pytest.mark.parametrize("question", ["Discuss the causes of the war of 1848.", "Warum kam es 1848 zum Krieg?"])
def test_what_stands_before_the_first_labelled_source_takes_no_sources_letter(question):
    labelled = "Source A: a letter\nDear Mother.\n\nDoc. 2: a poem\nAh."
    text = f"{question}\n\nSource A is a letter, source B a poem.\n\n{labelled}"

    proposal = propose(text)

    sources = as_content(proposal).sources
    assert [(one.letter, one.title, one.text) for one in sources] == [
        ("A", "a letter", "Dear Mother."),
        ("B", "a poem", "Ah."),
    ]
    assert "Source A is a letter" in proposal.words_of("guidance") + proposal.words_of("stimulus")


def test_more_sources_than_there_are_letters_are_pointed_out_and_kept():
    labelled = "\n\n".join(f"Source {number}: Text {number} says that all of it happened." for number in range(1, 31))

    proposal = propose(f"Discuss the causes of the war of 1848.\n\n{labelled}")

    content = as_content(proposal)
    assert [one.kind for one in proposal.warnings] == ["sources"]
    assert len(content.sources) == 26
    assert "Text 26 says" in content.sources[25].text
    assert "Text 30 says" in content.sources[25].text
