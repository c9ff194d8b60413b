"""How the journal's entries are said in plain sentences; and the words for what is done to people, courses and prompts.

A phrase follows the name of whoever did it. `{person}` is the person it is about, or “you” on that person's own page;
`{whose}` is “Ines Duarte’s”, “your”, or “their” own; `{on}` is “ (paper K7M-2QD)” where a paper may be named, or
nothing; `{before}` and `{after}` are what the entry kept, states said in plain words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a verb says. `shown`: it stands on its person's own page. `apart`: while marking is blind it would join a
    name and a moment, or a code and one, and is left out of pages about names."""

    words: str
    shown: bool = False
    apart: bool = False


PHRASES = {
    "create_course": Phrase("made the course"),
    "enrol_person": Phrase("added {person} to a course, as {after}", shown=True),
    "set_arrangement": Phrase("set {whose} standing arrangements", shown=True),
    "set_password": Phrase("set a new password for {person}", shown=True),
    "make_account": Phrase("made an account, {whose} own", shown=True),
    "keep_roster": Phrase("brought a list of people to a course"),
    "discard_roster": Phrase("put a list of people away"),
    "begin_import": Phrase("began to take a list of people in"),
    "import_roster": Phrase("took a list of people in: {after}"),
    "invite_person": Phrase("invited somebody to a course by mail, as {after}"),
    "resend_invitation": Phrase("sent an invitation again"),
    "withdraw_invitation": Phrase("withdrew an invitation"),
    "accept_invitation": Phrase("accepted an invitation, as {after}", shown=True),
    "make_join_code": Phrase("opened a join code: {after}"),
    "close_join_code": Phrase("closed a join code: {before}"),
    "end_enrolment": Phrase("ended {whose} part in a course, as {before}", shown=True),
    "deactivate_person": Phrase("deactivated {whose} account", shown=True),
    "reactivate_person": Phrase("reactivated {whose} account", shown=True),
    "begin_support_view": Phrase("looked at Assay as {person}, without changing anything", shown=True),
    "end_support_view": Phrase("stopped looking as {person}", shown=True),
    "create_prompt": Phrase("made a prompt"),
    "edit_prompt": Phrase("changed a prompt’s name or subject"),
    "draft_prompt_version": Phrase("began version {after} of a prompt"),
    "edit_prompt_version": Phrase("changed the draft of a prompt"),
    "publish_prompt_version": Phrase("published a version of a prompt"),
    "discard_prompt_version": Phrase("threw away the draft of a prompt"),
    "publish_to_library": Phrase("published a course’s prompt to the library"),
    "archive_prompt_version": Phrase("archived a version of a prompt"),
    "erase_person": Phrase("erased a person"),
    "erase_person_again": Phrase("erased a person again, after a backup was restored"),
    "copy_person": Phrase("asked for a copy of everything kept about {person}", shown=True),
    "place_hold": Phrase("set a legal hold: nothing about {person} may be erased for now"),
    "lift_hold": Phrase("lifted the legal hold on {person}"),
    "apply_retention": Phrase("took away what was kept long enough ({after})"),
    "end_sessions": Phrase("signed {person} out on every device", shown=True),
    "end_session": Phrase("signed out on one device", shown=True),
    "change_password": Phrase("chose a new password", shown=True),
    "change_second_factors": Phrase("changed how {person} proves who signs in: from {before} to {after}", shown=True),
    "reset_second_factor": Phrase("took away {whose} second factors, for they were lost", shown=True),
    "link_school_sign_in": Phrase("linked the school’s own sign-in", shown=True),
    "make_school_account": Phrase("made an account for {person}, whom the school vouches for", shown=True),
    "begin_job": Phrase("began a long job: {after}", shown=True),
    "restore_backup": Phrase("restored a backup made at {before}"),
}


def possessive(name: str) -> str:
    """Say whose: “Ines Duarte’s”."""
    return f"{name}’s"


class _Gaps(dict[str, str]):
    """Say a dash for what an entry does not hold, so that a sentence never breaks."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence_of(
    phrase: Phrase, *, actor: str, person: str, whose: str, on: str, before: str = "", after: str = ""
) -> str:
    """Put the sentence together: “Marta Okafor gave Ines Duarte more time.”"""
    said: Mapping[str, Any] = _Gaps(
        person=person, whose=whose, on=on, before=said_state(before) or "–", after=said_state(after) or "–"
    )
    return f"{actor} {phrase.words.format_map(said)}."


def said_state(value: str) -> str:
    """Say a state of the code in plain words: "second_opinion" is "second opinion"."""
    return value.replace("_", " ")


def said_verb(verb: str) -> Phrase:
    """Say a verb that has no words of its own: only an entry of a newer or older Assay has one."""
    return Phrase(f"did “{said_state(verb)}”")
