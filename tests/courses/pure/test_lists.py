"""A pasted class list is read line by line, and every line gets a verdict."""

import pytest

from courses.pure.lists import read_list, username_from
from courses.pure.passwords import WORDS, new_password


def test_a_name_alone_is_enough():
    [person] = read_list("Inês Duarte")

    assert (person.name, person.username, person.role, person.problem) == ("Inês Duarte", "ines.duarte", "student", "")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_are_parted_by_comma_semicolon_or_tab(mark):
    [person] = read_list(mark.join(["Noor Haddad", "noor", "noor@school.example", "marker"]))

    assert (person.username, person.email, person.role) == ("noor", "noor@school.example", "marker")


def test_a_heading_and_empty_lines_are_passed_over():
    people = read_list("Name,Username\r\n\r\nInes Duarte,ines\r\n")

    assert [(person.line, person.username) for person in people] == [(3, "ines")]


def test_a_first_row_that_says_student_is_a_person_and_no_heading():
    assert [one.name for one in read_list("Lena Vos,lena,,student\nBo Lund,bo,,student")] == ["Lena Vos", "Bo Lund"]
    assert [one.name for one in read_list("ID;Student;Class\n4711;Lena Vos;12a")] == ["Lena Vos"]


def test_an_e_mail_in_the_second_column_is_an_e_mail():
    [person] = read_list("Ines Duarte, ines@school.example")

    assert (person.username, person.email) == ("ines.duarte", "ines@school.example")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",someone", "The name is missing."),
        ("Ana,a b", "A username has letters, digits and . @ + - _ only."),
        ("Ana,ana,ana@", "The e-mail address is not complete."),
        ("Ana,ana,,boss", "“boss” is not a role: say student, marker or teacher."),
        ("李小龙", "No username can be made of this name: add one in the second column."),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line, problem):
    [person] = read_list(line)

    assert person.problem == problem


def test_somebody_listed_twice_is_added_once():
    first, second = read_list("Ines Duarte\nines duarte")

    assert (first.problem, second.problem) == ("", "This person stands in the list twice.")


def test_a_username_is_made_of_plain_letters():
    assert username_from("Åsa  Öhman-O'Neil") == "asa.ohman.o.neil"


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Łucja Wałęsa", "lucja.walesa"),
        ("Freya Sørensen", "freya.sorensen"),
        ("Elif Yıldırım", "elif.yildirim"),
        ("Jürgen Groß", "jurgen.gross"),
        ("Đorđe Þórðarson", "dorde.thordarson"),
        ("Ægir Œhler", "aegir.oehler"),
    ],
)
def test_a_letter_with_a_stroke_or_of_two_is_spelled_and_not_dropped(name, username):
    assert username_from(name) == username


def test_passwords_are_readable_and_not_the_same():
    made = {new_password() for _ in range(200)}

    assert len(made) == 200
    assert all(set(password.rsplit("-", 1)[0].split("-")) <= set(WORDS) for password in made)
    assert len(set(WORDS)) == len(WORDS) > 150
