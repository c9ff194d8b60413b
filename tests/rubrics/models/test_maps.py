"""What the tables of maps between versions can never hold."""

import pytest
from django.db import transaction

from courses.models import User
from rubrics.models import KeyMap, RubricVersion, VersionMap
from tests.rows import MONDAY
from tests.rubrics.models.test_versions import columns_or, refused_by


@pytest.fixture
def version_map(draft: RubricVersion, teacher: User) -> VersionMap:
    new = RubricVersion.objects.create(rubric=draft.rubric, number=2, total=10, created_at=MONDAY)
    return VersionMap.objects.create(old=draft, new=new, confirmed_by=teacher, confirmed_at=MONDAY)


def test_a_map_leads_from_one_version_to_another(draft, teacher):
    with refused_by("version_map_between_two"), transaction.atomic():
        VersionMap.objects.create(old=draft, new=draft, confirmed_by=teacher, confirmed_at=MONDAY)


def test_a_criterion_and_a_level_go_one_way_only(version_map):
    KeyMap.objects.create(map=version_map, criterion="E1", to_criterion="E1")
    KeyMap.objects.create(map=version_map, criterion="E1", level="2", to_criterion="E1", to_level="3")

    for level in ("", "2"):
        once = columns_or("key_map_once", "rubrics_keymap.map_id", "rubrics_keymap.criterion", "rubrics_keymap.level")
        with refused_by(once), transaction.atomic():
            KeyMap.objects.create(map=version_map, criterion="E1", level=level, to_criterion="E2")


def test_a_line_names_a_criterion(version_map):
    with refused_by("key_map_names_a_criterion"), transaction.atomic():
        KeyMap.objects.create(map=version_map, criterion="", to_criterion="E1")


@pytest.mark.parametrize("fields", [{"level": "", "to_criterion": "E1"}, {"level": "2", "to_criterion": ""}])
def test_only_a_level_goes_to_a_level_and_only_within_a_criterion(version_map, fields):
    with refused_by("key_map_level_goes_to_a_criterion"), transaction.atomic():
        KeyMap.objects.create(map=version_map, criterion="E1", to_level="3", **fields)
