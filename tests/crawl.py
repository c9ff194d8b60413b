"""Walking the product as one person: every address given, every link found there, as page, fragment and JSON."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.core.cache import caches
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.saying import words_in

KINDS: dict[str, dict[str, str]] = {
    "page": {},
    "fragment": {"HX-Request": "true"},
    "json": {"Accept": "application/json"},
}
LINK = re.compile(r"""(?:href|action|hx-get|data-[a-z-]+)=["']((?:/|\?|http)[^"'<>\s]*)["']""")
NONCE = re.compile(rb"""(nonce|value|content|csrf[^=]*)=["'][^"'<>\s]{16,}["']|&quot;X-CSRFToken&quot;: &quot;\w+""")
NOT_FOLLOWED = ("/static/", "/accounts/", "/admin/", "/healthz", "/readyz")


@dataclass(frozen=True)
class Answer:
    """What came back: headers and body as one text."""

    kind: str
    address: str
    status: int
    text: str

    def holds(self, token: str) -> bool:
        return token.casefold() in self.folded

    @cached_property
    def folded(self) -> str:
        return self.text.casefold()


def read_answer(kind: str, address: str, response: Any) -> Answer:
    """Put headers, cookies and body into one text, with HTML's, JSON's and addresses' ways of hiding a word undone.

    Of a workbook or a Word file every part is read, of a PDF what it shows and what it holds besides. Left out is until
    when the answer and its cookies may be kept, and when a file was made: that is the moment of asking, by the real
    clock, and its minutes can look like a token.
    """
    body = b"".join(response.streaming_content) if response.streaming else response.content
    words = words_in(body)
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items() if name != "Expires")
    cookies = re.sub(r"expires=[^;]*;?", "", response.cookies.output())
    raw = re.sub(r"<dcterms:(created|modified)[^>]*>[^<]*", "", "\n".join([head, cookies, words]))
    spoken = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), raw)
    text = unescape(unquote(spoken)).replace(urlsplit(address).path, "")  # what was asked for tells nothing new
    return Answer(kind, address, response.status_code, text)


def links_in(answer: Answer) -> Iterator[str]:
    """Give the addresses of this site that an answer names: in links, forms, data attributes and redirects."""
    found = LINK.findall(answer.text) + re.findall(r"^Location: (\S+)", answer.text, re.M)
    for one in found:
        parts = urlsplit(urljoin(f"http://testserver{answer.address}", urldefrag(one).url))
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if parts.netloc == "testserver" and not address.startswith(NOT_FOLLOWED):
            yield address


def shape_of(address: str) -> str:
    """Give an address with its ids, codes and numbers left out: what it is a page of."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4,12}){4}|[0-9A-Z]{3}-[0-9A-Z]{3}|=[^&]*|R-[0-9A-Z-]+", "*", address)


def crawl(client: Client, starts: Iterable[str], *, most: int = 2_000) -> list[Answer]:
    """GET every start and, of every kind of page linked to, the first three; fails where anything breaks.

    The first two of a kind are asked for as page, fragment and JSON, the others as pages.
    """
    given = list(dict.fromkeys(starts))
    waiting, seen, bodies, answers = deque(given), set(), set(), []
    tried = Counter()
    while waiting:
        address = waiting.popleft()
        if address in seen or (tried[shape_of(address)] >= 3 and address not in given):
            continue
        seen.add(address)
        tried[shape_of(address)] += 1
        assert len(seen) <= most, "The walk does not end."
        for kind, headers in KINDS.items() if tried[shape_of(address)] <= 2 else [("page", {})]:
            for cache in caches.all():
                cache.clear()
            response = client.get(address, headers=headers)
            assert response.status_code < 500, (kind, address)
            shape = "" if response.streaming else sha256(NONCE.sub(b"", response.content)).hexdigest()
            if (address, shape) in bodies:  # the same words in another kind
                continue
            bodies.add((address, shape))
            answer = read_answer(kind, address, response)
            answers.append(answer)
            if answer.status in (400, 403, 404, 405):
                break
            waiting.extend(links_in(answer))
    return answers


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every address of ours by name, with the names of what it has to be filled with."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", tuple(pattern.pattern.converters)
        elif pattern.app_name != "admin":
            yield from patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else space)


def every_address(things: dict[str, Iterable[Any]]) -> list[str]:
    """Fill every address of the resolver with every combination of `things`; one that nothing fits is left out."""
    found = []
    for name, wanted in patterns():
        if name == "account_logout" or not set(wanted) <= set(things):
            continue
        for values in product(*(list(things[key]) for key in wanted)):
            try:
                found.append(reverse(name, kwargs=dict(zip(wanted, values, strict=True))))
            except NoReverseMatch:
                continue
    return list(dict.fromkeys(found))


def left_out(things: dict[str, Iterable[Any]]) -> set[str]:
    """Name the addresses that `every_address` could not fill, so that a test can say which and why."""
    return {name for name, wanted in patterns() if not set(wanted) <= set(things)}
