"""How blocks are written as the Markdown of an essay: a line a paragraph, and no more marks than the text had.

static/js/essays/drafts/markdown.js writes a clipboard by the same rules.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from essays.pure.blocks import Block, Run

Value = TypeVar("Value")

_LETTER = re.compile(r"[^\W_]")
_STARS_APART = re.compile(r"\*(?: \*){2,}")


def markdown_of(blocks: Iterable[Block]) -> str:
    """Write the blocks, a blank line between any two but the items of one list."""
    text = ""
    before: Block | None = None
    levels: list[Block] = []
    for block in blocks:
        written = _written(block)
        if not written:
            continue
        if before is not None:
            text += _between(before, block, levels)
        text += _quoted(written, block.quote)
        before = block
        levels = [*levels[: block.level - 1], block] if block.kind == "item" else []
    return text


def _between(before: Block, block: Block, levels: Sequence[Block]) -> str:
    if block.kind == "item" and before.quote == block.quote:
        if before.kind == "item" and before.level < block.level:
            return "\n"
        last = levels[block.level - 1] if len(levels) >= block.level else None
        if last is not None and (block.number > 1 if last.number else not block.number):
            return "\n"
    depth = min(before.quote, block.quote)
    return "\n" + ("> " * depth).rstrip() + "\n"


def _quoted(text: str, depth: int) -> str:
    return "\n".join("> " * depth + line for line in text.split("\n")) if depth else text


def _written(block: Block) -> str:
    if block.kind == "rule":
        return "---"
    if block.kind == "table":
        return _table(block)
    lines = _lines(block.runs)
    line = " ".join(filter(None, lines))
    if not line:
        return ""
    if block.kind == "heading":
        return f"{'#' * block.level} {line}"
    if block.kind == "item":
        return f"{'    ' * (block.level - 1)}{f'{block.number}.' if block.number else '-'} {line}"
    if block.kind == "note":
        return f"[^{block.note}]: {line}"
    if _STARS_APART.fullmatch(line):
        return "---"
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(_as_words, lines))).strip()


def _table(block: Block) -> str:
    lines = [[" ".join(filter(None, _lines(cell))) for cell in row] for row in block.rows]
    if not block.ruled:
        return "\n".join("\t".join(cells).rstrip() for cells in lines)
    head, *body = (f"| {' | '.join(cells)} |" for cells in lines)
    return "\n".join([head, "|" + " --- |" * len(lines[0]), *body])


def _lines(runs: Iterable[Run]) -> list[str]:
    """Give the text of runs, each line with its marks."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        for at, text in enumerate(run.text.split("\n")):
            if at:
                lines.append([])
            if text:
                lines[-1].append(replace(run, text=text))
    return [re.sub(r" {2,}", " ", _emphasised(joined(line))).strip() for line in lines]


def joined(runs: Sequence[Run]) -> list[Run]:
    """Join runs of one dress; a space between two of them wears theirs."""
    out: list[Run] = []
    for at, run in enumerate(runs):
        after = runs[at + 1] if at + 1 < len(runs) else None
        if out and after and not run.text.strip() and not out[-1].note and out[-1].dressed_as(after):
            run = replace(out[-1], text=run.text)
        if out and not run.note and out[-1].dressed_as(run):
            out[-1] = replace(out[-1], text=out[-1].text + run.text)
        else:
            out.append(run)
    return out


def _emphasised(runs: Sequence[Run]) -> str:
    """Set links outermost, then bold, then italic."""
    return "".join(_around(_strong(group), "", href) for href, group in _grouped(runs, lambda run: run.href))


def _strong(runs: Sequence[Run]) -> str:
    return "".join(_around(_leaning(group), "**" * bold) for bold, group in _grouped(runs, lambda run: run.bold))


def _leaning(runs: Sequence[Run]) -> str:
    groups = _grouped(runs, lambda run: run.italic)
    return "".join(_around("".join(map(_said, group)), "*" * italic) for italic, group in groups)


def _grouped(runs: Iterable[Run], key: Callable[[Run], Value]) -> Iterator[tuple[Value, list[Run]]]:
    return ((value, list(group)) for value, group in groupby(runs, key=key))


def _said(run: Run) -> str:
    return f"[^{run.note}]" if run.note else _calm(run.text)


def _around(text: str, sign: str, href: str = "") -> str:
    """Put a mark around words, never around the space beside them."""
    words = text.strip()
    if not (sign or href) or not _LETTER.search(words):
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if sign:
        return f"{before}{sign}{words}{sign}{after}"
    if href in (words, f"mailto:{words}"):
        return text
    return f"{before}[{words}]({_safe(href)}){after}"


def _safe(href: str) -> str:
    return re.sub(r"[ ()<>\"\\\[\]*`|]", lambda sign: f"%{ord(sign[0]):02X}", href)


def _calm(text: str) -> str:
    """Keep signs in the words from being read as marks, where they would be."""
    text = re.sub(r"\\(?=[\\`*_{}\[\]()#+\-.!|>])", r"\\\\", text).replace("`", "\\`")
    text = re.sub(r"\*", lambda star: star[0] if _is_alone(text, star) else r"\*", text)
    text = re.sub(r"_+", lambda line: line[0] if _is_no_mark(text, line) else line[0].replace("_", r"\_"), text)
    return text.replace("](", r"]\(")


def _beside(text: str, found: re.Match[str]) -> tuple[str, str]:
    return text[: found.start()][-1:], text[found.end() : found.end() + 1]


def _is_alone(text: str, found: re.Match[str]) -> bool:
    return all(not sign or sign.isspace() for sign in _beside(text, found))


def _is_no_mark(text: str, found: re.Match[str]) -> bool:
    within = all(sign and _LETTER.match(sign) for sign in _beside(text, found))
    return bool(within) or _is_alone(text, found) or len(found[0]) > 2


def _as_words(line: str) -> str:
    """Keep a line of prose from being read as a heading or a quotation."""
    return re.sub(r"^(#{1,6} |>)", r"\\\1", line)
