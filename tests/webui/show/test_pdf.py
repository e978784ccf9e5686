"""An approved plan as a PDF file, and what is said where it cannot be made."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask, url_for

from tests.support.missing import missing
from tests.webui.support.people import House
from tests.webui.support.visiting import Visitor
from webui.show.pdf import BASE, NoPdf, pdf_of, style

Visit = Callable[..., Visitor]


@pytest.fixture
def sheet(house: House) -> str:
    ref = house.submitted(case="K-1", session=3)
    house.decide(ref, text="Good.")
    return f"/plans/{ref}/sheet"


def weasyprint() -> None:
    """Skip where the file cannot be made; what is said then has tests of its own."""
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError) as reason:
        missing(f"no PDF here: {reason}")


def test_the_sheet_is_saved_as_a_pdf_file(visit: Visit, sheet: str):
    weasyprint()
    answer = visit("Toni").get(f"{sheet}.pdf")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sheet.pdf"'
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.rstrip().endswith(b"%%EOF")


def test_the_file_looks_as_the_sheet_does_on_paper(app: Flask, visit: Visit, sheet: str):
    """With its styles it is smaller than without: what can only be clicked is not on it."""
    weasyprint()
    page = visit("Toni").get(sheet).text
    assert "Take care" in page
    with app.test_request_context():
        styled, plain = pdf_of(page), pdf_of(page.replace("stylesheet", "nothing"))
    assert len(styled) != len(plain)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://evil.example/static/plan.css",
        "/static/../serving.py",
        "/static/%2e%2e/x.css",
        f"{BASE}static/../../secret.css",
        f"{BASE}static/mark.svg",
        f"{BASE}plans",
    ],
)
def test_nothing_but_our_own_styles_is_read(app: Flask, url: str):
    with app.test_request_context(), pytest.raises((ValueError, FileNotFoundError)):
        style(url)


def test_our_own_styles_are_read(app: Flask):
    with app.test_request_context():
        assert b"@page" in style(f"{BASE}static/print.css")
        hashed = url_for("static", filename="print.css")
        assert hashed != "/static/print.css"
        assert style(hashed) == style(f"page://sheet{hashed}") == style("/static/print.css")


def test_the_links_of_a_page_are_styles_that_the_file_reads(app: Flask, visit: Visit, sheet: str):
    links = re.findall(r'rel="stylesheet" href="([^"]+)"', visit("Toni").get(sheet).text)
    assert len(links) == 2
    with app.test_request_context():
        assert all(len(style(link)) > 1000 for link in links)


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)


def test_without_weasyprint_the_person_is_told(
    visit: Visit, sheet: str, monkeypatch: pytest.MonkeyPatch
):
    forget(monkeypatch)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    answer = visit("Toni").get(f"{sheet}.pdf")
    assert answer.status_code == 409
    assert "pip install '.[pdf]'" in unescape(answer.text)
    assert "A PDF file needs WeasyPrint" in answer.text


def test_without_pango_the_person_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """The real WeasyPrint is loaded, on a system that finds no library for it."""
    cffi = pytest.importorskip("cffi", reason="WeasyPrint's cffi is not installed")

    def no_library(_: object, name: str, *__: object) -> None:
        message = f"cannot load library {name!r}"
        raise OSError(message)

    forget(monkeypatch)
    monkeypatch.setattr(cffi.FFI, "dlopen", no_library)
    with app.test_request_context(), pytest.raises(NoPdf, match="libpango") as told:
        pdf_of("<p>x</p>")
    assert "brew install pango" in str(told.value)
