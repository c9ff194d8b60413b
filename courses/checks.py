"""What `manage.py check --deploy` says of this server; with `--database default` also of the machine as it is now."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from courses.pure.deployment import Lack, Weight
from courses.queries.deployment import lacking_machine, lacking_settings

CLASSES = {Weight.ERROR: checks.Error, Weight.WARNING: checks.Warning, Weight.NOTE: checks.Info}


@register(Tags.security, deploy=True)
def settings_are_complete(app_configs: Sequence[AppConfig] | None, **more: Any) -> list[CheckMessage]:
    """Look at the settings alone."""
    return [as_message(lack) for lack in lacking_settings()]


@register(Tags.database, deploy=True)
def machine_is_complete(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **more: Any
) -> list[CheckMessage]:
    """Look at the machine, its disks and what lies undone; only where a database was named."""
    return [as_message(lack) for lack in lacking_machine()] if databases else []


def as_message(lack: Lack) -> CheckMessage:
    """Say it as Django's checks do."""
    return CLASSES[lack.weight](lack.words, hint=lack.remedy, id=f"assay.{lack.name}")
