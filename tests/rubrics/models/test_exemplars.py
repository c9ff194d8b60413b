"""What the tables of exemplars can never hold."""

import pytest
from django.db import IntegrityError, transaction

from rubrics.models import Exemplar, ExemplarScore, ExemplarTotal


def score(exemplar, **fields) -> ExemplarScore:
    return ExemplarScore.objects.create(
        **{"exemplar": exemplar, "criterion_key": "E1", "state": "scored", "level_key": "1"} | fields
    )


def test_a_key_names_one_exemplar_of_a_version(exemplar):
    with pytest.raises(IntegrityError, match=r"exemplar_key_once|version_id"), transaction.atomic():
        Exemplar.objects.create(
            prompt_version=exemplar.prompt_version, version=exemplar.version, key="strong", title="Again", words=0
        )


def test_an_audience_is_known(exemplar):
    with pytest.raises(IntegrityError, match="exemplar_audience_known"), transaction.atomic():
        Exemplar.objects.update(audience="parents")


@pytest.mark.parametrize("field", ["text", "reading_html", "reading_text", "key"])
def test_what_markers_point_into_never_changes(exemplar, field):
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Exemplar.objects.update(**{field: "other"})


def test_title_and_audience_may_be_mended(exemplar):
    Exemplar.objects.update(title="Roads of iron", audience="everybody")

    assert Exemplar.objects.get().is_for_students


def test_a_mode_has_one_agreed_total(exemplar):
    ExemplarTotal.objects.create(exemplar=exemplar, mode_key="timed", total=9)

    with pytest.raises(IntegrityError, match=r"exemplar_total_once_a_mode|exemplar_id"), transaction.atomic():
        ExemplarTotal.objects.create(exemplar=exemplar, mode_key="timed", total=8)


def test_a_criterion_is_scored_once(exemplar):
    score(exemplar)

    with pytest.raises(IntegrityError, match=r"exemplar_score_once|exemplar_id"), transaction.atomic():
        score(exemplar)


@pytest.mark.parametrize(
    ("state", "level_key"),
    [("scored", ""), ("zero", ""), ("not_attempted", "1"), ("unmarked", ""), ("unmarked", "1"), ("odd", "1")],
)
def test_a_state_fits_its_level(exemplar, state, level_key):
    with pytest.raises(IntegrityError, match="exemplar_score_state_fits_level"), transaction.atomic():
        score(exemplar, state=state, level_key=level_key)


@pytest.mark.parametrize(
    "fields",
    [
        {"start": 0, "quote": "Iron"},
        {"end": 4, "quote": "Iron"},
        {"start": 4, "end": 4, "quote": "Iron"},
        {"start": 0, "end": 4},
    ],
)
def test_a_passage_has_both_ends_and_its_words(exemplar, fields):
    with pytest.raises(IntegrityError, match="exemplar_score_passage_whole"), transaction.atomic():
        score(exemplar, **fields)
