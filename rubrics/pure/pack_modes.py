"""How pack.yaml is read: what the pack is, and modes whose counting rules have been tried on the rubric."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from rubrics.pure import counting
from rubrics.pure.counting import Rule
from rubrics.pure.pack_contents import ModeText, Problem, RubricText, RuleText
from rubrics.pure.pack_fields import Fields, fields_of, refuse_repeated
from rubrics.pure.sizes import MOST_MODES, MOST_WORDS

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


def read_about(text: str, rubric: RubricText | None, problems: list[Problem]) -> About | None:
    """Read pack.yaml. Its counting rules are tried on the rubric, where there is one to try them on."""
    fields = fields_of("pack.yaml", text, problems)
    if fields is None:
        return None
    about = About(
        slug=fields.line_text("slug", 50),
        title=fields.line_text("title", 200),
        subject=fields.line_text("subject", 100),
        language=fields.line_text("language", 10),
        command_word=fields.line_text("command_word", 50),
        modes=modes_of(fields, rubric),
    )
    fields.close()
    if about.slug and not SLUG.fullmatch(about.slug):
        fields.refuse("slug", "A slug has small letters, digits and single hyphens between them.")
    if about.language and not LANGUAGE.fullmatch(about.language):
        fields.refuse("language", "A language is a code such as en or en-GB.")
    return about


def modes_of(fields: Fields, rubric: RubricText | None) -> tuple[ModeText, ...]:
    """Give the ways to set the task that the field “modes” says, tried on the rubric where there is one."""
    entries = fields.items("modes")
    modes = tuple(_read_mode(entry, rubric) for entry in entries)
    if fields.has("modes") and not entries:
        fields.refuse("modes", "There are no modes. Add one.")
    refuse_repeated(zip((mode.key for mode in modes), entries, strict=True), "mode")
    if len(entries) > MOST_MODES:
        entries[MOST_MODES].refuse("key", f"There are {len(entries)} modes. A rubric may have {MOST_MODES}.")
    return modes


def _read_mode(fields: Fields, rubric: RubricText | None) -> ModeText:
    before = len(fields.problems)
    rules = fields.named("counting")
    mode = ModeText(
        key=fields.key(),
        name=fields.line_text("name", 100),
        words_min=fields.whole_if_any("words_min"),
        words_max=fields.whole_if_any("words_max"),
        minutes=fields.whole_if_any("minutes", most=1440),
        task=fields.text("task", most=MOST_WORDS, needed=False),
        rules=tuple(_read_rule(strand, rule) for strand, rule in rules.items()),
    )
    fields.close()
    if mode.words_min and mode.words_max and mode.words_min > mode.words_max:
        fields.refuse("words_min", f"{mode.words_min} to {mode.words_max} words is no range. Put the smaller first.")
    if rubric is not None and fields.has("counting"):
        _refuse_rules(fields, mode, rubric, rules)
        if len(fields.problems) == before:
            for reason in counting.problems(
                strand_rules(mode, rubric), counted_criteria(rubric), Fraction(rubric.total)
            ):
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


def strand_rules(mode: ModeText, rubric: RubricText) -> list[counting.StrandRule]:
    """Give a mode's rules in the order of the rubric's strands."""
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


def counted_criteria(rubric: RubricText) -> list[counting.Criterion]:
    """Give the rubric's criteria as counting knows them."""
    return [
        counting.Criterion(
            key=criterion.key, strand=strand.key, position=position, maximum=Fraction(criterion.levels[-1].points)
        )
        for strand in rubric.strands
        for position, criterion in enumerate(strand.criteria, start=1)
    ]
