"""Counts over a year: a picture, its numbers, and a file. Never a ranking of people."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from webui.access.gate import open_to, person
from webui.knowledge import knowledge
from webui.register.trends import OWN, SMALL, SUPERVISEES, Count, Trends
from webui.store import store
from webui.words.texts import text

blueprint = Blueprint("trends", __name__)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@blueprint.get("/trends")
@open_to("therapist", "supervisor")
def trends() -> str:
    """Charts with their tables."""
    whose = _whose()
    found = store().counting.trends(person(), whose)
    return render_template(
        "trends.html", trends=found, tables=_tables(found), whose=whose, small=SMALL
    )


@blueprint.get("/trends.csv")
@open_to("therapist", "supervisor")
def trends_file() -> Response:
    """The same numbers as a file for a spreadsheet, in which nothing can become a formula."""
    found = store().counting.trends(person(), _whose())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "what", "count", "n", "small number", "from", "to"])
    for title, counts, n in _tables(found):
        for label, count in counts:
            period = (f"{found.since:%Y-%m-%d}", f"{found.until:%Y-%m-%d}")
            small = "yes" if count.small else ""
            writer.writerow(map(harmless, (title, label, count.count, n, small, *period)))
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="trends.csv"'
    return response


def harmless(value: object) -> str:
    """A cell that no spreadsheet reads as a formula."""
    cell = str(value)
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


def _whose() -> str:
    """One's own plans, or those of supervisees; whoever has only one of them gets that."""
    someone = person()
    roles = {OWN: someone.therapist, SUPERVISEES: someone.supervisor}
    usual = OWN if someone.therapist else SUPERVISEES
    whose = request.args.get("whose", usual)
    if not roles.get(whose):
        raise NotFound
    return whose


def _tables(found: Trends) -> list[tuple[str, list[tuple[str, Count]], int]]:
    """Each table with its title, its labelled counts and what they are counted of."""
    words = knowledge().words
    return [
        (text("trends_months"), [(month(one.key), one) for one in found.months], found.n),
        (
            text("trends_kinds"),
            [(words.brief("kind", one.key), one) for one in found.kinds],
            found.n,
        ),
        (text("trends_items"), [(_item(one.key), one) for one in found.items], found.n),
        (
            text("trends_tried"),
            [(text(f"trends_tried_{one.key}"), one) for one in found.tried],
            found.told,
        ),
        (
            text("trends_resolved"),
            [(one.key, one) for one in found.resolved],
            sum(one.count for one in found.resolved),
        ),
    ]


def month(key: str) -> str:
    """A month (2026-03) as a person reads it."""
    year, _, number = key.partition("-")
    return text("date_month", month=text(f"month_short_{int(number)}"), year=year)


def _item(key: str) -> str:
    return text("trends_own_steps") if key == "D5" else f"{key} {knowledge().item_title(key)}"
