"""A page made into a PDF by WeasyPrint, where it is installed: in a process of its own that reaches no network.

`pip install assay[pdf]` brings the library; the system brings Pango. Without either, pages are printed by the browser.
"""

import ctypes
import resource
import sys
from functools import cache
from importlib.util import find_spec

MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 25

STYLE = """
@page { size: A4; margin: 2.2cm 2.5cm 2.4cm; @bottom-right { content: counter(page) " / " counter(pages);
  font: 9pt sans-serif; color: #555 } }
html { font: 11.5pt/1.55 Georgia, "Liberation Serif", "DejaVu Serif", serif; color: #000 }
header { margin-bottom: 1.2cm; padding-bottom: .3cm; border-bottom: .5pt solid #999 }
header h1 { font-size: 17pt; line-height: 1.25; margin: 0 0 .15cm }
header p { font: 9.5pt/1.4 sans-serif; color: #444; margin: 0 }
p { margin: 0 0 .65em; orphans: 3; widows: 3 }
h3, h4, h5, h6 { font-size: 12.5pt; line-height: 1.3; margin: 1.3em 0 .4em; break-after: avoid }
h3 { font-size: 14pt }
ul, ol { margin: 0 0 .65em; padding-left: 1.6em }
blockquote { margin: 0 0 .65em 1.2em; break-inside: avoid }
table { border-collapse: collapse; margin: 0 0 .8em } tr { break-inside: avoid }
th, td { border: .5pt solid #999; padding: .15em .5em; text-align: left; vertical-align: top }
a { color: inherit } a.cite, a.footnote-ref, a.footnote-backref { text-decoration: none }
sup { line-height: 0; font-size: .75em }
.footnote { margin-top: 1.2em; font-size: 9.5pt; line-height: 1.45 } .footnote hr { width: 5cm; margin: 0 0 .4em }
hr { border: 0; border-top: .5pt solid #999; margin: 1em 0 }
"""


@cache
def pdf_is_here() -> bool:
    """Tell whether PDFs can be made on this machine, without loading what makes them."""
    if find_spec("weasyprint") is None:
        return False
    try:
        for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def pdf_of(html: str) -> bytes:
    """Lay out a whole page. It is tagged, so that it can be read aloud; whatever it refers to is not fetched."""
    from weasyprint import CSS, HTML  # a second to load, and not everywhere
    from weasyprint.urls import URLFetcher

    nothing = URLFetcher(allowed_protocols=())
    page = HTML(string=html, url_fetcher=nothing)
    return bytes(page.write_pdf(stylesheets=[CSS(string=STYLE, url_fetcher=nothing)], pdf_variant="pdf/ua-1"))


def serve() -> None:
    """Read a page from the input and write its PDF, within the limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    sys.stdout.buffer.write(pdf_of(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    serve()
