"""A map confirmed: kept once, with every line, by somebody who teaches."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Entry
from rubrics.actions.maps import MapIncomplete, confirm_map
from rubrics.models import KeyMap, RubricVersion, VersionMap
from rubrics.pure.maps import ScoreMap
from rubrics.queries.maps import score_map_of
from tests.mending import next_version, proposal, without_level
from tests.worlds import set_from_pack


@pytest.fixture
def assignment(course, teacher):
    return set_from_pack(course, teacher)


@pytest.fixture
def version(assignment, teacher) -> RubricVersion:
    return next_version(assignment, teacher, without_level("E7", "3"))


@pytest.fixture
def proposed(assignment, version) -> ScoreMap:
    return proposal(assignment, version)


def test_a_map_is_kept_with_every_line_and_read_back_the_same(assignment, version, proposed, teacher):
    made = confirm_map(assignment.rubric_version, version, score_map=proposed, by=teacher)

    assert (made.old, made.new, made.confirmed_by) == (assignment.rubric_version, version, teacher)
    assert score_map_of(made) == proposed
    assert KeyMap.objects.get(map=made, criterion="E7", level="3").to_level == "2"


def test_confirmed_again_it_is_the_same_map(assignment, version, proposed, teacher):
    made = confirm_map(assignment.rubric_version, version, score_map=proposed, by=teacher)
    entries = Entry.objects.count()

    assert confirm_map(assignment.rubric_version, version, score_map=proposed, by=teacher) == made
    assert (VersionMap.objects.count(), Entry.objects.count()) == (1, entries)


def test_confirmed_otherwise_it_is_another_one_and_the_first_stays(assignment, version, proposed, teacher):
    first = confirm_map(assignment.rubric_version, version, score_map=proposed, by=teacher)
    other = replace(proposed, levels={**proposed.levels, ("E7", "3"): ""})

    second = confirm_map(assignment.rubric_version, version, score_map=other, by=teacher)

    assert second != first
    assert (score_map_of(first), score_map_of(second)) == (proposed, other)


def test_a_map_that_leaves_something_open_says_what(assignment, version, proposed, teacher):
    holed = replace(proposed, levels={at: goes for at, goes in proposed.levels.items() if at != ("E7", "3")})

    with pytest.raises(MapIncomplete, match="E7"):
        confirm_map(assignment.rubric_version, version, score_map=holed, by=teacher)

    assert not VersionMap.objects.exists()


@pytest.mark.parametrize("who", ["marker", "student", "admin"])
def test_only_who_teaches_confirms(who, assignment, version, proposed, request):
    with pytest.raises(PermissionDenied):
        confirm_map(assignment.rubric_version, version, score_map=proposed, by=request.getfixturevalue(who))


def test_the_journal_names_the_versions_and_no_words(assignment, version, proposed, teacher):
    confirm_map(assignment.rubric_version, version, score_map=proposed, by=teacher)

    entry = Entry.objects.get(verb="confirm_map")
    assert (entry.before, entry.after) == (f"version:{assignment.rubric_version_id}", f"version:{version.pk}")
