"""The formats of a plan, in one table: the command line, the HTTP interface and the help read it.

`brief` is what is needed in the five minutes before the session; the others are the whole plan.

A new format is a function and a row of `FORMATS`. To offer it from Python as well, give `Plan` a
method.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Page:
    """What a plan is written on: its width in columns, and whether ANSI colors are understood."""

    width: int = 80
    color: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a plan.

    `name` is what `--format` takes. `media` is the media type by which an HTTP client asks for
    it; None where HTTP does not offer it. `default` says in the help where nobody has to ask.
    """

    name: str
    write: Callable[[Plan, Page], str]
    media: str | None = None
    default: str = ""


def _text(plan: Plan, page: Page) -> str:
    from planner.plan.rendering import text

    return text(plan, page.width, color=page.color)


def _brief(plan: Plan, page: Page) -> str:
    from planner.plan.rendering import brief

    return brief(plan, page.width, color=page.color)


BRIEF = Format("brief", _brief, "text/plain", "default on a terminal")
TEXT = Format("text", _text)
JSON = Format("json", lambda plan, _page: plan.to_json(), "application/json", "default elsewhere")
MARKDOWN = Format("markdown", lambda plan, _page: plan.to_markdown(), "text/markdown")

FORMATS: dict[str, Format] = {one.name: one for one in (BRIEF, TEXT, JSON, MARKDOWN)}
"""Every format by its name, in the order of the help."""


def by_media() -> dict[str, Format]:
    """The formats that HTTP offers, by media type. The first is given to whoever asks for none."""
    return {one.media: one for one in (JSON, *FORMATS.values()) if one.media}


def described() -> str:
    """The formats in a line of help: `text (default on a terminal), markdown`."""
    return ", ".join(
        f"{one.name} ({one.default})" if one.default else one.name for one in FORMATS.values()
    )
