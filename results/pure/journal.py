"""The journal's words for results, and all words together."""

from collections.abc import Mapping

from courses.pure.journal import PHRASES as COURSES
from courses.pure.journal import Phrase, said_verb
from essays.pure.journal import PHRASES as ESSAYS
from marking.pure.journal import PHRASES as MARKING
from rubrics.pure.journal import PHRASES as RUBRICS

RESULTS = {
    "merge_accounts": Phrase("merged {whose} two accounts into one", shown=True),
    "begin_undo": Phrase("began to take a list of people back"),
    "undo_import": Phrase("took a list of people back: {after}"),
    "undo_enrolment": Phrase("took {person} out of a course again, with the list", shown=True),
    "hand_worries_on": Phrase("named somebody else for worries about students"),
    "choose_marking": Phrase("named the marking that becomes the mark{on}", apart=True),
    "override_total": Phrase("changed a total from {before} to {after}{on}", apart=True),
    "waive_lateness": Phrase("took nothing off for lateness{on}", apart=True),
    "prepare_outcomes": Phrase("prepared what students will read ({after})", apart=True),
    "prepare_release": Phrase("prepared a release"),
    "publish_release": Phrase("released results, or set the moment for it"),
    "unschedule_release": Phrase("took back the moment a release was set for"),
    "withdraw_release": Phrase("took a release back"),
    "follow_markings": Phrase("let named markings follow another version of the rubric ({after})"),
    "bring_worksheet": Phrase("brought in another gradebook’s file"),
    "remove_worksheet": Phrase("removed another gradebook’s file"),
    "write_reflection": Phrase("wrote “Next time I will…”", shown=True),
    "remove_reflection": Phrase("removed “Next time I will…”", shown=True),
    "show_mark": Phrase("was shown the mark as well", shown=True),
    "begin_own_marking": Phrase("began to mark {whose} own essay", shown=True, apart=True),
    "finish_own_marking": Phrase("finished marking {whose} own essay", shown=True, apart=True),
}

GROUPS: Mapping[str, tuple[str, Mapping[str, Phrase]]] = {
    "people": ("People and prompts", COURSES),
    "rubrics": ("Rubrics", RUBRICS),
    "writing": ("Writing", ESSAYS),
    "marking": ("Marking", MARKING),
    "results": ("Results", RESULTS),
}
"""What a page of the journal can be narrowed to: the name, and its verbs."""

PHRASES: Mapping[str, Phrase] = {**COURSES, **RUBRICS, **ESSAYS, **MARKING, **RESULTS}
APART = tuple(sorted(verb for verb, phrase in PHRASES.items() if phrase.apart))
SHOWN = tuple(sorted(verb for verb, phrase in PHRASES.items() if phrase.shown))


def phrase_of(verb: str) -> Phrase:
    """Give the words of a verb; of one that this Assay does not know, its name."""
    return PHRASES.get(verb) or said_verb(verb)
