from courses.kernel.readings import make_reading, paragraphs_of
from essays.pure.citations import CitedPlace, CitingParagraph, cited_by_paragraph, citing_paragraphs

ESSAY = """# A heading that cites nothing

As [Source B, ¶2] and [Source A] say, and [Source B, ¶2] again.
No citation here.
- an item 😀 [Source A, ¶1]
- another

[Source B](https://example.org) is a link. A note[^1].

[^1]: See [Source C, ¶12].
"""


def lines_of(text):
    made = make_reading(text)
    return cited_by_paragraph(made.text, paragraphs_of(made.html))


def test_each_paragraph_is_listed_with_what_it_cites_once_and_in_order():
    assert lines_of(ESSAY) == [
        CitingParagraph(2, (CitedPlace("B", 2), CitedPlace("A", None))),
        CitingParagraph(4, (CitedPlace("A", 1),)),
        CitingParagraph(7, (CitedPlace("C", 12),)),
    ]


def test_an_essay_without_citations_lists_nothing():
    assert lines_of("Radar came.\n\n[Source b, ¶1] is no citation, nor is [Source A, ¶0].") == []


def test_a_place_knows_its_name_and_where_it_stands():
    assert [(one.label, one.anchor) for one in (CitedPlace("B", 2), CitedPlace("A", None))] == [
        ("Source B, ¶2", "#source-b-p2"),
        ("Source A", "#source-a"),
    ]


def test_from_the_source_one_sees_which_paragraphs_cite_it():
    lines = lines_of("[Source A, ¶1] and [Source A]\n[Source A, ¶1]\n[Source B]")

    assert citing_paragraphs(lines) == {"source-a-p1": (1, 2), "source-a": (1,), "source-b": (3,)}
