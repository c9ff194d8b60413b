"""What the pages for readers of the code say: every path and link leads somewhere, each decision has its number."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = "config|courses|rubrics|essays|marking|results|templates|static|tests|docs"
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *DECISIONS]
NAMING_FILES = [ROOT / "README.md", ROOT / "docs/HOUSE.md", ROOT / "docs/ARCHITECTURE.md", *DECISIONS]


def name(doc):
    return str(doc.relative_to(ROOT))


@pytest.mark.parametrize("doc", NAMING_FILES, ids=name)
def test_every_path_that_a_page_names_is_there(doc):
    named = re.findall(rf"`((?:{TOP})/[\w./-]+)`", doc.read_text())

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_house_shows_its_grid_by_files_that_are_there():
    grid = (ROOT / "docs/HOUSE.md").read_text().split("## 1.")[1].split("The topic word")[0]

    shown = re.findall(rf"(?<=  )((?:{TOP})/[\w/.]+)(?=  )", grid)

    assert len(shown) == 5
    assert [path for path in shown if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("doc", PAGES, ids=name)
def test_every_link_leads_to_a_file(doc):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", doc.read_text())

    assert [link for link in links if "://" not in link and not (doc.parent / link).exists()] == []


def test_each_decision_has_a_number_of_its_own_and_says_it():
    numbers = [page.name[:4] for page in DECISIONS]

    assert numbers == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    assert [page.read_text()[:6] for page in DECISIONS] == [f"# {number}" for number in numbers]
