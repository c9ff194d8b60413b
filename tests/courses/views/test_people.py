"""The pages about people: page, bad input, done; one-click sign-in in the demo only; no way out of the site."""

import pytest
from django.urls import reverse

from courses.models import Arrangement, Enrolment, User
from tests.rows import enrolled


@pytest.fixture
def teaching(teacher, as_user):
    return as_user(teacher)


def test_a_list_of_people_is_added_with_a_verdict_for_each(course, teaching):
    address = reverse("courses:people-enrol", args=[course.slug])

    page = teaching.get(address)
    done = teaching.post(address, {"role": "student", "people": "Lena Vos\nOtto Kern, otto.kern"})

    assert page.status_code == done.status_code == 200
    assert set(course.enrolments.values_list("person__first_name", flat=True)) == {"Marta", "Lena", "Otto"}
    assert "Lena Vos" in done.content.decode()


@pytest.mark.parametrize("typed", [{"role": "student", "people": ""}, {"role": "king", "people": "Lena Vos"}])
def test_a_list_that_is_none_adds_nobody(course, teaching, typed):
    answer = teaching.post(reverse("courses:people-enrol", args=[course.slug]), typed)

    assert answer.status_code == 200
    assert course.enrolments.count() == 1


def test_an_arrangement_is_shown_refused_and_set(course, student, teaching):
    enrolment = student.enrolments.get()
    address = reverse("courses:people-arrangement", args=[course.slug, enrolment.public_id])
    terms = {"extra_percent": "25", "later_close_hours": "0", "wording": "Judge C5 on attribution only."}

    page = teaching.get(address)
    bad = teaching.post(address, terms | {"extra_percent": "9999"})
    kept_after_bad = Arrangement.objects.exists()
    done = teaching.post(address, terms)

    assert (page.status_code, bad.status_code, kept_after_bad) == (200, 200, False)
    assert done.headers["Location"] == reverse("courses:people-list", args=[course.slug])
    assert Arrangement.objects.get(enrolment=enrolment).extra_percent == 25


def test_arrangements_belong_to_students(course, marker, teaching):
    enrolment = marker.enrolments.get()
    address = reverse("courses:people-arrangement", args=[course.slug, enrolment.public_id])

    answer = teaching.post(address, {"extra_percent": "25", "later_close_hours": "0"})

    assert "Arrangements belong to students" in answer.content.decode()
    assert not Arrangement.objects.exists()


def test_looking_sets_no_password_and_posting_shows_the_new_one_once(course, student, teaching):
    address = reverse("courses:people-password", args=[course.slug, student.enrolments.get().public_id])
    before = student.password

    teaching.get(address)
    student.refresh_from_db()
    looked = student.password
    page = teaching.post(address)
    student.refresh_from_db()

    assert looked == before
    assert student.check_password(page.context["password"])
    assert page.context["password"] in page.content.decode()


def test_cards_give_passwords_to_the_ticked_students_only(course, student, classmate, teaching):
    chosen = student.enrolments.get()
    before = classmate.password

    page = teaching.post(reverse("courses:people-cards", args=[course.slug]), {"student": [str(chosen.public_id)]})

    made = {enrolment.pk: password for enrolment, password, _ in page.context["rows"]}
    student.refresh_from_db()
    classmate.refresh_from_db()
    assert student.check_password(made[chosen.pk])
    assert made[classmate.enrolments.get().pk] == ""
    assert classmate.password == before


def test_somebody_of_another_course_is_not_found_under_this_one(course, stranger, teaching):
    enrolment = Enrolment.objects.get(person=stranger)

    answer = teaching.get(reverse("courses:people-password", args=[course.slug, enrolment.public_id]))

    assert answer.status_code == 404


# ---------------------------------------------------------------- one's own reading settings
def test_a_script_that_keeps_reading_settings_is_told_so_and_leaves_no_message(student, as_user):
    client, address = as_user(student), reverse("courses:people-reading")

    answer = client.post(address, {"size": "large"}, headers={"Accept": "application/json"})

    student.refresh_from_db()
    assert answer.json() == {"kept": True}
    assert student.reading_settings["size"] == "large"
    assert "are kept" not in client.get(address).content.decode()


