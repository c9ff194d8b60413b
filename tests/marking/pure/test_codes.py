"""Codes tell nothing and are easy to read aloud."""

import pytest

from marking.pure.codes import codes_in, is_code, new_code, new_shuffle, starting_point


def test_codes_have_one_form_and_no_letter_that_looks_like_another():
    codes = [new_code() for _ in range(2_000)]

    assert all(is_code(code) for code in codes)
    assert not set("".join(codes)) & set("01OILoil")
    assert len(set(codes)) > 1_990


def test_a_code_that_is_taken_is_not_drawn_again():
    class AllButOne(set):
        def __contains__(self, code: object) -> bool:
            return not str(code).startswith("K")

    assert new_code(AllButOne()).startswith("K")


@pytest.mark.parametrize("text", ["", "K7M2QD", "k7m-2qd", "O7M-2QD", "K1M-2QD", "K7M-2QD ", "K7M-2QDX", "K7M-2Q\n"])
def test_what_is_no_code(text):
    assert not is_code(text)


def test_a_queue_begins_where_it_began_before_and_elsewhere_for_others():
    starts = [starting_point("salt", f"person {n}") for n in range(50)]

    assert starts == [starting_point("salt", f"person {n}") for n in range(50)]
    assert len(set(starts)) == 50
    assert starting_point("another", "person 1") != starts[1]
    assert all(0 <= one < 2**31 for one in [*starts, *[new_shuffle() for _ in range(50)]])


def test_for_each_strand_and_criterion_a_queue_begins_elsewhere():
    scopes = ["", "strand:A", "strand:B", *(f"criterion:E{n}" for n in range(1, 8))]

    starts = {starting_point("salt", "person 1", scope) for scope in scopes}

    assert len(starts) == len(scopes)
    assert starting_point("salt", "person 1") in starts


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("K7M-2QD", ("K7M-2QD",)),
        ("k7m2qd, m4p-2cv;\n N2T-5BC k7m-2qd", ("K7M-2QD", "M4P-2CV", "N2T-5BC")),
        ("  ", ()),
        ("K7M-2QD and O0O-1IL", ("K7M-2QD", "and", "O0O-1IL")),
    ],
)
def test_typed_codes_are_read_in_any_case_and_what_is_none_is_told(typed, found):
    assert codes_in(typed) == found
