"""`make test` itself: a test that no database ran is said, whoever skipped it."""

import pytest

from tests import stages


@pytest.fixture
def reports(monkeypatch, tmp_path):
    """Let both databases' stages have written these reports: what they say is a test's name and what became of it."""

    def write(**told):
        for name, cases in told.items():
            report = tmp_path / f"{name}.xml"
            rows = "".join(f'<testcase file="a.py" name="{case}">{how}</testcase>' for case, how in cases.items())
            report.write_text(f"<testsuites><testsuite>{rows}</testsuite></testsuites>")
            monkeypatch.setattr(stages, f"ON_{name.upper()}", report)

    return write


def test_a_test_that_one_database_skips_and_the_other_runs_is_no_gap(reports):
    reports(sqlite={"both": "", "locks": "<skipped/>"}, postgresql={"both": "", "locks": ""})

    assert stages.ran_on_none() == []
    assert stages.on_one_only().startswith("1 tests ran on both databases; 0 on SQLite only")
    assert "1 on PostgreSQL only" in stages.on_one_only()


def test_a_test_that_both_skip_or_that_only_one_is_asked_and_skips_is_named(reports):
    reports(sqlite={"both": "<skipped/>", "page": "<skipped/>"}, postgresql={"both": "<skipped/>", "other": ""})

    assert stages.ran_on_none() == ["a.py::both", "a.py::page"]
