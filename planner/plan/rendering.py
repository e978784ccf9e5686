"""A plan as people read it: text for a terminal, Markdown for a clinical note.

Whatever a plan holds is shown as text. A note, a case code or a clinic's own rule can neither
steer a terminal nor break out of its paragraph in Markdown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import TYPE_CHECKING

from planner.plan.brief_outline import brief_outline
from planner.plan.outline import Block, outline

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, ConsoleRenderable
    from rich.text import Text

    from planner.plan.parts import PlanParts

NARROWEST = 30
WIDEST = 100

_ACTIVE = re.compile(r"([\\`*_\[\]<>&~|])")
_LINE_START = re.compile(r"^(\s*)(#|[-+=](?=[\s=-]|$)|\d+(?=[.)]))", re.MULTILINE)
_UNSAFE = {"Cc", "Cs"}
_REORDERING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def markdown(plan: PlanParts) -> str:
    """The plan as Markdown (CommonMark) that pastes into a note; ends with a line feed."""
    return markdown_of(outline(plan))


def text(plan: PlanParts, width: int = 80, *, color: bool = False) -> str:
    """The plan for a terminal of this width; styled with ANSI sequences only where asked."""
    return text_of(outline(plan), width, color=color)


def brief(plan: PlanParts, width: int = 80, *, color: bool = False) -> str:
    """The plan for the five minutes before the session, as text of this width."""
    return text_of(brief_outline(plan), width, color=color)


def renderable(plan: PlanParts) -> ConsoleRenderable:
    """The whole plan for a console of `rich`, which asks again at each width."""
    from rich.text import Text

    class Rendered:
        """The same text as `text` gives, in the styles of a console that may have fewer colors."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
            """Written to the width that there is."""
            yield Text.from_ansi(text(plan, options.max_width, color=True), end="")

    return Rendered()


def markdown_of(blocks: Iterable[Block]) -> str:
    """Any blocks as Markdown; neighboring points make one list."""
    paragraphs: list[str] = []
    before = ""
    for block in blocks:
        paragraph = _MARKDOWN[block.kind](block)
        if _is_list(block.kind) and _is_list(before):
            paragraphs[-1] += f"\n{paragraph}"
        else:  # a reason that follows no point is itself the first point
            paragraphs.append(paragraph.removeprefix("  "))
        before = block.kind
    return "\n\n".join(paragraphs) + "\n"


def text_of(blocks: Iterable[Block], width: int = 80, *, color: bool = False) -> str:
    """Any blocks for a terminal; the width is kept between what fits and what reads well."""
    from rich.console import Console

    width = max(NARROWEST, min(width, WIDEST))
    page = StringIO()
    console = Console(
        file=page,
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        no_color=not color,
        legacy_windows=False,
        _environ={},
    )
    for block in blocks:
        _write(console, block)
    return page.getvalue()


def printable(words: str, *, lines: bool = False) -> str:
    """The words without anything that could move a cursor or turn the reading order."""
    kept = (
        character
        if (character == "\n" and lines)
        else ""
        if character in _REORDERING
        else " "
        if unicodedata.category(character) in _UNSAFE
        else character
        for character in words
    )
    spaced = "".join(kept)
    return "\n".join(" ".join(line.split()) for line in spaced.split("\n")).strip()


def escaped(words: str) -> str:
    """The words as Markdown that shows exactly them, on one line."""
    plain = _ACTIVE.sub(r"\\\1", printable(words))
    return _LINE_START.sub(_escaped_start, plain)


def _escaped_start(match: re.Match[str]) -> str:
    """Keep a line's first sign from making it a heading, a list or a rule."""
    space, sign = match.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def _lines(words: str) -> list[str]:
    """The lines that hold something, printable."""
    return [line for line in printable(words, lines=True).split("\n") if line]


def _quoted(words: str) -> str:
    """Words to say, or notes: each line a paragraph of one block quote."""
    return "\n>\n".join(f"> {escaped(line)}" for line in _lines(words))


def _labeled(block: Block) -> str:
    """A list item with its label in bold."""
    label = f"**{escaped(block.label)}:** " if block.label else ""
    return f"- {label}{escaped(block.text)}"


def _reasoned(block: Block) -> str:
    """A reason under the item that it explains."""
    aside = f"*({escaped(block.label)})*"
    return f"  - Why: {escaped(block.text)} {aside}" if block.text else f"  - {aside}"


def _is_list(kind: str) -> bool:
    """Whether blocks of this kind stand as items of one list."""
    return kind in {"point", "reason"}


_MARKDOWN: dict[str, Callable[[Block], str]] = {
    "title": lambda block: f"# {escaped(block.text)}",
    "section": lambda block: f"## {escaped(block.text)}",
    "entry": lambda block: f"### {escaped(block.label)} · {escaped(block.text)}",
    "plain": lambda block: escaped(block.text),
    "words": lambda block: _quoted(f"“{block.text}”"),
    "notes": lambda block: _quoted(block.text),
    "point": _labeled,
    "reason": _reasoned,
    "footer": lambda block: f"---\n\n*{escaped(block.text)}*",
}


# Where each kind of block begins, and how it is styled: indent, style, blank line before.
_LAYOUT: dict[str, tuple[int, str, bool]] = {
    "title": (0, "bold", False),
    "section": (0, "bold cyan", True),
    "entry": (2, "bold", True),
    "plain": (2, "", False),
    "words": (4, "green", True),
    "notes": (2, "", False),
    "point": (2, "", False),
    "reason": (4, "dim", False),
    "footer": (0, "dim", True),
}
_MARKS = {"point": "• ", "reason": "why "}


def _write(console: Console, block: Block) -> None:
    """Write one block, wrapped to the width by the cells that its signs take."""
    from rich.text import Text

    indent, style, apart = _LAYOUT[block.kind]
    if block.alert and block.kind == "section":
        style = "bold yellow"
    margin = " " * indent + ("┃ " if block.alert else "")
    mark = _MARKS.get(block.kind, "")
    if apart:
        console.print()
    for label, line in _paragraphs(block):
        body = Text.assemble((label, "bold"), (printable(line), style))
        width = console.width - len(margin) - len(mark)
        for number, part in enumerate(body.wrap(console, width)):
            part.rstrip()
            lead = margin + (mark if number == 0 else " " * len(mark))
            console.print(Text.assemble(lead, part), soft_wrap=True)
    if block.kind == "words":
        console.print()


def _paragraphs(block: Block) -> list[tuple[str, str]]:
    """What a block says, as labels and the lines behind them."""
    if block.kind == "notes":
        return [("", line) for line in _lines(block.text)]
    if block.kind == "words":
        return [("", line) for line in _lines(f"“{block.text}”")]
    if block.kind == "reason":
        return [("", f"{block.text} ({block.label})".strip())]
    label = printable(block.label)
    gap = {"entry": "  ", "point": ": "}.get(block.kind, "")
    return [(label + gap if label else "", block.text)]
