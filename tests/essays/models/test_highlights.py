import pytest
from django.db import IntegrityError, transaction

from essays.models import Highlight
from tests.essays.writing import TUESDAY

PLACE = {"letter": "A", "paragraph": 1, "start": 0, "end": 5, "quote": "First", "made_at": TUESDAY}


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"end": 0}, "highlight_is_not_empty"),
        ({"paragraph": 0}, "highlight_paragraph_from_one"),
    ],
)
def test_the_database_refuses_a_highlight_of_nothing(draft, changed, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Highlight.objects.create(draft=draft, **PLACE | changed)


def test_the_database_holds_a_passage_once_a_draft(draft):
    Highlight.objects.create(draft=draft, **PLACE)

    with pytest.raises(IntegrityError), transaction.atomic():
        Highlight.objects.create(draft=draft, **PLACE)
