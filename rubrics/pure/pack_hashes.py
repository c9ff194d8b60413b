"""Whether two packs hold the same measure: a hash of what makes a rubric version."""

import hashlib
import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rubrics.pure.pack_contents import Pack


def rubric_sha256(pack: Pack) -> str:
    """Hash the measure: the rubric, its modes, and which exemplars with which text were scored with it.

    The scores and reasons of an exemplar are not in it, nor is the comment bank: they are mended in place.
    """
    essays = sorted((exemplar.key, exemplar.text) for exemplar in pack.exemplars)
    return _sha256([asdict(pack.rubric), [asdict(mode) for mode in pack.modes], essays])


def _sha256(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    """Write 10, 10.0 and 10.00 alike."""
    if not isinstance(value, Decimal):
        raise TypeError(f"A pack holds no {type(value).__name__}.")
    return f"{value.normalize():f}"
