"""The list of what is kept about people names every table that is about somebody, and nothing that is not there."""

import pytest
from django.apps import apps
from django.conf import settings

from courses.models import User
from results.pure.holdings import APART, BLANK, BY_MODEL, GOES, HOLDINGS, IMPERSONAL, PERIODS, STAYS
from results.queries.retention import AFTER

MODELS = {model._meta.label: model for model in apps.get_models()}


def test_every_table_is_named_as_about_somebody_or_about_nobody():
    named = set(BY_MODEL) | set(IMPERSONAL)

    assert set(MODELS) - named == set(), "add a Holding, or say in IMPERSONAL why there is nobody in it"
    assert named - set(MODELS) == set(), "there is no such table"
    assert set(BY_MODEL) & set(IMPERSONAL) == set()
    assert len(BY_MODEL) == len(HOLDINGS)


@pytest.mark.parametrize("label", sorted(IMPERSONAL))
def test_a_table_about_nobody_leads_to_nobody(label):
    for field in MODELS[label]._meta.get_fields():
        if field.many_to_one or (field.one_to_one and field.concrete):
            other = field.related_model
            assert other is not User
            assert not (other._meta.label in BY_MODEL and BY_MODEL[other._meta.label].person), field.name


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.model)
def test_a_table_can_be_asked_for_a_person_given_and_emptied(holding):
    model = MODELS[holding.model]
    rows = model._default_manager.all()
    if holding.person:
        str(rows.filter(**{holding.person: 1}).values_list(*holding.gives.values()).query)
    else:
        assert not holding.gives
    for name in holding.blanks:
        assert model._meta.get_field(name).concrete
    assert holding.erasing in (STAYS, GOES, BLANK, APART)
    assert bool(holding.blanks) == (holding.erasing == BLANK)
    assert holding.person or holding.erasing in (STAYS, APART), "whose rows would go?"
    assert holding.what
    assert holding.why
    assert holding.seen_by


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.model)
def test_words_of_a_table_about_a_person_are_erased(holding):
    """A field of free text beside a person either goes, or is known not to be about them."""
    wordy = ("TextField", "JSONField", "EmailField", "BinaryField")
    known = {
        "courses.User": {"reading_settings", "marking_keys", "email"},  # the account is erased by itself
        "essays.Draft": {"journal_key"},
        "marking.Mutation": {"result"},  # hashes and ids
        "results.Outcome": {"arithmetic", "coverage"},  # numbers and the rubric's words
        "results.OutcomeLine": {"descriptor"},  # the rubric's words
        "rubrics.BankComment": {"text"},  # its author's words, about nobody; others' remarks point at it
    }
    if not holding.person or holding.erasing in (GOES, APART):
        return
    fields = {f.name for f in MODELS[holding.model]._meta.concrete_fields if f.get_internal_type() in wordy}

    assert fields - set(holding.blanks) - known.get(holding.model, set()) == set()


def test_every_period_has_its_setting_and_every_table_its_period():
    keys = {period.key for period in PERIODS}

    assert {holding.keeps for holding in HOLDINGS} == keys
    assert all(isinstance(getattr(settings, period.setting), int) for period in PERIODS if period.setting)
    assert set(AFTER) == {period.key for period in PERIODS if period.setting}


def test_a_copy_names_nobody_but_its_person():
    """No column of a copy leads to a person, a code or a number of ours."""
    for holding in HOLDINGS:
        for path in holding.gives.values():
            assert not any(
                part in ("actor", "viewer", "marker", "code", "decided_by", "pk", "id") for part in path.split("__")
            )
