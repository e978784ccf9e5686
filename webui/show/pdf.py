"""A page as a PDF file, by WeasyPrint where it is installed (the extra `[pdf]`).

WeasyPrint draws letters with Pango, a library of the system. Where either is missing, the person
is told which, and how to do without. Nothing outside this project's own styles is ever read.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from webui.database.refusals import Refusal
from webui.delivery.assets import assets
from webui.words.texts import text

BASE = "page://sheet/"
"""Where the page is said to come from, so that its links to styles can be told apart."""


class NoPdf(Refusal):
    """What makes PDF files is missing here."""

    status = 409
    says = "pdf_no_weasyprint"


def pdf_of(page: str) -> bytes:
    """The page as it looks on paper, as a PDF file; `NoPdf` tells what is missing."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except ImportError:
        raise NoPdf from None
    except OSError:  # what loading a system library raises
        raise NoPdf(text("pdf_no_pango")) from None

    class OwnStyles(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Reads the styles from this project's files, and nothing else from anywhere."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - its shape is given
            return URLFetcherResponse(url, BytesIO(style(url)), {"Content-Type": "text/css"})

    made: bytes = HTML(string=page, base_url=BASE, url_fetcher=OwnStyles()).write_pdf()
    return made


def style(url: str) -> bytes:
    """The stylesheet of ours that a link on the page means; ValueError for anything else."""
    ours = url_for("static", filename="")
    path = urlsplit(url).path
    own = url.startswith((BASE, "/")) and path.startswith(ours) and path.endswith(".css")
    sheet = assets().named(path.removeprefix(ours))[0] if own else None
    if sheet is None:
        message = "only the project's own styles are read"
        raise ValueError(message)
    return sheet.content
