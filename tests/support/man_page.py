"""The manual page, made from the grammar: `python -m tests.support.man_page` writes it anew."""

import os
import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

from argparse_manpage.manpage import Manpage  # type: ignore[import-untyped]  # it ships no types

from planner.cli.command_line import grammar
from planner.cli.man import PAGE

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
DESCRIPTION = "from an observed rupture in the therapeutic alliance to a repair plan"

SECTIONS = {
    "environment": r"""
.TP
.B RULES
a clinic's own pack of rules, or several separated by colons, where
.B \-\-rules
names none
.TP
.B REPAIR_PLANNER_CONFIG
another configuration file, or /dev/null for none
.TP
.B REPAIR_PLANNER_DATA
the directory in which plans are kept
.TP
.B DATABASE_URL
a PostgreSQL database in which plans are kept
.TP
.B DATABASE_OWNER_URL
the same database with the role that owns the tables
.TP
.B HISTORY_KEY
the key that seals what is kept, in place of the file repair\-planner.key
.TP
.B SECOND_FACTOR
required: supervisors and administrators add a second factor, under gunicorn
.TP
.B LOG_FORMAT
lines of the log as json or text
.TP
.B SECURITY_CONTACT
whom to tell of a weakness, as mailto: or https:
.TP
.B NO_COLOR
no colors in a terminal
""",
    "files": r"""
.TP
.I ~/.config/repair\-planner/config.toml
.B rules =
names a clinic's own pack, or a list of several, from where this file stands
.TP
.I repair\-planner.key
beside the database: the key that seals what is kept; copy it to a place apart from backups
.TP
.I repair\-planner.head
beside it: the end of the history, by which lost changes are noticed
""",
    "exit status": r"""
.TP
.B 0
done
.TP
.B 1
done, and something is to be mended: rules, rows, history
.TP
.B 2
refused: bad input, or a bad command line; nothing was written
""",
}


def commands_of(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    """Each command with its own grammar."""
    [commands] = [one for one in parser._actions if isinstance(one, _SubParsersAction)]
    return dict(commands.choices)


def examples() -> Iterator[str]:
    """The example of each command's help."""
    for command in commands_of(grammar()).values():
        found = re.search(r"^Example[^:]*: (.+)", command.epilog or "")
        if found:
            yield found[1]


def made() -> str:
    """The page, 80 columns wide whatever the terminal is."""
    columns, os.environ["COLUMNS"] = os.environ.get("COLUMNS"), "80"
    try:
        released = re.search(r"^## \S+ - (\S+)$", CHANGELOG.read_text("utf-8"), re.MULTILINE)
        told = {"description": DESCRIPTION, "manual_title": "User Commands"}
        told |= {"date": released[1] if released else "", "format": "single-commands-section"}
        page = Manpage(grammar(), told, format=told["format"])
        for heading, text in SECTIONS.items():
            page.add_section(heading, ">", text.strip())
        page.add_section("examples", ">", "\n.PP\n".join(map(_escaped, examples())))
        first, rest = str(page).split("\n", 1)
        return first.replace(r"\-", "-") + "\n" + rest  # a date is no text: roff reads it
    finally:
        os.environ.pop("COLUMNS")
        if columns is not None:
            os.environ["COLUMNS"] = columns


def _escaped(line: str) -> str:
    """A line as roff shows it."""
    return line.replace("\\", r"\e").replace("-", r"\-")


if __name__ == "__main__":
    PAGE.write_text(made(), "utf-8")
