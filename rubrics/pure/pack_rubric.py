"""How rubric.yaml becomes a rubric: strands, criteria and levels, every number and key checked."""

from rubrics.pure.measures import level_gaps
from rubrics.pure.pack_contents import (
    MOST_STEP,
    NOT_ATTEMPTED,
    CriterionText,
    GradeWordText,
    LevelText,
    Problem,
    RubricText,
    StrandText,
)
from rubrics.pure.pack_fields import Fields, fields_of, refuse_repeated
from rubrics.pure.sizes import (
    MOST_CRITERIA,
    MOST_LEVELS,
    MOST_STRANDS,
    MOST_WORDS,
    criterion_excess,
    strand_excess,
)

FILE = "rubric.yaml"


def read_rubric(text: str, problems: list[Problem]) -> RubricText | None:
    """Read the rubric; None where anything is wrong with it, so that nothing else is judged by half a rubric."""
    before = len(problems)
    fields = fields_of(FILE, text, problems)
    if fields is None:
        return None
    rubric = rubric_of(fields)
    fields.close()
    return rubric if len(problems) == before else None


def rubric_of(fields: Fields) -> RubricText:
    """Give the rubric that some fields say; what is wrong is noted with them."""
    strands = fields.items("strands")
    rubric = RubricText(
        total=fields.number("total"),
        step=fields.number("step"),
        guidance=fields.text("guidance", most=MOST_WORDS, needed=False),
        grade_words=_read_grade_words(fields),
        strands=tuple(_read_strand(strand) for strand in strands),
    )
    if rubric.total <= 0 and fields.has("total"):
        fields.refuse("total", "The total is more than 0.")
    if rubric.step <= 0 and fields.has("step"):
        fields.refuse("step", "The step is more than 0. Write 1 for whole points.")
    if rubric.step > MOST_STEP:
        fields.refuse("step", f"The step is at most {MOST_STEP}. Write 1 for whole points.")
    if fields.has("strands") and not strands:
        fields.refuse("strands", "There are no strands. Add one.")
    refuse_repeated(zip((strand.key for strand in rubric.strands), strands, strict=True), "strand")
    if len(strands) > MOST_STRANDS:
        strands[MOST_STRANDS].refuse("key", f"There are {len(strands)} strands. A rubric may have {MOST_STRANDS}.")
    _refuse_criteria(rubric, strands)
    return rubric


def _refuse_criteria(rubric: RubricText, strands: list[Fields]) -> None:
    """Keys and marking places belong to the whole rubric, not to a strand."""
    criteria = rubric.criteria
    fields = [criterion for strand in strands for criterion in strand.items("criteria", needed=False)]
    refuse_repeated(zip((criterion.key for criterion in criteria), fields, strict=True), "criterion")
    if len(fields) > MOST_CRITERIA:
        fields[MOST_CRITERIA].refuse("key", f"There are {len(fields)} criteria. A rubric may have {MOST_CRITERIA}.")
    taken: dict[int, str] = {}
    for criterion, place in zip(criteria, fields, strict=True):
        if criterion.marking_position in taken:
            reason = f"{taken[criterion.marking_position]} has this place in the marking order already."
            place.refuse("marking_position", reason)
        taken.setdefault(criterion.marking_position, criterion.key)


def _read_grade_words(fields: Fields) -> tuple[GradeWordText, ...]:
    entries = fields.items("grade_words", needed=False)
    words = tuple(
        GradeWordText(word=entry.line_text("word", 50), at_least=entry.number("at_least")) for entry in entries
    )
    for entry, word, others in zip(entries, words, range(len(words)), strict=True):
        entry.close()
        if any(word.at_least == other.at_least for other in words[:others]):
            entry.refuse("at_least", "Another grade word begins here. Give each its own boundary.")
    return words


