"""How exemplars are read: the essay, its scores and quotes, and the totals they must come to."""

from collections.abc import Mapping
from fractions import Fraction

from rubrics.pure import counting
from rubrics.pure.counting import State
from rubrics.pure.pack_contents import (
    Audience,
    CriterionText,
    ExemplarScoreText,
    ExemplarText,
    ExemplarTotal,
    ModeText,
    Problem,
    RubricText,
)
from rubrics.pure.pack_fields import KEY, Fields
from rubrics.pure.pack_modes import counted_criteria, strand_rules
from rubrics.pure.pack_texts import is_in, read_front


def read_exemplar(
    file: str, text: str, rubric: RubricText | None, modes: tuple[ModeText, ...] | None, problems: list[Problem]
) -> ExemplarText | None:
    """Read an essay with its scores; quotes are looked for in the essay, totals are added up in their modes."""
    before = len(problems)
    key = file.removeprefix("exemplars/").removesuffix(".md")
    if not KEY.fullmatch(key):
        problems.append(Problem(file, 1, "An exemplar's file name has up to 20 letters, digits, - and _."))
    front = read_front(file, text, problems)
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
    if quote and not is_in(quote, essay):
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
        for criterion in counted_criteria(rubric)
    ]
    return counting.count(marks, strand_rules(mode, rubric), total=Fraction(rubric.total), step=Fraction(rubric.step))
