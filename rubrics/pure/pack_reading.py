"""How the other files of a pack are read: the modes, the prompt, its sources, exemplars and comments."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from rubrics.pure import counting
from rubrics.pure.counting import Rule, State
from rubrics.pure.pack_contents import (
    NOT_ATTEMPTED,
    Audience,
    CommentText,
    CriterionText,
    ExemplarScoreText,
    ExemplarText,
    ExemplarTotal,
    ModeText,
    Note,
    NoteKind,
    Problem,
    PromptText,
    RubricText,
    RuleText,
    SourceText,
    TieText,
)
from rubrics.pure.pack_fields import KEY, Fields, fields_of, refuse_repeated
from rubrics.pure.pack_files import PROMPT_HEADINGS

SOURCE_NAME = re.compile(r"([a-z])(-.*)?")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class About(NamedTuple):
    """What pack.yaml says."""

    slug: str
    title: str
    subject: str
    language: str
    command_word: str
    modes: tuple[ModeText, ...]


def paragraphs(text: str) -> list[str]:
    """Give the numbered paragraphs of a source: its lines that are not blank."""
    return [line for line in text.split("\n") if line.strip()]


def read_about(text: str, rubric: RubricText | None, problems: list[Problem]) -> About | None:
    """Read pack.yaml. Its counting rules are tried on the rubric, where there is one to try them on."""
    fields = fields_of("pack.yaml", text, problems)
    if fields is None:
        return None
    entries = fields.items("modes")
    about = About(
        slug=fields.line_text("slug", 50),
        title=fields.line_text("title", 200),
        subject=fields.line_text("subject", 100),
        language=fields.line_text("language", 10),
        command_word=fields.line_text("command_word", 50),
        modes=tuple(_read_mode(entry, rubric) for entry in entries),
    )
    fields.close()
    if about.slug and not SLUG.fullmatch(about.slug):
        fields.refuse("slug", "A slug has small letters, digits and single hyphens between them.")
    if about.language and not LANGUAGE.fullmatch(about.language):
        fields.refuse("language", "A language is a code such as en or en-GB.")
    if fields.has("modes") and not entries:
        fields.refuse("modes", "There are no modes. Add one.")
    refuse_repeated(zip((mode.key for mode in about.modes), entries, strict=True), "mode")
    return about


def _read_mode(fields: Fields, rubric: RubricText | None) -> ModeText:
    before = len(fields.problems)
    rules = fields.named("counting")
    mode = ModeText(
        key=fields.key(),
        name=fields.line_text("name", 100),
        words_min=fields.whole_if_any("words_min"),
        words_max=fields.whole_if_any("words_max"),
        minutes=fields.whole_if_any("minutes", most=1440),
        task=fields.text("task"),
        rules=tuple(_read_rule(strand, rule) for strand, rule in rules.items()),
    )
    fields.close()
    if mode.words_min and mode.words_max and mode.words_min > mode.words_max:
        fields.refuse("words_min", f"{mode.words_min} to {mode.words_max} words is no range. Put the smaller first.")
    if rubric is not None and fields.has("counting"):
        _refuse_rules(fields, mode, rubric, rules)
        if len(fields.problems) == before:
            for reason in counting.problems(_rules(mode, rubric), _criteria(rubric), Fraction(rubric.total)):
                fields.refuse("counting", reason)
    return mode


def _read_rule(strand: str, fields: Fields) -> RuleText:
    rule = RuleText(
        strand=strand,
        rule=fields.word("rule", Rule),
        n=fields.whole_if_any("n", most=100),
        weight=fields.number_if_any("weight"),
    )
    fields.close()
    if rule.n is not None and rule.rule in (Rule.ALL, Rule.OFF):
        fields.refuse("n", f"“{rule.rule}” needs no number. Take n out, or write best or drop.")
    return rule


def _refuse_rules(fields: Fields, mode: ModeText, rubric: RubricText, rules: Mapping[str, Fields]) -> None:
    strands = {strand.key for strand in rubric.strands}
    for strand in rubric.strands:
        if strand.key not in rules:
            fields.refuse("counting", f"Mode {mode.key} has no rule for strand {strand.key}. Add one.")
    for key, rule in rules.items():
        if key not in strands:
            fields.problems.append(Problem(fields.file, rule.line, f"There is no strand {key} in rubric.yaml."))


def _rules(mode: ModeText, rubric: RubricText) -> list[counting.StrandRule]:
    by_strand = {rule.strand: rule for rule in mode.rules}
    return [
        counting.StrandRule(
            key=strand.key,
            name=strand.name,
            position=position,
            rule=by_strand[strand.key].rule,
            n=by_strand[strand.key].n,
            weight=None if (weight := by_strand[strand.key].weight) is None else Fraction(weight),
        )
        for position, strand in enumerate(rubric.strands, start=1)
    ]


def _criteria(rubric: RubricText) -> list[counting.Criterion]:
    return [
        counting.Criterion(
            key=criterion.key, strand=strand.key, position=position, maximum=Fraction(criterion.levels[-1].points)
        )
        for strand in rubric.strands
        for position, criterion in enumerate(strand.criteria, start=1)
    ]


def count_exemplar(exemplar: ExemplarText, mode: ModeText, rubric: RubricText) -> counting.Count:
    """Add up an exemplar's agreed scores in a mode. The rubric, the mode and the scores have been checked before."""
    scores = {score.criterion: score for score in exemplar.scores}
    points = {(c.key, level.key): Fraction(level.points) for c in rubric.criteria for level in c.levels}
    marks = [
        counting.CriterionMark(
            key=criterion.key,
            strand=criterion.strand,
            position=criterion.position,
            maximum=criterion.maximum,
            state=scores[criterion.key].state,
            points=points.get((criterion.key, scores[criterion.key].level or "")),
        )
        for criterion in _criteria(rubric)
    ]
    return counting.count(marks, _rules(mode, rubric), total=Fraction(rubric.total), step=Fraction(rubric.step))