def test_reading_settings_are_kept_with_the_person(student, as_user):
    client = as_user(student)
    address = reverse("courses:people-reading")
    fields = client.get(address).context["form"].fields
    last = {name: list(field.choices)[-1][0] for name, field in fields.items() if hasattr(field, "choices")}

    answer = client.post(address, last)
    bad = client.post(address, dict.fromkeys(last, "nonsense"))

    student.refresh_from_db()
    assert answer.status_code == 302
    assert bad.status_code == 200
    assert student.reading_settings == student.reading_settings | last


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "http:evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " https://evil.example",
        "/\t/evil.example/",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
        "/ok\r\nSet-Cookie: a=b",
    ],
)
def test_no_address_leads_out_of_the_site_after_keeping(student, as_user, where):
    client, address = as_user(student), reverse("courses:people-reading")

    by_form = client.post(address, {"next": where})
    by_address = client.post(address, QUERY_STRING="", data={}, query_params={"next": where})

    for answer in (by_form, by_address):
        assert answer.status_code == 302
        assert answer.headers["Location"] in ("/", "/ok%0D%0ASet-Cookie:%20a=b")
        assert "Set-Cookie: a=b" not in str(answer.headers)


def test_an_address_of_this_site_is_gone_back_to(student, as_user):
    answer = as_user(student).post(reverse("courses:people-reading"), {"next": "/courses/"})

    assert answer.headers["Location"] == "/courses/"


# ---------------------------------------------------------------- the demo's one click
def test_one_click_signs_in_where_the_demo_is(student, client, settings):
    settings.DEMO = True

    answer = client.post(reverse("courses:people-demo"), {"username": student.username})

    assert answer.headers["Location"] == reverse("results:home-index")
    assert client.session["_auth_user_id"] == str(student.pk)


@pytest.mark.parametrize(("demo", "username"), [(False, "ines.duarte"), (True, "nobody"), (True, ""), (False, "")])
def test_elsewhere_nothing_is_there_to_click(student, client, settings, demo, username):
    settings.DEMO = demo

    answer = client.post(reverse("courses:people-demo"), {"username": username})

    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_demo_does_not_sign_in_by_looking(student, client, settings):
    settings.DEMO = True

    assert client.get(reverse("courses:people-demo"), {"username": student.username}).status_code == 405


def test_me_lists_ones_courses(student, other_course, as_user):
    page = as_user(student).get(reverse("courses:people-me")).content.decode()

    assert "History 12" in page
    assert "Civics 11" not in page


def test_nobody_is_made_twice_for_a_name_in_another_case(course, teaching):
    enrolled("lena.vos", "Lena Vos", course, "student")

    teaching.post(
        reverse("courses:people-enrol", args=[course.slug]), {"role": "student", "people": "Lena Vos, LENA.vos"}
    )

    assert User.objects.filter(username__iexact="lena.vos").count() == 1


# ---------------------------------------------------------------- many people
def crowd(course, many):
    users = User.objects.bulk_create(
        User(username=f"p{n:03}", last_name=f"P{n:03}", password="!x") for n in range(many)
    )
    at = course.enrolments.first().enrolled_at
    Enrolment.objects.bulk_create(Enrolment(course=course, person=one, role="student", enrolled_at=at) for one in users)


@pytest.mark.parametrize("name", ["people-list", "people-cards"])
def test_a_large_course_is_shown_in_pages_at_the_cost_of_a_small_one(course, teaching, name, without_transactions):
    address, counts = reverse(f"courses:{name}", args=[course.slug]), []
    for many in (1, 150):
        course.enrolments.students().delete()
        User.objects.filter(username__startswith="p0").delete()
        User.objects.filter(username__startswith="p1").delete()
        crowd(course, many)
        with without_transactions() as statements:
            page = teaching.get(address).content.decode()
        counts.append(len(statements))

    assert "Later names" in page
    assert counts[0] == counts[1]


def test_people_of_a_course_are_found(course, student, teaching):
    crowd(course, 120)
    address = reverse("courses:people-list", args=[course.slug])

    by_name = teaching.get(address, {"q": "duarte"}).content.decode()
    by_role = teaching.get(address, {"role": "teacher"}).content.decode()
    nobody = teaching.get(address, {"q": "xyzzy"}).content.decode()

    assert "ines.duarte" in by_name
    assert "p001" not in by_name
    assert "p001" not in by_role
    assert "Nobody fits this" in nobody


def test_cards_for_who_has_no_password_yet(course, student, teaching):
    crowd(course, 2)
    address = reverse("courses:people-cards", args=[course.slug])

    page = teaching.get(address, {"who": "new"}).content.decode()
    chosen = [str(one) for one in course.enrolments.filter(person__username="p000").values_list("public_id", flat=True)]
    made = teaching.post(f"{address}?page=1&who=new", {"student": chosen})

    assert "p000" in page
    assert "ines.duarte" not in page
    assert made.context["made"]
    assert User.objects.get(username="p000").has_usable_password()
