"""Migrations are named for what they do and leave nothing undone."""

import re
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
APPS = ("courses", "rubrics", "essays", "marking", "results")


def test_no_model_waits_for_a_migration(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_migrations_are_named_for_what_they_do():
    names = [path.stem for app in APPS for path in (ROOT / app / "migrations").glob("0*.py")]

    assert names
    assert [name for name in names if re.search(r"auto|initial|alter_.*_and_more", name)] == []
