"""What the database itself refuses about papers and markings."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from marking.models import (
    Allotment,
    Evidence,
    EvidenceLink,
    Flag,
    IdentityOpened,
    KeptBatch,
    Marking,
    Mutation,
    Paper,
    Remark,
    Score,
)
from rubrics.models import Criterion, Exemplar
from tests.marking.conftest import TUESDAY


@pytest.fixture
def refused():
    """Expect the database to refuse, by the constraint's name where it tells it."""

    def expect(make, name=""):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            make()
        assert name in str(error.value) or "UNIQUE" in str(error.value), str(error.value)

    return expect


@pytest.fixture
def e1(assignment):
    return Criterion.objects.get(version=assignment.rubric_version, key="E1")


@pytest.fixture
def passage(marking):
    return Evidence.objects.create(marking=marking, start=0, end=4, quote="Tech")


def test_a_code_is_once_in_an_assignment(refused, papers):
    papers[0].code = papers[1].code

    refused(papers[0].save, "paper_code_once")


def test_a_paper_is_of_a_submission_or_of_an_exemplar(refused, assignment, papers):
    exemplar = Exemplar.objects.get(version=assignment.rubric_version, key="weak")
    values = {"assignment": assignment, "code": "K7M-2QD", "shuffle": 1, "words": 1}

    refused(lambda: Paper.objects.create(**values), "paper_of_submission_or_exemplar")
    papers[0].exemplar = exemplar
    refused(papers[0].save, "paper_of_submission_or_exemplar")


def test_a_place_is_once_in_a_paper(refused, strong, assignment):
    refused(lambda: Allotment.objects.create(paper=strong, assignment=assignment, shuffle=1), "allotment_place_once")


def test_a_lease_has_a_holder_and_an_end(refused, strong, marker):
    places = Allotment.objects.filter(paper=strong)

    refused(lambda: places.update(leased_by=marker), "allotment_lease_has_holder_and_end")
    refused(lambda: places.update(lease_until=TUESDAY), "allotment_lease_has_holder_and_end")


def test_a_place_is_in_a_known_state(refused, strong):
    refused(lambda: Allotment.objects.filter(paper=strong).update(state="lost"), "allotment_state_known")


def test_a_marker_has_one_marking_at_a_place(refused, marking, marker):
    values = {"allotment": marking.allotment, "marker": marker, "rubric_version": marking.rubric_version}

    refused(lambda: Marking.objects.create(**values, started_at=TUESDAY), "marking_one_per_marker")


def test_a_finished_marking_has_its_moment(refused, marking):
    markings = Marking.objects.filter(pk=marking.pk)

    refused(lambda: markings.update(state="finished"), "marking_finished_has_moment")
    refused(lambda: markings.update(finished_at=TUESDAY), "marking_finished_has_moment")


def test_a_criterion_is_scored_once_in_a_marking(refused, marking, e1):
    refused(lambda: Score.objects.create(marking=marking, criterion=e1), "score_once_per_criterion")


WRONG_SCORES = [
    {"state": "scored"},
    {"state": "scored", "points": 10},
    {"state": "scored", "points": 0, "level": "0"},
    {"state": "zero", "points": 2, "level": "1"},
    {"state": "zero", "points": 0},
    {"state": "unmarked", "points": 2, "level": "1"},
    {"state": "not_attempted", "points": 0},
    {"state": "brilliant"},
    {"state": "scored", "level": "4"},
    {"state": "zero", "level": "0"},
]


def test_a_state_fits_its_level_and_points(refused, marking, e1):
    scores, levels = Score.objects.filter(marking=marking, criterion=e1), {one.key: one for one in e1.levels.all()}

    for wrong in WRONG_SCORES:
        changed = {"level": None, "points": None} | wrong
        changed["level"] = levels.get(changed["level"])
        refused(partial(scores.update, **changed), "score_state_fits_level")


def test_a_remark_is_once_for_a_criterion_and_once_for_the_whole(refused, marking, e1):
    Remark.objects.create(marking=marking, criterion=e1, text="One")
    Remark.objects.create(marking=marking, text="Whole")

    refused(lambda: Remark.objects.create(marking=marking, criterion=e1), "remark_once_per_criterion")
    refused(lambda: Remark.objects.create(marking=marking), "remark_one_overall")


def test_a_passage_has_a_length_and_is_once_in_a_marking(refused, marking, passage):
    again = {"marking": marking, "quote": "x"}

    refused(lambda: Evidence.objects.create(**again, start=4, end=4), "evidence_has_length")
    refused(lambda: Evidence.objects.create(**again, start=0, end=4), "evidence_passage_once")
    refused(lambda: Evidence.objects.create(**again, start=1, end=4, public_id=passage.public_id), "evidence_public")


def test_a_passage_is_tied_once_to_a_criterion_for_or_against(refused, passage, e1):
    EvidenceLink.objects.create(evidence=passage, criterion=e1)

    refused(lambda: EvidenceLink.objects.create(evidence=passage, criterion=e1), "evidence_link_once")
    refused(lambda: EvidenceLink.objects.update(polarity="maybe"), "evidence_link_polarity_known")


def test_a_key_is_once_in_a_marking_and_a_mutation_is_never_changed(refused, marking):
    values = {"marking": marking, "base": 0, "operation": "tie", "value_sha256": "0" * 64, "result": {}, "at": TUESDAY}
    kept = Mutation.objects.create(key=uuid4(), **values)

    refused(lambda: Mutation.objects.create(key=kept.key, **values), "mutation_key_once")
    refused(lambda: Mutation.objects.update(base=4), "never changed")
    refused(lambda: _delete("marking_mutation"), "never changed")


def test_a_kept_batch_is_once_was_behind_and_only_settles(refused, marking):
    values = {"marking": marking, "base": 0, "head": 2, "mutations": [], "kept_at": TUESDAY}
    kept = KeptBatch.objects.create(key=uuid4(), **values)

    KeptBatch.objects.update(settled_at=TUESDAY)

    refused(lambda: KeptBatch.objects.create(key=kept.key, **values), "kept_batch_once")
    refused(lambda: KeptBatch.objects.create(key=uuid4(), **values | {"head": 0}), "kept_batch_was_behind")
    refused(lambda: KeptBatch.objects.update(mutations=[1]), "never changed")


def test_a_flag_is_up_once_of_a_known_kind(refused, strong, marker):
    values = {"paper": strong, "raised_by": marker, "raised_at": TUESDAY}
    flag = Flag.objects.create(kind="copying", **values)

    refused(lambda: Flag.objects.create(kind="copying", **values), "flag_once_while_up")
    refused(lambda: Flag.objects.create(kind="gossip", **values), "flag_kind_known")
    Flag.objects.filter(pk=flag.pk).update(cleared_at=TUESDAY + timedelta(hours=1))
    assert Flag.objects.create(kind="copying", **values).pk != flag.pk


def test_that_an_identity_was_opened_stays_written(refused, strong, teacher):
    IdentityOpened.objects.create(paper=strong, opened_by=teacher, opened_at=TUESDAY)

    refused(lambda: IdentityOpened.objects.update(opened_at=TUESDAY + timedelta(days=1)), "never changed")
    refused(lambda: _delete("marking_identityopened"), "never changed")


def test_rows_are_named_without_telling_anything(papers, marking, passage, marker, student):
    names = [str(row) for row in (papers[0], marking.allotment, marking, passage, marking.scores.first())]

    assert not [name for name in names if student.last_name in name or "Tech" in name]


def _delete(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # a table of ours
