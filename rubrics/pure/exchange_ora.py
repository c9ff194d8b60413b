"""Rubrics as Open edX takes and gives them: the OLX of an open response assessment."""

import re
from math import lcm
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rubrics.pure.exchange_bare import BareCriterion, BareLevel, Brought, NotARubric, brought, points_of
from rubrics.pure.measures import Measure

_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_ora(title: str, measure: Measure, *, asked: str = "") -> tuple[bytes, tuple[str, ...]]:
    """Write a rubric as a whole assessment that staff mark; `asked` is the prompt, the title where there is none.

    Open edX knows whole points only: where a level has a fraction, all points are multiplied by one number, which is
    told.
    """
    times = lcm(*(level.points.as_integer_ratio()[1] for one in measure.rubric.criteria for level in one.levels))
    root = Element("openassessment", {"text_response": "required", "prompts_type": "text"})
    _text(root, "title", title)
    assessments = SubElement(root, "assessments")
    SubElement(assessments, "assessment", {"name": "staff-assessment", "required": "True"})
    _text(SubElement(SubElement(root, "prompts"), "prompt"), "description", asked or title)
    rubric = SubElement(root, "rubric")
    for one in measure.rubric.criteria:
        criterion = SubElement(rubric, "criterion", {"feedback": "optional"})
        _text(criterion, "name", one.key)
        _text(criterion, "label", one.name)
        _text(criterion, "prompt", one.detail or one.name)
        for level in one.levels:
            option = SubElement(criterion, "option", {"points": f"{level.points * times:f}".partition(".")[0]})
            _text(option, "name", level.key)
            _text(option, "label", level.label)
            _text(option, "explanation", level.descriptor)
    indent(root)
    told = ["Students see the wording for markers in Open edX."]
    if times > 1:
        told.append(f"Open edX knows whole points only, so all points are multiplied by {times}.")
    return tostring(root, encoding="utf-8", xml_declaration=True), tuple(told)


def read_ora(root: Element) -> list[Brought]:
    """Read every rubric of a block or of a unit with several. Raises NotARubric."""
    blocks = [root] if root.tag in ("openassessment", "rubric") else [*root.iter("openassessment")]
    if not blocks:
        raise NotARubric("", "There is no open response assessment in this file: its element is “openassessment”.")
    return [_block(block, number, len(blocks)) for number, block in enumerate(blocks, start=1)]


def _block(block: Element, number: int, among: int) -> Brought:
    at = f"assessment {number}, " if among > 1 else ""
    rubric = block if block.tag == "rubric" else block.find("rubric")
    if rubric is None:
        raise NotARubric(at.rstrip(", "), "There is no rubric in it.")
    title = (block.findtext("title") or block.get("display_name") or "").strip()
    told = [*_left_out(block)]
    criteria = []
    for place, one in enumerate(rubric.findall("criterion"), start=1):
        bare = _criterion(one, f"{at}criterion {place}")
        if bare.levels:
            criteria.append(bare)
        else:
            told.append(f"The criterion “{bare.name[:60]}” asks for feedback alone, without levels. It was left out.")
    return brought(title or "Rubric from Open edX", criteria, told)


def _left_out(block: Element) -> list[str]:
    """Say what of a block is no rubric."""
    told = []
    if prompts := [*block.iter("description")]:
        many = "s" if len(prompts) > 1 else ""
        told.append(f"The prompt{many} of the assessment did not come along. Bring them into the library of prompts.")
    if examples := sum(1 for _ in block.iter("example")):
        told.append(f"{examples} scored example{'s' if examples > 1 else ''} did not come along.")
    if block.find(".//feedbackprompt") is not None or block.find(".//feedback_default_text") is not None:
        told.append("The question for overall feedback did not come along.")
    return told


def _criterion(one: Element, place: str) -> BareCriterion:
    name = one.findtext("name") or ""
    label = one.findtext("label") or name
    prompt = one.findtext("prompt") or ""
    levels = tuple(
        BareLevel(
            label=option.findtext("label") or option.findtext("name") or "",
            points=points_of(option.get("points", ""), f"{place}, option {number}"),
            descriptor=option.findtext("explanation") or "",
            key=(option.findtext("name") or "").strip(),
        )
        for number, option in enumerate(one.findall("option"), start=1)
    )
    text = "" if prompt.strip() == label.strip() else prompt
    return BareCriterion(name=label, levels=levels, text=text, key=name.strip(), place=place)


def _text(parent: Element, tag: str, text: str) -> None:
    """Add an element with text; what XML cannot carry is left out."""
    SubElement(parent, tag).text = _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
