"""What an archive says about itself, and which old ones may go."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.pure.backups import (
    FORMAT,
    NAME,
    Manifest,
    NotAManifest,
    Part,
    file_name,
    read_manifest,
    to_thin,
    unknown_migrations,
    written,
)

MOMENT = datetime(2026, 11, 24, 8, 30, 15, 42_999, tzinfo=UTC)
MANIFEST = Manifest(
    began_at=MOMENT,
    assay="0.1.0",
    engine="sqlite",
    engine_version="3.40.1",
    migrations={"courses": ["0001_tables", "0002_guards"]},
    counts={"courses_user": 7, "essays_draft": 0},
    parts=(Part("database.sqlite3", 4096, "ab" * 32),),
)
SAID = json.loads(written(MANIFEST))


def test_what_was_written_is_read():
    assert read_manifest(written(MANIFEST)) == MANIFEST
    assert (MANIFEST.rows, MANIFEST.bytes) == (7, 4096)


def test_a_later_format_says_upgrade():
    with pytest.raises(NotAManifest, match="its format is 2, and this Assay reads up to 1: upgrade first"):
        read_manifest(json.dumps({**SAID, "format": FORMAT + 1}))


@pytest.mark.parametrize("name", sorted(SAID))
def test_nothing_may_be_missing(name):
    with pytest.raises(NotAManifest, match="cannot be read"):
        read_manifest(json.dumps({key: value for key, value in SAID.items() if key != name}))


@pytest.mark.parametrize(
    "odd",
    [
        {"parts": []},
        {"parts": [*SAID["parts"], *SAID["parts"]]},
        {"parts": [{**SAID["parts"][0], "name": "../database.sqlite3"}]},
        {"parts": [{**SAID["parts"][0], "bytes": -1}]},
        {"parts": [{**SAID["parts"][0], "sha256": "no hash"}]},
        {"began_at": "2026-11-24T08:30:15"},
    ],
)
def test_nothing_impossible_is_believed(odd):
    with pytest.raises(NotAManifest, match="impossible"):
        read_manifest(json.dumps({**SAID, **odd}))


@given(st.text() | st.from_type(dict).map(repr) | st.sampled_from(["[]", "1", '{"format": "1"}', "null"]))
def test_whatever_else_it_is_it_is_refused(text):
    with pytest.raises(NotAManifest):
        read_manifest(text)


def test_a_newer_assay_is_known_by_its_migrations():
    known = [("courses", "0001_tables"), ("essays", "0001_tables")]

    assert unknown_migrations(MANIFEST, known) == ["courses.0002_guards"]
    assert unknown_migrations(replace(MANIFEST, migrations={"courses": ["0001_tables"]}), known) == []


def test_a_name_is_its_moment():
    assert file_name(MOMENT) == "assay-2026-11-24T08-30-15.042Z.zip"
    assert NAME.fullmatch(file_name(MOMENT))


def names_before(*hours: float) -> list[str]:
    return [file_name(MOMENT - timedelta(hours=one)) for one in hours]


@pytest.mark.parametrize(
    ("keep", "hours", "gone"),
    [
        (0, [0, 1, 2, 500], []),
        (1, [0, 1, 2, 30], [1, 2, 30]),
        (2, [0, 1, 2, 30], [2]),
        (3, [0, 1, 2, 3, 30, 31, 54, 100], [3, 31, 100]),
        (9, [0, 1, 2], []),
    ],
)
def test_kept_are_the_newest_and_the_last_of_each_of_the_newest_days(keep, hours, gone):
    assert sorted(to_thin(names_before(*hours), keep)) == sorted(names_before(*gone))


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), max_size=40), st.integers(1, 9))
def test_the_newest_stay_and_no_more_than_twice_as_many(moments, keep):
    names = {file_name(moment) for moment in moments}

    stay = names - set(to_thin(names, keep))

    assert set(sorted(names)[-keep:]) <= stay
    assert len(stay) <= 2 * keep


def test_what_is_not_an_archive_is_never_thinned():
    others = ["notes.txt", "assay-2026-11-24.zip", "assay.sqlite3", ".backup-x", names_before(0)[0] + ".part"]

    assert to_thin([*others, *names_before(1, 2)], 1) == names_before(2)
