import pytest

from essays.pure.checks import citations_to_nowhere, names_in, outside_range, why_nowhere


@pytest.mark.parametrize(
    ("words", "least", "most", "said"),
    [
        (800, 800, 1200, ""),
        (1200, 800, 1200, ""),
        (799, 800, 1200, "1 word fewer than the 800 asked for."),
        (330, 800, 1200, "470 words fewer than the 800 asked for."),
        (1201, 800, 1200, "1 word more than the 1,200 asked for."),
        (5, None, 500, ""),
        (501, None, 500, "1 word more than the 500 asked for."),
        (5, None, None, ""),
    ],
)
def test_the_length_is_compared_with_the_range(words, least, most, said):
    assert outside_range(words, least, most) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("By Ines Duarte", ["Ines Duarte", "Ines", "Duarte"]),
        ("written by INES.", ["Ines"]),
        ("Inessential", []),
        ("duarte's view", ["Duarte"]),
        ("The alliance held.", []),
    ],
)
def test_ones_own_name_is_found_as_a_whole_word(text, found):
    assert names_in(text, ["Ines Duarte", "Ines", "Duarte", "ines.duarte"]) == found


def test_very_short_names_are_passed_over():
    assert names_in("An Li came", ["Li", "An", ""]) == []


def test_names_with_signs_of_their_own_do_no_harm():
    assert names_in("a+b (c", ["a+b (c"]) == ["a+b (c"]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("As [Source A, ¶2] says.", []),
        ("As [Source A] says.", []),
        ("As [Source A, ¶3] says.", ["[Source A, ¶3]"]),
        ("As [Source C, ¶1] says.", ["[Source C, ¶1]"]),
        ("As [Source A ¶2] says.", ["[Source A ¶2]"]),
        ("As [source a, p2] says.", ["[source a, p2]"]),
        ("[Source C] and again [Source C]", ["[Source C]"]),
        ("[Source](https://example.org) is a link", []),
        ("No citation at all", []),
    ],
)
def test_citations_that_lead_nowhere_are_listed_once(text, lost):
    assert citations_to_nowhere(text, {"A": 2, "B": 1}) == lost


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("[Source A, ¶2]", ""),
        ("[Source A]", ""),
        ("[Source A, ¶3]", "[Source A, ¶3] leads nowhere: Source A has 2 paragraphs."),
        ("[Source B, ¶2]", "[Source B, ¶2] leads nowhere: Source B has 1 paragraph."),
        ("[Source F]", "[Source F] leads nowhere: there is no Source F."),
        ("[source a]", "[source a] is not read as a citation: write it like [Source B, ¶2]."),
    ],
)
def test_it_is_said_why_a_citation_leads_nowhere(found, said):
    assert why_nowhere(found, {"A": 2, "B": 1}) == said
