"""The two addresses of the floor: a bare page, and a bare POST that updates 8 KB."""

from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.template import engines
from django.urls import path

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A bare page</title></head>
<body><h1>Hello, {{ user.get_full_name }}</h1><form method="post" action="/text/">{% csrf_token %}</form></body></html>
"""


class FloorText(models.Model):
    """A row a client, of 8 KB; its table is made and dropped by the bench."""

    body = models.TextField()
    objects: ClassVar[models.Manager["FloorText"]] = models.Manager()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "bench_floor"

    def __str__(self) -> str:
        return f"floor text {self.pk}"


@cache
def template() -> Any:
    return engines["django"].from_string(PAGE)


def page(request: HttpRequest) -> HttpResponse:
    """Show who is signed in."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    return HttpResponse(template().render({}, request))


def text(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was posted."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    FloorText.objects.filter(pk=pk).update(body=request.POST["body"])
    return HttpResponse(status=204)


urlpatterns = [path("page/", page), path("text/<int:pk>/", text)]