def read_prompt(text: str, problems: list[Problem]) -> PromptText | None:
    """Split prompt.md at its three headings. The prompt is one paragraph; the rest is Markdown, kept as it stands."""
    lines = text.split("\n")
    places: list[int] = []
    for heading in PROMPT_HEADINGS:
        start = places[-1] + 1 if places else 0
        found = next((n for n in range(start, len(lines)) if lines[n].rstrip() == heading), None)
        if found is None:
            after = f" after “{PROMPT_HEADINGS[len(places) - 1]}”" if places else ""
            problems.append(Problem("prompt.md", start + 1, f"The heading “{heading}” is missing{after}. Add it."))
            return None
        places.append(found)
    if any(line.strip() for line in lines[: places[0]]):
        problems.append(Problem("prompt.md", 1, f"There is text before “{PROMPT_HEADINGS[0]}”. Move it below."))
    parts = [_part(lines, start + 1, end) for start, end in zip(places, [*places[1:], None], strict=True)]
    sentence = parts[1].strip()
    if not sentence:
        problems.append(
            Problem("prompt.md", places[1] + 1, "The prompt is empty. Write the question below its heading.")
        )
    elif "\n" in sentence:
        problems.append(Problem("prompt.md", places[1] + 1, "The prompt has several lines. Write it as one paragraph."))
    return PromptText(stimulus=parts[0], sentence=sentence, guidance=parts[2])


def _part(lines: list[str], start: int, end: int | None) -> str:
    """Give the lines without the blank line at either end that sets them off from the headings."""
    part = lines[start:end]
    if part and not part[0]:
        part = part[1:]
    if part and not part[-1]:
        part = part[:-1]
    return "\n".join(part)


