"""Statements are counted as §11 of the design counts them: everything but the borders of transactions."""

import pytest
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from courses.models import User
from results.bench.statements import HEADER, LAST_LINE, CountStatements

pytestmark = pytest.mark.django_db


def answer_of(view):
    return CountStatements(view)(RequestFactory().get("/"))


@pytest.mark.parametrize("many", [0, 1, 3])
def test_every_statement_of_a_request_is_counted(many):
    def view(request):
        for _ in range(many):
            User.objects.exists()
        return HttpResponse()

    assert answer_of(view).headers[HEADER] == str(many)


def test_the_borders_of_transactions_are_not_statements():
    def view(request):
        with transaction.atomic(), transaction.atomic():
            User.objects.exists()
        return HttpResponse()

    assert answer_of(view).headers[HEADER] == "1"


def test_what_is_asked_while_streaming_is_counted_too():
    def lines():
        yield b"first"
        User.objects.exists()
        yield b"second"

    def view(request):
        User.objects.exists()
        return StreamingHttpResponse(lines())

    assert answer_of(view).getvalue() == b"firstsecond" + LAST_LINE + b"2"


def test_what_comes_before_and_after_a_request_is_not_counted():
    def view(request):
        return HttpResponse()

    User.objects.exists()
    found = answer_of(view)
    User.objects.exists()

    assert found.headers[HEADER] == "0"
