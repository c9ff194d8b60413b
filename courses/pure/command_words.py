"""The words that ask for an essay: “Evaluate …”, “To what extent …”, at the start of a sentence."""

import re
from dataclasses import dataclass

_STRONG = (
    "to what extent|how far|how effectively|how successfully|how significant|how important|how convincingly|how valid|"
    "evaluate|assess|analyse|analyze|discuss|compare|contrast|examine|justify|explore|argue|weigh|appraise|critique|"
    "critically (?:evaluate|assess|analyse|analyze|discuss|compare|examine|consider|review)"
)
_MIDDLING = (
    "explain|account for|consider|comment on|interpret|review|describe|outline|trace|determine|judge|advise|debate|"
    "do you agree|is it|was it|should|would|can|does|did|are|were"
)
_WEAK = "how|why|what|which|who|when|where|in what ways?|identify|define|state|suggest|illustrate|show"
_BEFORE = (
    r"(?:\s*(?:Q(?:uestion)?\s*)?\d{1,2}\s*[.):]\s*|\s*\([a-z\d]\)\s*|\s*[a-h]\)\s*|\s*[-•*–]\s+|"
    r"\s*(?:Essay |Exam |The |Your )?(?:prompt|question|task|title|essay|assignment)"
    r"\s*(?:\d{1,2}|[A-Z])?\s*[:.–—-]\s*)?"
    r"[“\"'‘*_]*"
)
_SCENE = (
    r"(?:(?:with (?:close |detailed )?reference to|using|drawing on|on the basis of|based on|in (?:the )?light of|"
    r"by reference to|referring to|in an essay|in your essay|from|after reading|having read|with the help of|"
    r"taking into account|for|in)\b[^.?!\n]{3,200}?,\s+)?"
)
_PATTERNS = tuple(
    (
        worth,
        re.compile(
            rf"^(?P<before>{_BEFORE})(?P<scene>{_SCENE})"
            rf"(?P<word>(?:critically |carefully |briefly |fully )?(?:{words}))\b",
            re.IGNORECASE,
        ),
    )
    for worth, words in ((5, _STRONG), (3, _MIDDLING), (1, _WEAK))
)
_SPOKEN = re.compile(r"\s*[“\"‘'][^”\"]*[,.?!…][”\"’']\s+[a-z]")
"""A sentence that reports what somebody said: “Evaluate everything,” he told them."""

_OF_WHAT_CAME = re.compile(
    r"\b(?:this|that|the above|the following) (?:view|statement|claim|assertion|opinion|proposition|quotation|quote|"
    r"judge?ment|argument|interpretation|conclusion|remark|idea|comment|verdict)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be the question: code points, its command word, how likely it is, and its paragraph."""

    start: int
    end: int
    command_word: str
    worth: int
    paragraph: int = -1


def candidate_in(text: str, start: int, end: int) -> Candidate | None:
    """Read a sentence as a question, if it can be one; a number or a label before it is not part of it."""
    words = text[start:end]
    if len(words.split()) < 4 and not re.fullmatch(r"(?:discuss|evaluate|comment)\W*", words, re.IGNORECASE):
        return None
    if _SPOKEN.match(words):
        return None
    for worth, pattern in _PATTERNS:
        match = pattern.match(words)
        if not match or (match["scene"] and match["scene"][0].islower()):
            continue
        word = match["word"]
        if not word[0].isupper() and not match["scene"]:
            continue
        asks = "?" in words[-3:]
        if worth == 1 and not asks and not re.match(r"(?:identify|define|suggest|illustrate|state|show)", word, re.I):
            continue
        if re.match(r"(?:is it|was it|should|would|can|does|did|are|were|do you)", word, re.I) and not asks:
            continue
        begins = start + len(match["before"].rstrip("“\"'‘*_"))
        return Candidate(begins, end, word[0].upper() + word[1:].lower(), worth)
    return None


def names_what_came_before(sentence: str) -> bool:
    """Tell whether a question is about the sentence before it: “Evaluate this view.”, or no more than “Discuss.”"""
    return bool(_OF_WHAT_CAME.search(sentence)) or len(sentence.split()) == 1