def read_source(file: str, text: str, problems: list[Problem]) -> SourceText | None:
    """Read a source; its letter is the first of the file's name, its words everything below the facts."""
    name = SOURCE_NAME.fullmatch(file.removeprefix("sources/").removesuffix(".md"))
    if name is None:
        problems.append(Problem(file, 1, "A source's file begins with its letter, such as a-title.md. Mend the name."))
    front = _read_front(file, text, problems)
    if front is None:
        return None
    fields, body, first_line = front
    entries = fields.items("notes", needed=False)
    source = SourceText(
        letter=name.group(1).upper() if name else "",
        title=fields.line_text("title", 200),
        speaker=fields.line_text("speaker", 200, needed=False),
        dated=fields.line_text("dated", 100, needed=False),
        leaves_out=fields.text("leaves_out", needed=False),
        text=body,
        notes=tuple(_read_note(entry, paragraphs(body)) for entry in entries),
    )
    fields.close()
    if not body.strip():
        problems.append(Problem(file, first_line, "The source has no text. Write it below the closing line ---."))
    return source


def _read_note(fields: Fields, numbered: list[str]) -> Note:
    note = Note(
        paragraph=fields.whole("paragraph"),
        kind=fields.word("kind", NoteKind),
        quote=fields.line_text("quote", 300, needed=False),
        text=fields.text("text"),
    )
    fields.close()
    if note.paragraph > len(numbered):
        fields.refuse("paragraph", f"There is no paragraph {note.paragraph}. The source has {len(numbered)}.")
    elif note.quote and not _is_in(note.quote, numbered[note.paragraph - 1]):
        fields.refuse("quote", f"“{note.quote}” is not in paragraph {note.paragraph}, word for word.")
    return note


def read_exemplar(
    file: str, text: str, rubric: RubricText | None, modes: tuple[ModeText, ...] | None, problems: list[Problem]
) -> ExemplarText | None:
    """Read an essay with its scores; quotes are looked for in the essay, totals are added up in their modes."""
    before = len(problems)
    key = file.removeprefix("exemplars/").removesuffix(".md")
    if not KEY.fullmatch(key):
        problems.append(Problem(file, 1, "An exemplar's file name has up to 20 letters, digits, - and _."))
    front = _read_front(file, text, problems)
    if front is None:
        return None
    fields, body, first_line = front
    criteria = None if rubric is None else {criterion.key: criterion for criterion in rubric.criteria}
    scores = fields.named("scores")
    totals = fields.inner("totals", needed=False)
    exemplar = ExemplarText(
        key=key,
        title=fields.line_text("title", 200),
        audience=fields.word("audience", Audience),
        text=body,
        scores=tuple(_read_score(name, score, body, criteria) for name, score in scores.items()),
        totals=tuple(ExemplarTotal(mode, totals.number(mode)) for mode in totals.names),
    )
    fields.close()
    if not body.strip():
        problems.append(Problem(file, first_line, "The essay is empty. Write it below the closing line ---."))
    for missing in [name for name in criteria or () if fields.has("scores") and name not in scores]:
        fields.refuse("scores", f"There is no score for {missing}. Give its level, or state: not_attempted.")
    if rubric is not None and modes is not None and len(problems) == before:
        _refuse_totals(totals, exemplar, rubric, modes)
    return exemplar


def _read_score(
    name: str, fields: Fields, essay: str, criteria: Mapping[str, CriterionText] | None
) -> ExemplarScoreText:
    level = fields.key("level") if fields.has("level") else None
    state = fields.word("state", State) if fields.has("state") else None
    quote = fields.text("quote", needed=False)
    reason = fields.text("reason")
    fields.expect("level", "state")
    fields.close()
    if level is None and state is None:
        fields.refuse("level", f"{name} has neither a level nor a state. Write its level, or state: not_attempted.")
    elif level is not None and state is not None:
        fields.refuse("state", f"{name} has a level and a state. Keep one of them.")
    elif state is not None and state != State.NOT_ATTEMPTED:
        fields.refuse("state", f"“{state}” is told by a level. The one state to write is not_attempted.")
    if quote and not _is_in(quote, essay):
        fields.refuse("quote", f"“{quote}” is not in the essay, word for word.")
    worth = _worth(name, level, fields, criteria)
    decided = State.NOT_ATTEMPTED if level is None else State.SCORED if worth else State.ZERO
    return ExemplarScoreText(criterion=name, state=decided, level=level, quote=quote, reason=reason)


