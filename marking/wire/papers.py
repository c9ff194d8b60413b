"""What an address of the queue asks for."""

from django.http import QueryDict

from marking.pure.scopes import Scope
from marking.queries.queue import Asked, Only, Shown

MOST_CODE = 40


def read_queue(sent: QueryDict, scope: Scope) -> Asked:
    """Read it; what is none of its words asks for nothing."""
    state, page = sent.get("state", ""), sent.get("page", "")
    return Asked(
        shown=Shown(state) if state in set(Shown) else Shown.ALL,
        only=frozenset(Only(one) for one in sent.getlist("only") if one in set(Only)),
        code=_code(sent.get("code", "")),
        scope=scope,
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1,
    )


def _code(typed: str) -> str:
    """Read a code, or the beginning of one, in any case and with or without its stroke."""
    bare = typed.strip()[:MOST_CODE].upper().replace("-", "")
    return f"{bare[:3]}-{bare[3:]}" if len(bare) > 3 else bare
