"""A person's copy: everything that is theirs, nobody else's name, and no mark before its release."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.kernel import clock
from courses.models import Entry, Job, JobFile, Look, LookKind
from essays.models import Assignment
from results.actions.copies import FolderNotEmpty, begin_copy, make_copy, write_copy
from results.actions.erasures import erase_person
from results.actions.release import withdraw_release
from results.models import MarkShown, Release
from results.queries.copies import files_in_copy
from tests.results.privacy_world import AFTER, Private, lived_in_privately

OWN = (
    *("essay1", "essay2", "essay3", "branch", "plan", "note", "wording"),
    *("remark", "step", "overall", "override", "why", "next"),
)
"""What a student wrote and what they are shown."""

KEPT_BACK = ("ill", "opened", "flag")
"""Reasons and flags: words of staff that no page shows their student."""


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[Private]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in_privately()
        transaction.set_rollback(True)


@pytest.fixture
def school(built, db, settings, tmp_path) -> Iterator[Private]:
    settings.ERASURE_LIST = tmp_path / "erasures.txt"
    with clock.at(AFTER), transaction.atomic():
        yield built
        transaction.set_rollback(True)


def copied(school: Private, who: str, folder: Path, *, with_unreleased: bool = False) -> dict[str, str]:
    write_copy(school.students[who], folder / who, with_unreleased=with_unreleased)
    return {
        str(path.relative_to(folder / who)): path.read_text() for path in (folder / who).rglob("*") if path.is_file()
    }


def test_it_holds_every_word_of_the_person_and_what_they_are_shown(school, tmp_path):
    files = copied(school, "ines", tmp_path)

    text = "\n".join(files.values())
    assert [word for word in OWN if f"tok-ines-{word}" not in text] == []
    assert "Qinesmore" in text
    assert "user.ines" in text
    for page in ("index.html", "data.json"):
        assert "tok-ines-plan" in files[page]


def test_it_holds_no_token_of_anybody_else_and_no_name_of_staff(school, tmp_path):
    for with_unreleased in (False, True):
        files = copied(school, "ines", tmp_path / str(with_unreleased), with_unreleased=with_unreleased)

        others = [
            *school.words_of("noor"),
            *school.words_of("lena"),
            "Okafor",
            "okafor",
            "Reyes",
            "reyes",
            "Quista",
            "ada.",
        ]
        found = [(word, name) for name, text in files.items() for word in others if word in text or word in name]
        assert found == []


def test_reasons_of_staff_are_in_an_admins_copy_alone_and_it_says_so(school, tmp_path):
    plain = "\n".join(copied(school, "ines", tmp_path / "a").values())
    full = copied(school, "ines", tmp_path / "b", with_unreleased=True)

    assert [word for word in KEPT_BACK if f"tok-ines-{word}" in plain] == []
    assert "tok-ines-ill" in full["index.html"]
    assert "tok-ines-opened" in full["data.json"]
    assert "Somebody should read those" in full["index.html"]
    assert "Somebody should read those" not in plain


def test_the_files_are_the_exact_texts_receipts_results_and_every_kept_state(school, tmp_path):
    files = copied(school, "ines", tmp_path)
    data = json.loads(files["data.json"])

    folders = sorted({name.split("/")[0] for name in files})
    assert folders == ["README.txt", "data.json", "drafts", "essays", "index.html", "receipts", "results"]
    [essay] = [text for name, text in files.items() if name.startswith("essays/")]
    assert essay.endswith("tok-ines-essay3 stands here.")
    assert len([name for name in files if name.startswith("drafts/")]) == 4
    assert [name for name in files if name.startswith("drafts/") and "kept-beside" in name]
    assert files_in_copy(school.students["ines"]) == len(files)
    assert data["results"][0]["total"] == "60.00"
    assert {one["table"] for one in data["kept"]} >= {
        *("courses.User", "courses.Enrolment", "courses.Arrangement", "essays.Extension", "essays.Draft"),
        *("essays.Submission", "essays.PlanItem", "essays.Highlight", "essays.WritingEvent", "results.SelfScore"),
    }
    said = [line["said"] for line in data["journal"]]
    assert "A teacher gave you more time." in said
    assert "You handed in your essay." in said
    assert {line["said"] for line in data["looks"]} == {"A teacher opened which paper is yours."}


def test_every_link_of_the_page_leads_to_a_file(school, tmp_path):
    import re

    files = copied(school, "ines", tmp_path)

    links = re.findall(r'href="([^"#]+)"', files["index.html"])
    assert len(links) == 4
    assert [link for link in links if link not in files] == []


def test_what_is_not_released_is_not_in_it_unless_an_admin_asks(school, tmp_path):
    release = Release.objects.get(items__outcome__submission__draft__author=school.students["noor"])
    withdraw_release(release, reason="Too early.", by=school.teacher)

    plain = copied(school, "noor", tmp_path / "a")
    full = copied(school, "noor", tmp_path / "b", with_unreleased=True)

    text = "\n".join(plain.values())
    assert [word for word in ("remark", "overall", "step", "override") if f"tok-noor-{word}" in text] == []
    assert "60.00" not in text
    assert json.loads(plain["data.json"])["results"] == []
    assert "unreleased" not in json.loads(plain["data.json"])
    comments = json.loads(full["data.json"])["unreleased"]["comments"]
    assert any("tok-noor-remark" in one["text"] for one in comments)


def test_a_mark_that_waits_for_its_students_answer_is_held_back_here_too(school, tmp_path):
    Assignment.objects.filter(pk=school.assignment.pk).update(mark_after_days=5)
    MarkShown.objects.all().delete()

    files = copied(school, "ines", tmp_path)

    text = "\n".join(files.values())
    assert "60.00" not in text
    assert "tok-ines-override" not in text
    assert "tok-ines-remark" in text
    assert json.loads(files["data.json"])["results"][0]["total"] is None


# ---------------------------------------------------------------- the job and the command
def test_a_student_makes_their_own_copy_as_a_job(school):
    client = Client()
    client.force_login(school.students["ines"])

    answer = client.post(reverse("results:copies-mine"))

    job = Job.objects.get(owner=school.students["ines"])
    assert answer.url == reverse("courses:jobs-detail", args=[job.public_id])
    make_copy.func(job.pk, person_id=school.students["ines"].pk, with_unreleased=False)
    job.refresh_from_db()
    file = JobFile.objects.get(job=job)
    with zipfile.ZipFile(io.BytesIO(bytes(file.body))) as packed:
        assert packed.testzip() is None
        assert len(packed.namelist()) == job.done == job.total
        assert b"tok-ines-essay3" in packed.read("index.html") + packed.read("data.json") + b"".join(
            packed.read(name) for name in packed.namelist() if name.startswith("essays/")
        )
    assert Entry.objects.filter(verb="copy_person", person_id=school.students["ines"].pk).count() == 1
    assert not Look.objects.filter(kind=LookKind.COPY).exists()


def test_nobody_but_an_admin_makes_anybody_elses_and_only_an_admin_the_unreleased(school):
    ines, noor = school.students["ines"], school.students["noor"]
    for by in (ines, school.teacher, school.marker):
        with pytest.raises(PermissionDenied):
            begin_copy(noor, by=by)
    with pytest.raises(PermissionDenied):
        begin_copy(noor, with_unreleased=True, by=noor)

    job = begin_copy(noor, with_unreleased=True, by=school.admin)

    assert "Qnoormore" not in job.title
    assert Look.objects.filter(kind=LookKind.COPY, person=noor, viewer=school.admin).exists()


def test_an_admins_copy_of_an_erased_person_is_erased_with_them(school):
    noor = school.students["noor"]
    job = begin_copy(noor, by=school.admin)
    make_copy.func(job.pk, person_id=noor.pk, with_unreleased=False)
    assert JobFile.objects.count() == 1

    erase_person(noor, reason="Asked for.", by=school.admin)

    assert JobFile.objects.count() == 0


def test_the_command_writes_a_folder_and_overwrites_nothing(school, tmp_path, capsys):
    call_command("person", "export", "user.ines", str(tmp_path / "out"))
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700

    assert "Open index.html first" in capsys.readouterr().out
    assert (tmp_path / "out" / "index.html").exists()
    with pytest.raises(CommandError, match="new or an empty one"):
        call_command("person", "export", "user.ines", str(tmp_path / "out"))
    with pytest.raises(FolderNotEmpty):
        write_copy(school.students["ines"], tmp_path / "out")
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("person", "export", "nobody@school.example", str(tmp_path / "new"))
