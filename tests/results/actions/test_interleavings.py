"""Two at once on one mark: whoever numbers versions of an outcome waits for the other, in whatever order they come."""

from decimal import Decimal

import pytest

from marking.actions.markings import Marked, mark_paper, reopen_marking
from results.actions.outcomes import choose_marking, override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.models import Outcome
from tests.at_once import needs_two_writers, while_the_other_waits
from tests.results.conftest import all_marked
from tests.worlds import class_with_papers, exemplar_marks


@needs_two_writers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ["prepared, then decided", "decided, then prepared", "decided twice", "chosen"])
def test_no_two_number_the_same_version_of_an_outcome(order):
    made = class_with_papers()
    [assignment, papers, teacher, marker] = [made[name] for name in ("assignment", "papers", "teacher", "marker")]
    marked = all_marked(papers, marker)
    prepare_outcomes(assignment, by=teacher)
    outcome = Outcome.objects.get(submission=papers[2].submission)
    if order == "chosen":  # of a released paper the outcome is prepared at once
        marks = exemplar_marks("weak", C1=Marked(level_key="2"))[1]
        other = mark_paper(papers[2], marks=marks, by=teacher, second=True)
        choose_marking(papers[2], marked[2], by=teacher)
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
    else:
        other = marked[2]
        reopen_marking(marked[2].public_id, by=marker)
        mark_paper(papers[2], marks={"C1": Marked(level_key="2")}, by=marker)

    def prepare() -> None:
        prepare_outcomes(assignment, by=teacher)

    def decide() -> None:
        override_total(outcome, total=Decimal(60), reason="Read again.", by=teacher)

    def choose() -> None:
        choose_marking(papers[2], other, by=teacher)

    acts = {
        "prepared, then decided": (prepare, decide),
        "decided, then prepared": (decide, prepare),
        "decided twice": (decide, lambda: override_total(outcome, total=Decimal(61), reason="No.", by=teacher)),
        "chosen": (choose, decide),
    }

    failed = while_the_other_waits(*acts[order])

    versions = Outcome.objects.filter(submission=papers[2].submission).order_by("version")
    numbers = [one.version for one in versions]
    assert failed == []
    assert numbers == list(range(1, len(numbers) + 1))
    assert versions.last().total == (61 if order == "decided twice" else 60)
