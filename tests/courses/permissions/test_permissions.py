"""The cast against everything that guards courses, people, prompts and the journal."""

import pytest

from courses.models import Enrolment, Entry, Role
from courses.permissions import (
    may_create_course,
    may_deactivate,
    may_draft_prompt,
    may_edit_prompt_version,
    may_edit_prompts,
    may_manage_accounts,
    may_manage_people,
    may_mark_in,
    may_read_library,
    may_rename_prompt,
    may_see_as,
    may_set_password,
    may_teach,
    may_write_in,
    passwords_to_set,
    visible_courses,
    visible_enrolments,
    visible_entries,
    visible_prompt_versions,
    visible_prompts,
)
from tests.rows import MONDAY, published_prompt

WHO = ["student", "classmate", "marker", "teacher", "stranger", "other_teacher", "admin"]

# what is asked, of `course` (History 12)  student classmate marker teacher stranger other_teacher admin
TABLE = {
    may_create_course: "                   no      no        no     no      no       no            yes",
    may_teach: "                           no      no        no     yes     no       no            no",
    may_mark_in: "                         no      no        yes    yes     no       no            no",
    may_write_in: "                        yes     yes       no     no      no       no            no",
    may_manage_people: "                   no      no        no     yes     no       no            yes",
    may_read_library: "                    no      no        no     yes     no       yes           yes",
    may_edit_prompts: "                    no      no        no     no      no       no            yes",
    may_draft_prompt: "                    no      no        no     yes     no       no            no",
}
OF_THE_COURSE = {may_draft_prompt, may_teach, may_mark_in, may_write_in, may_manage_people}


@pytest.fixture
def cast(request, course, other_course):
    return {who: request.getfixturevalue(who) for who in WHO}


@pytest.fixture
def journal(db):
    return Entry.objects.create(at=MONDAY, verb="set_password", subject_kind="courses.enrolment", subject_id="1")


@pytest.mark.parametrize("may", TABLE, ids=lambda may: may.__name__)
def test_who_may_what_in_a_course(cast, course, may):
    wanted = dict(zip(WHO, [word == "yes" for word in TABLE[may].split()], strict=True))

    found = {who: may(user, course) if may in OF_THE_COURSE else may(user) for who, user in cast.items()}

    assert found == wanted


def test_who_sees_which_courses(cast, course, other_course):
    found = {who: sorted(visible_courses(user).values_list("slug", flat=True)) for who, user in cast.items()}

    ours, theirs = ["history-12"], ["civics-11"]
    assert found == {
        **dict.fromkeys(("student", "classmate", "marker", "teacher"), ours),
        **dict.fromkeys(("stranger", "other_teacher"), theirs),
        "admin": [*theirs, *ours],
    }


def test_who_sees_the_people_of_a_course(cast, course):
    found = {who: visible_enrolments(user, course).count() for who, user in cast.items()}

    assert found == {**dict.fromkeys(WHO, 0), "teacher": 4, "admin": 4}


def test_who_sees_which_prompts(cast):
    version = published_prompt()
    version.prompt.versions.create(number=2, sentence="Not yet.", created_at=MONDAY)
    draft_only = version.prompt.__class__.objects.create(slug="draft-only", title="Draft only", subject="History")
    draft_only.versions.create(number=1, sentence="Not yet.", created_at=MONDAY)

    prompts = {who: visible_prompts(user).count() for who, user in cast.items()}
    versions = {who: visible_prompt_versions(user).count() for who, user in cast.items()}

    nobody = dict.fromkeys(WHO, 0)
    assert prompts == nobody | {"teacher": 1, "other_teacher": 1, "admin": 2}
    assert versions == nobody | {"teacher": 1, "other_teacher": 1, "admin": 3}


def test_who_sees_and_edits_what_belongs_to_a_course(cast, course):
    version = published_prompt()
    own = version.prompt.versions.create(number=2, sentence="Not yet.", course=course, created_at=MONDAY)

    seen = {who for who, user in cast.items() if own in visible_prompt_versions(user)}

    assert seen == {"teacher", "admin"}
    assert {who for who, user in cast.items() if may_edit_prompt_version(user, own)} == {"teacher"}
    assert {who for who, user in cast.items() if may_edit_prompt_version(user, version)} == {"admin"}
    assert {who for who, user in cast.items() if may_draft_prompt(user, None)} == {"admin"}


def test_who_names_a_prompt(cast, course):
    shared = published_prompt().prompt
    own = published_prompt("own", course=course).prompt

    assert {who for who, user in cast.items() if may_rename_prompt(user, shared)} == {"admin"}
    assert {who for who, user in cast.items() if may_rename_prompt(user, own)} == {"teacher", "admin"}


def test_who_sees_the_journal(cast, journal):
    assert {who: visible_entries(user).exists() for who, user in cast.items()} == dict.fromkeys(WHO, False) | {
        "admin": True
    }


@pytest.mark.parametrize("whose", ["student", "marker", "teacher"])
def test_who_sets_whose_password(cast, course, whose):
    enrolment = Enrolment.objects.get(person=cast[whose], course=course)

    found = {who for who, user in cast.items() if may_set_password(user, enrolment)}

    assert found == ({"teacher", "admin"} if whose == "student" else {"admin"})


def test_nobody_sets_an_admins_password_here(cast, course):
    enrolment = Enrolment.objects.create(person=cast["admin"], course=course, role=Role.STUDENT, enrolled_at=MONDAY)

    assert not any(may_set_password(user, enrolment) for user in cast.values())


def test_a_teacher_sets_no_password_of_somebody_who_is_something_elsewhere(cast, course, other_course):
    Enrolment.objects.create(person=cast["student"], course=other_course, role=Role.TEACHER, enrolled_at=MONDAY)
    enrolment = Enrolment.objects.get(person=cast["student"], course=course)

    assert not may_set_password(cast["teacher"], enrolment)
    assert may_set_password(cast["admin"], enrolment)


def test_passwords_are_set_for_a_whole_page_as_for_one(cast, course, other_course):
    Enrolment.objects.create(course=other_course, person=cast["classmate"], role=Role.STUDENT, enrolled_at=MONDAY)
    rows = list(course.enrolments.select_related("person"))

    for who in WHO:
        at_once = passwords_to_set(cast[who], course, rows)
        assert at_once == {row.pk for row in rows if may_set_password(cast[who], row)}, who


@pytest.mark.parametrize("who", [one for one in WHO if one != "admin"])
def test_only_an_admin_sees_and_closes_accounts_and_looks_as_others(cast, who):
    assert not may_manage_accounts(cast[who])
    assert not may_deactivate(cast[who], cast["student"])
    assert not may_see_as(cast[who], cast["student"])


def test_an_admin_looks_as_nobody_of_a_course_they_mark_in(cast, course):
    admin = cast["admin"]
    before = {who for who in WHO if may_see_as(admin, cast[who])}
    Enrolment.objects.create(course=course, person=admin, role=Role.MARKER, enrolled_at=MONDAY)

    after = {who for who in WHO if may_see_as(admin, cast[who])}

    assert before == {"student", "classmate", "marker", "teacher", "stranger", "other_teacher"}
    assert after == {"stranger", "other_teacher"}