def _read_strand(fields: Fields) -> StrandText:
    ladder = fields.items("levels", needed=False)
    refuse_repeated(((level.key(), level) for level in ladder), "level")
    entries = fields.items("criteria")
    strand = StrandText(
        key=fields.key(),
        name=fields.line_text("name", 100),
        guidance=fields.text("guidance", most=MOST_WORDS, needed=False),
        criteria=tuple(_read_criterion(entry, ladder) for entry in entries),
    )
    if fields.has("criteria") and not entries:
        fields.refuse("criteria", "There are no criteria in this strand. Add one.")
    if len(ladder) > MOST_LEVELS:
        fields.refuse("levels", f"The ladder has {len(ladder)} levels. It may have {MOST_LEVELS}.")
    elif reason := strand_excess(strand):
        fields.refuse("criteria", reason)
    fields.close()
    return strand


def _read_criterion(fields: Fields, ladder: list[Fields]) -> CriterionText:
    steps = _steps(fields, ladder)
    criterion = CriterionText(
        key=fields.key(),
        name=fields.line_text("name", 200),
        short_name=fields.line_text("short_name", 50),
        detail=fields.line_text("detail", 100, needed=False),
        marking_position=fields.whole("marking_position"),
        evidence_min=_evidence_min(fields),
        has_slot_label=fields.flag("has_slot_label"),
        guidance=fields.text("guidance", most=MOST_WORDS, needed=False),
        levels=tuple(_read_level(own, shared) for own, shared in steps),
    )
    fields.close()
    if criterion.key == NOT_ATTEMPTED:
        fields.refuse("key", f"“{NOT_ATTEMPTED}” means not attempted. Choose another key.")
    _refuse_levels(fields, criterion, steps)
    if not ladder and (reason := criterion_excess(criterion)):
        fields.refuse("levels", reason)
    return criterion


def _steps(fields: Fields, ladder: list[Fields]) -> list[tuple[Fields, Fields]]:
    """Give each level as the criterion words it and as the strand's ladder does, where the strand has one."""
    entries = fields.items("levels", needed=not ladder)
    if not ladder:
        return [(entry, entry) for entry in entries]
    refuse_repeated(((entry.key(), entry) for entry in entries), "level")
    own = {entry.key(): entry for entry in entries}
    keys = [shared.key() for shared in ladder]
    for key, entry in own.items():
        if key not in keys:
            entry.refuse("key", f"The strand has no level {key}. Its levels are {', '.join(keys)}.")
    return [(own.get(key, shared), shared) for key, shared in zip(keys, ladder, strict=True)]


def _evidence_min(fields: Fields) -> int:
    given = fields.whole_if_any("evidence_min", least=0, most=20)
    return 1 if given is None else given


def _read_level(own: Fields, shared: Fields) -> LevelText:
    """Whatever the criterion does not say about a level itself comes from the strand's ladder."""

    def place(name: str) -> Fields:
        return shared if shared.has(name) and not own.has(name) else own

    level = LevelText(
        key=own.key(),
        points=place("points").number("points"),
        label=place("label").line_text("label", 100),
        descriptor=place("descriptor").text("descriptor", most=MOST_WORDS),
        indication=place("indication").text("indication", most=MOST_WORDS, needed=False),
        student=place("student").text("student", most=MOST_WORDS),
        example=place("example").text("example", most=MOST_WORDS, needed=False),
    )
    for fields in (own, shared):
        fields.expect("points", "label", "descriptor", "indication", "student", "example")
        fields.close()
    return level


def _refuse_levels(fields: Fields, criterion: CriterionText, steps: list[tuple[Fields, Fields]]) -> None:
    entries = [own for own, _ in steps]
    points = [own if own.has("points") else shared for own, shared in steps]
    if not entries and not fields.has("levels"):
        return
    refuse_repeated(zip((level.key for level in criterion.levels), entries, strict=True), "level")
    for entry, level in zip(entries, criterion.levels, strict=True):
        if level.key == NOT_ATTEMPTED:
            entry.refuse("key", f"“{NOT_ATTEMPTED}” means not attempted. Choose another key.")
    for place, reason in level_gaps(criterion):
        if place is None:
            fields.refuse("levels", reason)
        else:
            points[place].refuse("points", reason)