def _worth(name: str, level: str | None, fields: Fields, criteria: Mapping[str, CriterionText] | None) -> bool:
    """Say whether the level brings points; a criterion or level that is not there becomes a problem."""
    if criteria is None:
        return False
    if name not in criteria:
        fields.problems.append(Problem(fields.file, fields.line, f"There is no criterion {name} in rubric.yaml."))
        return False
    points = {step.key: step.points for step in criteria[name].levels}
    if level is not None and level not in points:
        fields.refuse("level", f"{name} has no level {level}. Its levels are {', '.join(points)}.")
    return bool(points.get(level or ""))


def _refuse_totals(totals: Fields, exemplar: ExemplarText, rubric: RubricText, modes: tuple[ModeText, ...]) -> None:
    by_key = {mode.key: mode for mode in modes}
    for expected in exemplar.totals:
        if expected.mode not in by_key:
            totals.refuse(expected.mode, f"There is no mode {expected.mode} in pack.yaml.")
            continue
        rounded = count_exemplar(exemplar, by_key[expected.mode], rubric).rounded
        if rounded != Fraction(expected.total):
            figures = counting.in_figures(rounded)
            totals.refuse(expected.mode, f"The scores come to {figures} in mode {expected.mode}, not {expected.total}.")


def read_comments(text: str, rubric: RubricText | None, problems: list[Problem]) -> tuple[CommentText, ...]:
    """Read the comment bank; every tie is looked up in the rubric."""
    fields = fields_of("comments.yaml", text, problems)
    if fields is None:
        return ()
    entries = fields.items("comments")
    levels = None if rubric is None else {c.key: {level.key for level in c.levels} for c in rubric.criteria}
    comments = tuple(_read_comment(entry, levels) for entry in entries)
    fields.close()
    refuse_repeated(zip((comment.key for comment in comments), entries, strict=True), "comment")
    return comments


def _read_comment(fields: Fields, levels: Mapping[str, set[str]] | None) -> CommentText:
    entries = fields.items("ties", needed=False)
    comment = CommentText(
        key=fields.key(),
        text=fields.text("text"),
        ties=tuple(tie for entry in entries for tie in _read_ties(entry, levels)),
    )
    fields.close()
    if len(set(comment.ties)) < len(comment.ties):
        fields.refuse("ties", f"{comment.key} is tied to the same place twice. Keep one.")
    return comment


def _read_ties(fields: Fields, levels: Mapping[str, set[str]] | None) -> list[TieText]:
    """Give a tie for each criterion and level named; without levels, for any level."""
    criteria = fields.texts("criteria")
    at = fields.texts("levels", needed=False)
    fields.close()
    if levels is not None:
        _refuse_ties(fields, criteria, at, levels)
    return [TieText(criterion, level) for criterion in criteria for level in at or (None,)]


def _refuse_ties(fields: Fields, criteria: list[str], at: list[str], levels: Mapping[str, set[str]]) -> None:
    for criterion in criteria:
        if criterion not in levels:
            fields.refuse("criteria", f"There is no criterion {criterion} in rubric.yaml.")
            continue
        for level in at:
            if level not in levels[criterion] and level != NOT_ATTEMPTED:
                fields.refuse("levels", f"{criterion} has no level {level}. Write its level, or {NOT_ATTEMPTED}.")


class Front(NamedTuple):
    """The fields above a text, the text, and the line it begins in."""

    fields: Fields
    body: str
    first_line: int


def _read_front(file: str, text: str, problems: list[Problem]) -> Front | None:
    """Read the fields between two lines of ---. One blank line after them and the last line end are not the text's."""
    lines = text.split("\n")
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        problems.append(Problem(file, 1, "The file begins with its facts, between two lines of ---. Add them."))
        return None
    fields = fields_of(file, "\n".join(lines[1:end]), problems, first_line=2)
    if fields is None:
        return None
    start = end + 2 if lines[end + 1 : end + 2] == [""] else end + 1
    body = "\n".join(lines[start:])
    return Front(fields, body.removesuffix("\n"), start + 1)


def _is_in(quote: str, text: str) -> bool:
    """Compare word for word; how lines are broken does not matter."""
    return " ".join(quote.split()) in " ".join(text.split())
