"""How looks are said: what somebody on the staff read of a person's work, and why such reading is needed."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "answer": "read what {person} answered to the result",
    "record": "read {whose} writing record",
    "late_words": "read words of {person} that came too late",
    "identity": "opened which paper is {theirs}",
    "worry": "opened which paper is {theirs}, because somebody worries about them",
    "journal": "read what the journal says about {person}",
    "marks": "downloaded the marks of the class, with names",
    "copy": "made a copy of everything that is kept about {person}",
    "support": "looked at {whose} pages, as {person} sees them",
}
"""What each kind of look did; follows the viewer's name. Every `LookKind` has words."""

NOT_FOR_STUDENTS = ("worry",)
"""What its student is not told: a worry is for those who look after them."""

WHY: Mapping[str, str] = {
    "answer": "teaching",
    "record": "teaching",
    "late_words": "deciding about late words",
    "identity": "a reason given in the journal",
    "worry": "the student’s welfare",
    "journal": "accounting for what was done",
    "marks": "keeping marks where the school keeps them",
    "copy": "a request by the person, or for them",
    "support": "helping with a problem",
}
"""Why a school official needs it: what a record of access has to give."""


def look_sentence(kind: str, *, viewer: str, person: str, whose: str, theirs: str) -> str:
    """Put a look's sentence together: “A teacher read your writing record.”"""
    return f"{viewer} {WORDS[kind].format(person=person, whose=whose, theirs=theirs)}."
