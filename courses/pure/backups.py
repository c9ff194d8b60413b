"""A backup's manifest, its name, and which old ones may go."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

FORMAT = 1
"""The number of the archive's layout. A reader takes its own and older ones."""

MANIFEST = "manifest.json"
NAME = re.compile(r"assay-(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\d\.\d{3}Z\.zip")
HASH = re.compile(r"[0-9a-f]{64}")


class NotAManifest(ValueError):
    """The manifest cannot be read; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Part:
    """One file in the archive."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive says about itself.

    `began_at` is the moment before the snapshot was taken: whatever was committed by then is in it. `migrations` names
    those applied, by app; `counts` gives the rows of every table, counted in the same snapshot.
    """

    began_at: datetime
    assay: str
    engine: str
    engine_version: str
    migrations: Mapping[str, list[str]]
    counts: Mapping[str, int]
    parts: tuple[Part, ...]

    @property
    def bytes(self) -> int:
        """How much room its parts take when they are unpacked."""
        return sum(part.bytes for part in self.parts)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def written(manifest: Manifest) -> str:
    """Write the manifest as JSON that people can read."""
    fields = {"format": FORMAT, **asdict(manifest), "began_at": manifest.began_at.isoformat()}
    return json.dumps(fields, indent=1, sort_keys=False) + "\n"


def read_manifest(text: str) -> Manifest:
    """Read a manifest. Raises NotAManifest."""
    try:
        said = json.loads(text)
        if said["format"] > FORMAT:
            raise NotAManifest(f"its format is {said['format']}, and this Assay reads up to {FORMAT}: upgrade first")
        manifest = Manifest(
            began_at=datetime.fromisoformat(said["began_at"]),
            assay=str(said["assay"]),
            engine=str(said["engine"]),
            engine_version=str(said["engine_version"]),
            migrations={str(app): [str(name) for name in names] for app, names in said["migrations"].items()},
            counts={str(table): int(rows) for table, rows in said["counts"].items()},
            parts=tuple(Part(str(one["name"]), int(one["bytes"]), str(one["sha256"])) for one in said["parts"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, NotAManifest):
            raise
        raise NotAManifest("its manifest cannot be read") from error
    odd = [one.name for one in manifest.parts if "/" in one.name or one.bytes < 0 or not HASH.fullmatch(one.sha256)]
    if odd or len(manifest.parts) != 1 or manifest.began_at.tzinfo is None:
        raise NotAManifest("its manifest says something impossible")
    return manifest


def unknown_migrations(manifest: Manifest, known: Iterable[tuple[str, str]]) -> list[str]:
    """Name the migrations applied to the backup that this code does not have: it was made by a newer Assay."""
    have = set(known)
    return sorted(
        f"{app}.{name}" for app, names in manifest.migrations.items() for name in names if (app, name) not in have
    )


def file_name(began_at: datetime) -> str:
    """Name an archive after its moment in UTC, so that names sort by age."""
    return f"assay-{began_at:%Y-%m-%dT%H-%M-%S}.{began_at.microsecond // 1000:03}Z.zip"


def to_thin(names: Iterable[str], keep: int) -> list[str]:
    """Name the archives that may go: all but the newest `keep`, and the last of each of the newest `keep` days.

    Names that are not an archive's are left alone. `keep` of 0 thins nothing.
    """
    ours = sorted((name for name in names if NAME.fullmatch(name)), reverse=True)
    last_of: dict[str, str] = {}
    for name in ours:
        last_of.setdefault(name[6:16], name)
    kept = {*ours[:keep], *list(last_of.values())[:keep]}
    return [name for name in reversed(ours) if name not in kept] if keep else []
