"""The grid: an address names its app, topic and view; the view its template; every page says what it needs."""

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

APPS = ("courses", "rubrics", "essays", "marking", "results")
ROOT = Path(__file__).resolve().parents[2]


def our_addresses() -> list[tuple[str, URLPattern]]:
    """List (app, pattern) for every address of our apps."""
    found = []
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name in APPS:
            found += [(resolver.app_name, pattern) for pattern in resolver.url_patterns]
    return found


ADDRESSES = our_addresses()


@pytest.mark.parametrize(("app", "pattern"), ADDRESSES, ids=lambda value: getattr(value, "name", value))
def test_an_address_is_called_after_its_topic_and_view(app, pattern):
    topic, _, view = pattern.name.partition("-")

    found = pattern.callback.__module__, pattern.callback.__name__

    assert found == (f"{app}.views.{topic}", view.replace("-", "_"))


def pages() -> list[Path]:
    return [page for app in APPS for page in sorted((ROOT / "templates" / app).glob("*/*.html"))]


@pytest.mark.parametrize("template", pages(), ids=lambda template: str(template.relative_to(ROOT / "templates")))
def test_a_template_lies_where_its_view_is(template):
    app, topic = template.relative_to(ROOT / "templates").parts[:2]
    views = ROOT / app / "views" / f"{topic}.py"

    source = views.read_text() if views.exists() else ""

    if template.name.startswith("_"):
        assert list((ROOT / app).glob(f"*/{topic}.py")), f"{template.name} belongs to a topic of {app}"
    else:
        assert f"{app}/{topic}/{template.name}" in source, f"{views} shows this page"


@pytest.mark.parametrize(
    "fragment",
    sorted((ROOT / "templates").glob("**/_*.html")),
    ids=lambda page: str(page.relative_to(ROOT / "templates")),
)
def test_a_fragment_begins_by_saying_what_it_needs(fragment):
    first = fragment.read_text().split("\n", 1)[0]

    assert first.startswith("{#"), "the first line is a comment"


def test_no_page_holds_inline_style_or_script():
    found = [
        f"{page.relative_to(ROOT)}: {match.group(0)}"
        for page in (ROOT / "templates").glob("**/*.html")
        for match in re.finditer(r"\sstyle=\"|<script>|\son(?:click|change|submit|load|input)=", page.read_text())
    ]

    assert found == []
