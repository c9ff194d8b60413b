"""Rubrics and packs in and out of the library: what each file loses is said first, and nothing is kept unseen."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Entry, PromptVersion
from rubrics.actions.packs import load_pack
from rubrics.actions.rubrics import create_rubric
from rubrics.models import Rubric, RubricVersion
from rubrics.pure.exchange import Format
from rubrics.pure.measures import gaps
from rubrics.pure.packs import read_pack, read_zip, write_zip
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet
from tests.hostile import CORPUS, zipped
from tests.rubrics.conftest import PACKS, published

BRING, CREATE = "/rubrics/bring/", "/rubrics/bring/create/"
PACK, LOAD = "/rubrics/packs/", "/rubrics/packs/load/"
CANVAS = (
    b"Rubric Name,Criteria Name,Criteria Description,Criteria Enable Range"
    b",Rating Name,Rating Description,Rating Points,Rating Name,Rating Description,Rating Points\n"
    b"Essays,Thesis,Is there one?,true,Full,All of it,4,None,,0\n"
    b"Essays,Sources,,false,Many,,3,None,,0\n"
    b"Talks,Voice,,false,Loud,,2,Quiet,,0\n"
)


@pytest.fixture
def defence(admin) -> RubricVersion:
    return load_pack(read_pack(PACKS / "collective-defence"), by=admin).rubric_version


def send(client, place, name, data):
    return client.post(place, {"file": SimpleUploadedFile(name, data)})


def hidden(page, name):
    """Give what a hidden field of the page carries to the next step."""
    field = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert field, f"no hidden field {name}"
    return unescape(field[1])


def carried(page):
    return {name: hidden(page, name) for name in ("name", "content")}


# ------------------------------------------------------------------------------------------------- out
def test_each_format_says_what_it_loses_before_it_is_downloaded(defence, teacher, as_user):
    page = as_user(teacher).get("/rubrics/collective-defence/1/formats/").content.decode()

    assert "The total becomes 162 instead of 100." in page
    assert "The wording for students is left out: 86 levels in 19 criteria." in page
    assert "E1, level 0; E1, level 1" in page
    assert page.count("Nothing is left behind") == 2
    assert all(f"/rubrics/collective-defence/1/formats/{to}/" in page for to in Format)
    assert "/rubrics/collective-defence/1/pack/" in page


@pytest.mark.parametrize("to", Format)
def test_a_format_is_a_file_with_a_name(to, defence, marker, as_user):
    answer = as_user(marker).get(f"/rubrics/collective-defence/1/formats/{to}/")

    assert answer["Content-Type"] == to.content_type
    assert answer["Content-Disposition"] == f'attachment; filename="collective-defence-1.{to.ending}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Industrial coalition war" in answer.content.decode()


def test_a_case_file_has_an_identifier_for_each_version(defence, teacher, as_user):
    first, again = (
        json.loads(as_user(teacher).get("/rubrics/collective-defence/1/formats/case/").content) for _ in range(2)
    )

    assert first == again
    assert first["lastChangeDateTime"] == defence.published_at.isoformat()


def test_a_draft_with_gaps_lists_them_and_gives_no_file(draft, admin, as_user):
    draft.criteria.update(short_name="")
    client = as_user(admin)

    page = client.get("/rubrics/railways/1/formats/").content.decode()

    assert "E1 has no short name. Write one." in page
    assert "Download" not in page
    assert client.get("/rubrics/railways/1/formats/canvas/").status_code == 409
    assert client.get("/rubrics/railways/1/pack/").status_code == 409


def test_a_rubric_for_no_published_prompt_has_no_pack_and_says_so(draft, admin, as_user):
    published(draft)
    Rubric.objects.update(prompt=None)
    client = as_user(admin)

    assert "for no published prompt" in client.get("/rubrics/railways/1/formats/").content.decode()
    assert client.get("/rubrics/railways/1/pack/").status_code == 404


@pytest.mark.parametrize("place", ["formats/", "formats/word/", "formats/canvas/", "pack/"])
def test_what_one_may_not_see_cannot_be_taken_out(place, defence, student, teacher, as_user):
    assert as_user(student).get(f"/rubrics/collective-defence/1/{place}").status_code == 404
    assert as_user(teacher).get(f"/rubrics/collective-defence/9/{place}").status_code == 404


def test_an_unknown_format_is_not_there(defence, teacher, as_user):
    assert as_user(teacher).get("/rubrics/collective-defence/1/formats/word/").status_code == 404


def test_the_page_of_formats_costs_the_same_for_a_large_rubric(defence, teacher, as_user):
    client = as_user(teacher)
    client.get("/rubrics/collective-defence/1/formats/")

    with CaptureQueriesContext(connection) as statements:
        client.get("/rubrics/collective-defence/1/formats/")

    assert len(statements) <= 8


# ------------------------------------------------------------------------------------------------- in
def test_a_file_is_shown_first_and_nothing_is_kept(teacher, as_user):
    page = send(as_user(teacher), BRING, "rubrics.csv", CANVAS).content.decode()

    assert "2 rubrics. Nothing is kept yet." in page
    assert "Is there one?" in page
    assert "Ranges are not known here (line 2)" in page
    assert "3 levels have no wording for markers and no wording for students. Write it." in page
    assert Rubric.objects.count() == 0


def test_what_was_shown_becomes_drafts_for_a_course(teacher, course, as_user):
    client = as_user(teacher)
    page = send(client, BRING, "rubrics.csv", CANVAS).content.decode()

    answer = client.post(CREATE, {**carried(page), "place": course.slug})

    first, second = RubricVersion.objects.order_by("pk")
    assert answer["Location"] == reverse("rubrics:drafts-detail", args=["essays", 1])
    assert [(one.rubric.title, one.course, one.state, one.drafted_by) for one in (first, second)] == [
        ("Essays", course, "draft", teacher),
        ("Talks", course, "draft", teacher),
    ]
    assert [one.key for one in rubric_sheet(first.pk).criteria] == ["A1", "A2"]
    assert Entry.objects.filter(verb="import_rubric").count() == 2
    assert client.get(answer["Location"]).status_code == 200


def test_an_admin_brings_rubrics_into_the_library(admin, as_user):
    client = as_user(admin)
    page = send(client, BRING, "rubrics.csv", CANVAS).content.decode()

    client.post(CREATE, {**carried(page), "place": "library"})

    assert set(RubricVersion.objects.values_list("course", flat=True)) == {None}


def test_a_rubric_taken_out_comes_back_as_a_draft_that_says_the_same(defence, admin, as_user):
    client = as_user(admin)
    file = client.get("/rubrics/collective-defence/1/formats/assay/").content

    page = send(client, BRING, "rubric.yaml", file).content.decode()
    client.post(CREATE, {**carried(page), "place": "library"})

    back = RubricVersion.objects.get(rubric__slug="collective-defence-since-1914")
    assert "Nothing: it could be published as it is." in page
    assert measure_of(rubric_sheet(back.pk)) == measure_of(rubric_sheet(defence.pk))
    again = client.get("/rubrics/collective-defence-since-1914/1/formats/assay/").content
    assert again == file


@pytest.mark.parametrize(("to", "name"), [("canvas", "rubric.csv"), ("open-edx", "rubric.xml")])
def test_a_rubric_comes_back_from_other_formats_with_its_levels_and_points(to, name, defence, admin, as_user):
    client = as_user(admin)
    file = client.get(f"/rubrics/collective-defence/1/formats/{to}/").content

    page = send(client, BRING, name, file).content.decode()
    client.post(CREATE, {**carried(page), "place": "library"})

    brought = measure_of(rubric_sheet(RubricVersion.objects.get(rubric__slug="collective-defence-since-1914").pk))
    back, before = brought.rubric, measure_of(rubric_sheet(defence.pk)).rubric
    assert [(one.name, one.detail) for one in back.criteria] == [(one.name, one.detail) for one in before.criteria]
    assert [[(lv.label, lv.points, lv.descriptor) for lv in one.levels] for one in back.criteria] == [
        [(lv.label, lv.points, lv.descriptor) for lv in one.levels] for one in before.criteria
    ]
    assert all("wording for students" in gap.text for gap in gaps(brought))


def test_hostile_words_of_a_file_are_shown_as_words(teacher, as_user):
    bad = "<script>alert(1)</script>"
    out = io.StringIO()
    csv.writer(out).writerows([
        ["Rubric Name", "Criteria Name", "Rating Name", "Rating Description", "Rating Points", bad],
        [bad, bad, bad, bad, "4", bad],
    ])  # fmt: skip

    page = send(as_user(teacher), BRING, "r.csv", out.getvalue().encode()).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("rubric.pdf", b"%PDF", "This kind of file is not taken here."),
        ("rubric.csv", b"a,b\n1,2", "rubric.csv, line 1: There is no column “Rubric Name”"),
        (
            "rubric.csv",
            CANVAS + b"Essays,Style,,false,Bad,,lots,,,",
            "rubric.csv, line 5, “Bad”: “lots” is not a number",
        ),
        ("rubric.yaml", b"a: 1", "rubric.yaml, line 1: The field “format” is missing."),
        ("rubric.xml", b"<html/>", "rubric.xml: There is no open response assessment"),
        ("rubric.csv", b"x" * 1_100_000, "larger than 1 MB"),
        ("rubric.csv", b"x" * 11_000_000, "larger than 10 MB"),
        ("rubric.csv", b"", "This file is empty"),
    ],
)
def test_a_file_that_is_no_rubric_is_refused_by_name_place_and_reason(name, data, reason, teacher, as_user):
    answer = send(as_user(teacher), BRING, name, data)

    assert answer.status_code == 422
    assert reason in unescape(answer.content.decode())


@pytest.mark.parametrize("file", [one for one in CORPUS if one.kind in ("table", "xml", "yaml")][::4], ids=str)
def test_a_hostile_file_is_refused_on_the_page(file, teacher, as_user):
    answer = send(as_user(teacher), BRING, file.name, file.made())

    assert answer.status_code == 422
    assert Rubric.objects.count() == 0


def test_a_place_one_does_not_teach_is_refused(teacher, other_course, as_user):
    client = as_user(teacher)
    page = send(client, BRING, "rubrics.csv", CANVAS).content.decode()

    for place in ("library", other_course.slug, "", "x"):
        assert client.post(CREATE, {**carried(page), "place": place}).status_code == 422

    assert Rubric.objects.count() == 0


@pytest.mark.parametrize("content", ["", "not base64 !", "AAAA", "é"])
def test_a_second_step_without_its_file_keeps_nothing(content, teacher, course, as_user):
    answer = as_user(teacher).post(CREATE, {"name": "rubrics.csv", "content": content, "place": course.slug})

    assert answer.status_code == 422
    assert Rubric.objects.count() == 0


# ------------------------------------------------------------------------------------------------- packs
@pytest.mark.parametrize("folder", sorted(PACKS.iterdir()), ids=lambda one: one.name)
def test_a_pack_is_loaded_and_taken_out_byte_by_byte(folder, admin, as_user):
    client = as_user(admin)
    data = write_zip(read_pack(folder))

    page = send(client, PACK, "pack.zip", data).content.decode()
    assert PromptVersion.objects.count() == RubricVersion.objects.count() == 0
    answer = client.post(LOAD, carried(page))

    out = client.get(f"/rubrics/{folder.name}/1/pack/")
    assert answer["Location"] == reverse("rubrics:versions-detail", args=[folder.name, 1])
    assert out.content == data
    assert out["Content-Disposition"] == f'attachment; filename="{folder.name}-1.zip"'
    assert read_zip(out.content, "pack.zip") == read_pack(folder)


def test_a_pack_says_what_is_in_it_and_what_loading_it_does(defence, admin, as_user):
    pack = read_pack(PACKS / "collective-defence")
    client = as_user(admin)

    same = send(client, PACK, "pack.zip", write_zip(pack)).content.decode()
    new = send(client, PACK, "pack.zip", write_zip(read_pack(PACKS / "social-media-democracy"))).content.decode()

    assert "<dt>Criteria</dt><dd>19</dd>" in same
    assert all(f'<td class="nums">{total}</td>' in same for total in (94, 51, 16))
    assert "Prompt: version 1 says the same already." in same
    assert "Rubric: version 1 says the same already." in same
    assert "Prompt: new, published as version 1." in new


def test_a_pack_that_would_take_over_a_courses_rubric_says_so_before_it_is_loaded(course, teacher, admin, as_user):
    create_rubric(title="Collective defence", strand="A", course=course, by=teacher)
    client = as_user(admin)
    data = write_zip(read_pack(PACKS / "collective-defence"))

    page = send(client, PACK, "pack.zip", data).content.decode()
    body = {"name": "pack.zip", "content": base64.b64encode(data).decode()}
    answer = client.post(LOAD, body).content.decode()

    refused = "is that of a course’s own rubric, “Collective defence”."
    assert refused in page
    assert "Load it" not in page
    assert refused in answer
    assert not PromptVersion.objects.exists()


def test_a_pack_says_what_its_rubric_is_called_until_now(defence, admin, as_user):
    Rubric.objects.update(title="Alliances")

    page = send(as_user(admin), PACK, "pack.zip", write_zip(read_pack(PACKS / "collective-defence"))).content.decode()

    assert "Rubric: version 1 says the same already. Until now it is called “Alliances”." in page
    assert page.count("Until now") == 1


def test_a_pack_can_have_the_version_of_the_prompt_that_an_assignment_is_set_with(defence, admin, teacher, as_user):
    newer = read_pack(PACKS / "collective-defence")
    newer = replace(newer, prompt=replace(newer.prompt, guidance="Take your time."))
    load_pack(newer, by=admin)
    client = as_user(teacher)

    first, second = (
        read_zip(client.get(f"/rubrics/collective-defence/1/pack/?prompt={number}").content, "pack.zip")
        for number in (1, 2)
    )

    assert (first.prompt.guidance == "Take your time.", second.prompt.guidance) == (False, "Take your time.")
    assert (first.rubric, len(second.exemplars)) == (second.rubric, 3)
    assert client.get("/rubrics/collective-defence/1/pack/?prompt=9").status_code == 404
    assert client.get("/rubrics/collective-defence/1/pack/?prompt=²").status_code == 200


def test_a_bad_pack_is_refused_with_file_line_and_reason(admin, as_user):
    files = dict(read_pack_texts())
    files["rubric.yaml"] = files["rubric.yaml"].replace("total: 100", "total: lots", 1)
    files["colour.txt"] = "blue"

    answer = send(as_user(admin), PACK, "pack.zip", zipped(files))

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert re.search(r"\d+ things to mend, so nothing was kept", page)
    assert "<strong>colour.txt</strong>, line 1: This file is not part of a pack." in page
    assert re.search(r"<strong>rubric.yaml</strong>, line \d+: “lots” is not a number", page)
    assert Rubric.objects.count() == 0


def read_pack_texts():
    folder = PACKS / "collective-defence"
    for path in sorted(folder.rglob("*.*")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", [one for one in CORPUS if one.kind == "archive"][::3], ids=str)
def test_a_hostile_pack_is_refused_on_the_page(file, admin, as_user):
    answer = send(as_user(admin), PACK, file.name, file.made())

    assert answer.status_code == 422
    assert Rubric.objects.count() == 0


def test_packs_are_brought_in_by_admins_alone(teacher, as_user):
    client = as_user(teacher)

    assert client.get(PACK).status_code == 403
    assert send(client, PACK, "pack.zip", b"PK\x03\x04").status_code == 403
    assert client.post(LOAD).status_code == 403
    assert PACK not in client.get(BRING).content.decode()


def test_a_short_file_that_says_a_long_ladder_for_many_criteria_cannot_hold_up_the_server(teacher, as_user):
    level = "    - {{key: l{0}, points: {0}, label: a, descriptor: b, student: c}}\n"
    criterion = "    - {{key: c{0}, name: x, short_name: x, marking_position: {0}}}\n"
    levels = "".join(level.format(n) for n in range(1_200))
    criteria = "".join(criterion.format(n) for n in range(1, 1_200))
    head = "format: assay-rubric-1\ntitle: T\ntotal: 100\nstep: 1\nstrands:\n  - key: A\n    name: S\n"
    file = f"{head}    levels:\n{levels}    criteria:\n{criteria}"

    answer = send(as_user(teacher), BRING, "rubric.yaml", file.encode())

    assert answer.status_code == 422
    assert "rubric.yaml: This file takes too much time or memory to read." in answer.content.decode()
