"""Every row of a list gets a verdict: whose account it means, and why it is not taken where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.pure.lists import ListedPerson, read_rows
from courses.pure.rosters import LONGEST_ROSTER, Account, Fate, RosterProblem, counted, judge, read_people

ACCOUNTS = [
    Account(1, "ines.duarte", "ines@school.example"),
    Account(2, "noor", ""),
    Account(3, "Gone", "gone@school.example", is_active=False),
]


def rows(*lines):
    return [(number, line.split(",")) for number, line in enumerate(lines, start=1)]


def fates(*lines, there=None):
    people = read_rows(rows("Name,Username,E-mail,Role,Student number", *lines)).people
    return [one.fate for one in judge(people, accounts=ACCOUNTS, there=there or {})]


# ---------------------------------------------------------------- headings
@pytest.mark.parametrize(
    ("heading", "line", "found"),
    [
        ("Last name,First name,E-mail address", "Duarte,Ines,i@s.ex", ("Ines Duarte", "ines.duarte", "i@s.ex")),
        ("SIS Login ID,Student", "ines.d,Ines Duarte", ("Ines Duarte", "ines.d", "")),
        ("Nachname;Vorname".replace(";", ","), "Duarte,Ines", ("Ines Duarte", "ines.duarte", "")),
        ("Prénom,Nom", "Ines,Duarte", ("Ines Duarte", "ines.duarte", "")),
        ("USERNAME , NAME ", "ines, Ines  Duarte ", ("Ines Duarte", "ines", "")),
    ],
)
def test_a_heading_says_which_column_is_which(heading, line, found):
    [person] = read_rows(rows(heading, line)).people

    assert (person.name, person.username, person.email, person.problem) == (*found, "")


def test_columns_that_mean_nothing_here_are_named():
    assert read_rows(rows("Name,House,Shoe size", "Ines,Red,38")).ignored == ("House", "Shoe size")


def test_without_a_heading_columns_go_by_their_place():
    [person] = read_rows(rows("Ines Duarte,ines,i@s.ex,marker")).people

    assert (person.line, person.username, person.email, person.role) == (1, "ines", "i@s.ex", "marker")


def test_a_list_of_nobody_or_of_too_many_is_none():
    with pytest.raises(RosterProblem, match="nobody"):
        read_people(rows("Name,Username", " , "))
    with pytest.raises(RosterProblem, match=r"Line 20,002: a roster may hold 20,000"):
        read_people((n + 1, [f"Person {n}"]) for n in range(LONGEST_ROSTER + 2))


# ---------------------------------------------------------------- verdicts
@pytest.mark.parametrize(
    ("line", "fate"),
    [
        ("Ana Silva", Fate.NEW),
        ("Ana Silva,ana", Fate.NEW),
        ("Ines Duarte,INES.duarte", Fate.KNOWN),
        ("Ines Duarte,ines.duarte,INES@school.example", Fate.KNOWN),
        ("Ines Duarte,,ines@school.example", Fate.KNOWN),
        ("Ines Duarte", Fate.CONFLICT),
        ("Ines Duarte,,another@school.example", Fate.NEW),
        ("Ines Duarte,ines.duarte,another@school.example", Fate.CONFLICT),
        ("Ines Duarte,somebody,ines@school.example", Fate.CONFLICT),
        ("Noor,noor,noor@school.example", Fate.CONFLICT),
        ("Gone,gone", Fate.CONFLICT),
        (",ana", Fate.ERROR),
        ("Ana,ana,,king", Fate.ERROR),
    ],
)
def test_whose_account_a_row_means(line, fate):
    assert fates(line) == [fate]


def test_who_is_in_the_course_is_passed_over_in_that_role_only():
    there = {(1, "student"): ""}

    found = fates("Ines Duarte,ines.duarte", "Ines Duarte,ines.duarte,,marker", there=there)

    assert found == [Fate.ALREADY, Fate.ERROR]  # the second stands in the list twice
    assert fates("Ines Duarte,ines.duarte,,marker", there={(1, "teacher"): ""}) == [Fate.KNOWN]
    assert fates("Ines Duarte", there=there) == [Fate.ALREADY]


@pytest.mark.parametrize(("has", "role"), [("student", "marker"), ("student", "teacher"), ("marker", "student")])
def test_nobody_is_brought_in_to_write_and_mark_in_one_course(has, role):
    assert fates(f"Ines Duarte,ines.duarte,,{role}", there={(1, has): ""}) == [Fate.CONFLICT]


def test_a_number_belongs_to_one_person():
    assert fates("Ana,ana,,student,77", there={(1, "student"): "77"}) == [Fate.CONFLICT]
    assert fates("Ana,ana,,student,77", "Bo,bo,,student,77") == [Fate.NEW, Fate.ERROR]


def test_two_people_of_one_name_with_two_addresses_get_two_usernames():
    people = read_rows(rows("Name,E-mail", "Ana Silva,a@s.ex", "Ana Silva,b@s.ex", "Ines Duarte,c@s.ex")).people

    judged = judge(people, accounts=ACCOUNTS, there={})

    assert [one.username for one in judged] == ["ana.silva", "ana.silva2", "ines.duarte2"]


NAMES = st.sampled_from(["Ana Silva", "Ines Duarte", "Noor", "Zoë", "李", "gone", ""])
USERS = st.sampled_from(["", "", "ines.duarte", "NOOR", "ana", "gone", "a b"])
MAILS = st.sampled_from(["", "", "ines@school.example", "a@s.ex", "A@S.EX", "broken@"])


@given(st.lists(st.tuples(NAMES, USERS, MAILS, st.sampled_from(["student", "marker", ""]), st.sampled_from(["", "7"]))))
def test_no_list_makes_an_account_or_an_address_twice(lines):
    cells = [(0, ("Name", "Username", "E-mail", "Role", "Id")), *((n, line) for n, line in enumerate(lines, 1))]
    judged = judge(read_rows(cells).people, accounts=ACCOUNTS, there={(2, "student"): "7"})

    new = [one for one in judged if one.fate == Fate.NEW]
    usernames = [one.username.casefold() for one in new] + [one.username.casefold() for one in ACCOUNTS]
    mails = [one.person.email.casefold() for one in new if one.person.email]
    places = [(one.account, one.person.role) for one in judged if one.fate == Fate.KNOWN]
    assert len(set(usernames)) == len(usernames)
    assert len(set(mails)) == len(mails)
    assert not set(mails) & {one.email for one in ACCOUNTS}
    assert len(set(places)) == len(places)
    assert all(isinstance(one.person, ListedPerson) and one.sentence for one in judged)
    assert sum(counted(judged).values()) == len(judged)
