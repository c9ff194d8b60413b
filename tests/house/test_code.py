"""What a machine can read of the house's rules: sizes, silence, and what may not stand in a file."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "courses", "rubrics", "essays", "marking", "results")
OURS = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_answers(path):
    tree = ast.parse(path.read_text())

    if path.name == "__init__.py" and not tree.body:
        return
    assert ast.get_docstring(tree), "one line that says what the module answers"


def test_there_is_no_room_for_leftovers():
    names = {"utils", "helpers", "common", "core", "misc", "managers", "services"}

    assert [str(path) for path in OURS if path.stem in names or set(path.parts) & names] == []


def test_only_actions_open_transactions():
    allowed = {"actions", "kernel", "management", "commands", "bench"}

    found = [
        str(path.relative_to(ROOT))
        for path in OURS
        if re.search(r"\batomic\b", path.read_text()) and not allowed & set(path.relative_to(ROOT).parts)
    ]

    assert found == []


def test_only_the_clock_reads_the_time():
    found = [
        str(path.relative_to(ROOT))
        for path in OURS
        if path.name != "clock.py" and re.search(r"timezone\.now\(|datetime\.now\(|datetime\.utcnow", path.read_text())
    ]

    assert found == []


def test_no_third_party_file_is_kept_here():
    kept = [
        str(path.relative_to(ROOT))
        for folder in ("static", "templates")
        for path in (ROOT / folder).rglob("*")
        if re.search(r"\.min\.(js|css)$|(^|/)(vendor|node_modules)/", str(path.relative_to(ROOT)))
    ]

    assert kept == []
