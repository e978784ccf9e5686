"""Times as a person reads them: in UTC, which they say, for a browser to tell in its own zone."""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup

from webui.words.texts import text


def day(moment: date) -> Markup:
    """A date for a page; a point in time is marked, so that the browser may tell its own day."""
    said = plain_day(moment)
    if not isinstance(moment, datetime):
        return Markup("{}").format(said)
    return Markup('<time datetime="{}" data-day>{}</time>').format(_stamp(moment), said)


def minute(moment: datetime) -> Markup:
    """A time for a page, marked so that the browser may tell it in its own zone."""
    return Markup('<time datetime="{}">{}</time>').format(_stamp(moment), plain_minute(moment))


def plain_day(moment: date) -> str:
    """A date in words alone."""
    month = text(f"month_{moment.month}")
    return text("date_day", day=moment.day, month=month, year=moment.year)


def plain_minute(moment: datetime) -> str:
    """A time in words alone; always UTC, and it says so."""
    month = text(f"month_short_{moment.month}")
    blanks = {"day": moment.day, "month": month, "year": moment.year}
    return text("date_minute", time=f"{moment:%H:%M}", **blanks)


def _stamp(moment: datetime) -> str:
    """A moment as HTML and scripts read it; everything that is stored is in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
