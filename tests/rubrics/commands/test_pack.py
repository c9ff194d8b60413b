"""`manage.py pack`: what it prints, what it stores, and how it refuses."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.models import Entry
from rubrics.actions.rubrics import create_rubric
from rubrics.models import RubricVersion
from rubrics.pure.packs import read_pack
from tests.rubrics.conftest import PACKS

DEFENCE = PACKS / "collective-defence"
AGREEMENTS = PACKS / "international-agreements"


def pack(*words: object) -> tuple[str, str]:
    """Run the command; give what it wrote and what it complained of."""
    out, complaints = StringIO(), StringIO()
    try:
        call_command("pack", *map(str, words), stdout=out, stderr=complaints)
    except CommandError as refused:
        return out.getvalue(), f"{complaints.getvalue()}{refused}"
    return out.getvalue(), complaints.getvalue()


@pytest.fixture
def broken(tmp_path) -> Path:
    """The pack with two mistakes: a level nobody knows, and a field nobody knows."""
    folder = tmp_path / "broken"
    shutil.copytree(DEFENCE, folder)
    comments = folder / "comments.yaml"
    comments.write_text(comments.read_text().replace("levels: ['1']", "levels: ['9']", 1))
    about = folder / "pack.yaml"
    about.write_text(about.read_text() + "colour: blue\n")
    return folder


def test_check_says_what_is_in_the_pack_and_what_each_exemplar_comes_to():
    out, complaints = pack("check", DEFENCE)

    assert "3 sources, 3 strands, 19 criteria, 86 levels, 3 modes, 3 exemplars, 20 comments" in out
    assert out.splitlines()[2:] == [
        "strong: timed 94, extended 92, coverage 77",
        "middling: timed 51, extended 46, coverage 38",
        "weak: timed 16, extended 14, coverage 13",
    ]
    assert complaints == ""


def test_check_remarks_on_wording(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(AGREEMENTS, folder)
    rubric = folder / "rubric.yaml"
    text = rubric.read_text()
    first = next(line for line in text.splitlines() if "descriptor:" in line)
    rubric.write_text(text.replace(first, f"{first.split('descriptor:')[0]}descriptor: This and/or that.", 1))

    out, _ = pack("check", folder)

    assert "says “and/or”. Say which of the two is needed." in out


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["check", "load"])
def test_a_bad_pack_is_refused_whole_with_file_line_and_reason(verb, broken):
    _, complaints = pack(verb, broken)

    reasons = complaints.splitlines()
    assert any(reason.startswith("comments.yaml:7: ") and "has no level 9" in reason for reason in reasons)
    assert any(reason.startswith("pack.yaml:") and "“colour” is not known" in reason for reason in reasons)
    assert reasons[-1] == f"{broken}: {len(reasons) - 1} things to mend. Nothing was stored."
    assert not RubricVersion.objects.exists()


@pytest.mark.django_db
def test_load_publishes_and_says_so_and_the_second_time_says_that_nothing_is_new(admin):
    first, _ = pack("load", AGREEMENTS, "--by", "ada.quist")
    second, _ = pack("load", AGREEMENTS, "--by", "ada.quist")

    assert first.splitlines() == [
        "international-agreements: prompt version 1 is new.",
        "international-agreements: rubric version 1 is new.",
    ]
    assert second.splitlines() == [
        "international-agreements: prompt version 1 said the same already.",
        "international-agreements: rubric version 1 said the same already.",
    ]
    assert {entry.actor for entry in Entry.objects.all()} == {admin}


@pytest.mark.django_db
def test_whoever_runs_the_server_needs_no_name():
    pack("load", AGREEMENTS)

    assert {entry.actor for entry in Entry.objects.all()} == {None}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "reason"), [("nobody", "There is nobody called nobody."), ("marta.okafor", "marta.okafor is not an admin.")]
)
def test_load_refuses_to_act_for_somebody_who_may_not(teacher, who, reason):
    _, complaints = pack("load", AGREEMENTS, "--by", who)

    assert complaints == f"{reason} Nothing was stored."
    assert not RubricVersion.objects.exists()


@pytest.mark.django_db
def test_dump_writes_the_same_files_that_were_loaded(tmp_path):
    pack("load", DEFENCE)

    out, _ = pack("dump", "collective-defence", tmp_path / "again")

    written = {path.relative_to(tmp_path / "again"): path for path in (tmp_path / "again").rglob("*.*")}
    shipped = {path.relative_to(DEFENCE): path for path in DEFENCE.rglob("*.*")}
    assert {name: path.read_bytes() for name, path in written.items()} == {
        name: path.read_bytes() for name, path in shipped.items()
    }
    assert out == f"collective-defence, version 1, is in {tmp_path / 'again'}.\n"


@pytest.mark.django_db
def test_dump_never_writes_over_anything(tmp_path):
    pack("load", AGREEMENTS)
    (tmp_path / "mine.txt").write_text("Keep me.")

    _, complaints = pack("dump", "international-agreements", tmp_path)

    assert "is not empty" in complaints
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ([], "There is no published version of the rubric railways."),
        (["--number", "7"], "There is no such version of the rubric railways."),
    ],
)
def test_dump_says_what_is_not_there(draft, tmp_path, more, reason):
    _, complaints = pack("dump", "railways", tmp_path / "new", *more)

    assert complaints == reason


@pytest.mark.django_db
def test_an_earlier_version_can_be_written_too(tmp_path):
    pack("load", AGREEMENTS)
    folder = tmp_path / "changed"
    shutil.copytree(AGREEMENTS, folder)
    rubric = folder / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("step: 1\n", "step: 0.5\n"))
    pack("load", folder)

    pack("dump", "international-agreements", tmp_path / "first", "--number", "1")
    pack("dump", "international-agreements", tmp_path / "newest")

    assert read_pack(tmp_path / "first") == read_pack(AGREEMENTS)
    assert read_pack(tmp_path / "newest").rubric.step != read_pack(AGREEMENTS).rubric.step


@pytest.mark.django_db
def test_load_refuses_the_slug_of_a_courses_own_rubric_in_a_sentence(course, teacher):
    create_rubric(title="Collective defence", strand="A", course=course, by=teacher)

    out, complaints = pack("load", DEFENCE)

    assert (out, complaints) == (
        "",
        "The slug “collective-defence” is that of a course’s own rubric, “Collective defence”. Write another slug in "
        "pack.yaml, then bring the pack again. Nothing was stored.",
    )
