"""Every verb that an action writes has words, and every sentence comes together."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from courses.pure.journal import sentence_of
from results.pure.journal import APART, GROUPS, PHRASES, SHOWN, phrase_of

ROOT = Path(__file__).resolve().parents[3]
APPS = ("courses", "rubrics", "essays", "marking", "results")


def calls_in_actions() -> Iterator[tuple[str, ast.FunctionDef, str, ast.Call]]:
    """Give every call in every actions module: the file, the function it stands in, the name called, the call."""
    for app in APPS:
        for path in sorted((ROOT / app / "actions").glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    for call in ast.walk(node):
                        if isinstance(call, ast.Call):
                            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
                            yield str(path), node, name, call


def verbs_in_code() -> dict[str, str]:
    """Find every verb that reaches `write_entry`, also through a function that is handed it; with its file.

    A verb that comes from anywhere but its caller's words would be missed, and is refused.
    """
    calls = list(calls_in_actions())
    writers: dict[tuple[str, str], int] = {("", "write_entry"): 0, ("", "write_entries"): 0}
    found: dict[str, str] = {}
    before = -1
    while len(writers) > before:
        before = len(writers)
        for path, inside, name, call in calls:
            place = writers.get(("", name), writers.get((path, name)))
            if place is None or len(call.args) <= place:
                continue
            verb = call.args[place]
            handed = [one.arg for one in inside.args.args]
            if isinstance(verb, ast.Name):
                assert verb.id in handed, (
                    f"{path}: {inside.name} takes the verb from `{verb.id}`: write it where it is said"
                )
                writers[path if inside.name.startswith("_") else "", inside.name] = handed.index(verb.id)
            for part in ast.walk(verb):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found[part.value] = path
    return found


def test_every_verb_in_the_code_has_words_and_no_words_are_left_over():
    verbs = verbs_in_code()

    missing = {f"{verb} ({Path(path).relative_to(ROOT)})" for verb, path in verbs.items() if verb not in PHRASES}
    assert missing == set(), "give each a Phrase in <app>/pure/journal.py"
    assert set(PHRASES) - set(verbs) == set(), "no action writes these"
    assert len(verbs) > 80


def test_no_verb_has_words_twice():
    every = [verb for _, phrases in GROUPS.values() for verb in phrases]

    assert sorted(every) == sorted(set(every))


@pytest.mark.parametrize("verb", sorted(PHRASES))
def test_every_sentence_comes_together(verb):
    said = sentence_of(
        PHRASES[verb], actor="Marta", person="Ines", whose="Ines’s", on="", before="second_opinion", after="7"
    )

    assert said.startswith("Marta ")
    assert said.endswith(".")
    assert not set("{}_") & set(said)


def test_what_a_person_reads_about_themselves_says_you():
    told = {verb: sentence_of(PHRASES[verb], actor="A teacher", person="you", whose="your", on="") for verb in SHOWN}

    assert told["extend"] == "A teacher gave you more time."
    assert told["submit_essay"] == "A teacher handed in your essay."
    assert not [verb for verb in SHOWN if "{on}" in PHRASES[verb].words], "no code stands beside a person"


def test_marking_is_kept_apart_from_names_while_it_is_blind():
    coded = {verb for verb, phrase in PHRASES.items() if "{on}" in phrase.words} - {"make_exemplar_paper"}

    assert coded <= set(APART)
    assert {"submit_essay", "open_draft", "make_papers", "open_identity", "choose_marking"} <= set(APART)
    assert not {"extend", "record_standing", "set_assignment", "publish_release"} & set(APART)


def test_an_entry_of_another_version_is_said_by_its_name():
    said = sentence_of(phrase_of("praise_moon"), actor="Assay", person="", whose="", on="")

    assert said == "Assay did “praise moon”."
