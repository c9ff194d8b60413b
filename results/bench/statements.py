"""How many statements a request cost: counted in the measured server only, and told in a header."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

HEADER = "X-Assay-Statements"
LAST_LINE = b"\n#statements "
"""What begins the last line of a streamed answer: its header left before its statements were made."""
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class Counter:
    """Counts what goes to the database; the borders of transactions are no statements."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:  # Django's signature
        self.count += not sql.lstrip().upper().startswith(NOT_COUNTED)
        return execute(sql, params, many, context)

    @contextmanager
    def counting(self) -> Iterator[None]:
        with connection.execute_wrapper(self):
            yield


class CountStatements:
    """Stands outside every other middleware, so that session and user are counted too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        counter = Counter()
        with counter.counting():
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = self._counted(response.streaming_content, counter)
        response.headers[HEADER] = str(counter.count)
        return response

    def _counted(self, parts: Iterator[bytes], counter: Counter) -> Iterator[bytes]:
        """Count on while the answer is streamed, and add the sum as its last line."""
        with counter.counting():
            yield from parts
        yield LAST_LINE + str(counter.count).encode()
