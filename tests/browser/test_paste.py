"""What is pasted from word processors, mail, pages and phones: as Markdown, harmless, and undone with one key."""

from pathlib import Path

import pytest

from courses.kernel.text import problem_in, render_markdown

FIXTURES = Path(__file__).parent / "pasted"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.html"))

PASTE = """async ([html, plain]) => {
  const { pasted } = await import("/static/js/essays/drafts/paste.js");
  return pasted(html, plain);
}"""


def paste(modules, html, plain="plain"):
    return modules.evaluate(PASTE, [html, plain])


@pytest.mark.parametrize("name", NAMES)
def test_what_a_program_puts_on_the_clipboard_becomes_the_essays_own_marks(name, modules):
    html = (FIXTURES / f"{name}.html").read_text()

    said = paste(modules, html)

    assert said == (FIXTURES / f"{name}.md").read_text().rstrip("\n")


def test_there_are_clipboards_of_seven_kinds_to_try():
    assert NAMES == ["google-docs", "libreoffice", "outlook", "pages", "phone", "web-page", "word"]


@pytest.mark.parametrize(
    "html",
    [
        '<meta charset="utf-8"><span style="color: rgb(0,0,0); font-family: Arial">Only dressed.</span>',
        "<div><div>First line</div><div><br></div><div>Second line</div></div>",
        '<pre style="font-family:monospace"><span style="color:#569cd6">const</span> a = 1;</pre>',
        '<b style="font-weight:normal" id="docs-internal-guid-1"><span style="font-weight:400">Plain.</span></b>',
        "<p><img src=x></p>",
        "",
    ],
)
def test_text_that_is_only_dressed_is_left_to_the_browser(html, modules):
    assert paste(modules, html) is None


def test_html_without_plain_text_beside_it_is_read_all_the_same(modules):
    assert paste(modules, "<p>One</p><p>Two</p>", "") == "One\n\nTwo"


def test_signs_that_cannot_be_kept_are_left_out_of_plain_text(modules):
    said = paste(modules, "", "one\x0btwo\x07 three\x00")

    assert said == "one\ntwo three"
    assert problem_in(said) == ""


ATTACKS = [
    '<b>x</b><a href="javascript:alert(1)">a</a>',
    '<b>x</b><a href="java\tscript:alert(1)">a</a>',
    '<b>x</b><a href=" &#1;javascript:alert(1)">a</a>',
    '<b>x</b><a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<b>x</b><a href="vbscript:msgbox(1)">a</a>',
    '<b>x</b><a href="//evil.example/x">a</a>',
    '<b>x</b><a href="https://e.example/)[x](javascript:alert(1))">a</a>',
    "<b>x</b><a href='https://e.example/\"onmouseover=alert(1)//'>a</a>",
    '<b>x</b><a href="https://e.example/">](javascript:alert(1))</a>',
    '<b>x</b><a href="https://e.example/">[a](javascript:alert(1))</a>',
    "<b>x</b>&lt;script&gt;alert(1)&lt;/script&gt;",
    "<b>x</b>&lt;img src=x onerror=alert(1)&gt;",
    '<b>x</b><img src="x" onerror="window.hit = 1">',
    "<b>x</b><svg onload='window.hit = 1'><script>window.hit = 1</script></svg>",
    "<b>x</b><math><mtext><table><mglyph><style><img src=x onerror=window.hit=1></style></mglyph></table>"
    "</mtext></math>",
    '<b>x</b><iframe srcdoc="<script>parent.hit = 1</script>"></iframe>',
    '<b>x</b><noscript><p title="</noscript><img src=x onerror=window.hit=1>">',
    "<b>x</b><template><script>window.hit = 1</script></template>",
    '<b>x</b><form action="javascript:alert(1)"><button formaction="javascript:alert(1)">go</button></form>',
    '<b>x</b><style>@import "javascript:alert(1)"</style><div style="background:url(javascript:alert(1))">y</div>',
    "<b>x</b><p>[a]: javascript:alert(1)</p><p>[a]</p>",
    "<b>x</b><p>![a](javascript:alert(1)) ![b](https://tracker.example/p.png)</p>",
    "<b>x</b><p>&lt;javascript:alert(1)&gt;</p>",
    "<b>x</b>" + "<div>" * 3000 + "deep" + "</div>" * 3000,
    "<b>x</b>" + "[" * 3000,
    "<b>x</b>" + "*_" * 3000,
]


@pytest.mark.parametrize("html", ATTACKS)
def test_what_is_pasted_runs_nowhere_and_renders_harmless(html, modules):
    said = paste(modules, html)
    shown = render_markdown(said)

    assert modules.evaluate("() => window.hit === undefined")
    assert modules.evaluate(LEADS_NOWHERE_ELSE, shown) == []


LEADS_NOWHERE_ELSE = """(html) => {
  const shown = new DOMParser().parseFromString(html, "text/html").body;
  const wrong = [];
  for (const node of shown.querySelectorAll("*")) {
    if (/^(SCRIPT|STYLE|IMG|SVG|IFRAME|FORM|OBJECT|TEMPLATE)$/i.test(node.nodeName)) wrong.push(node.nodeName);
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on") || name === "style" || name === "src") wrong.push(name);
      if (name === "href" && !/^(https?:\\/\\/[^/\\\\]|mailto:|#)/i.test(value)) wrong.push(value);
    }
  }
  return wrong;
}"""
