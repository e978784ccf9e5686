"""The examples of a Markdown page, taken out to be run."""

import re
import shlex


def blocks_of(page: str, language: str) -> list[str]:
    """The code blocks of a page in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def commands_of(page: str, program: str) -> list[list[str]]:
    """Every command line of a page's `sh` blocks that runs this program, without its comment."""
    joined = "\n".join(blocks_of(page, "sh")).replace("\\\n", " ")
    lines = [shlex.split(line, comments=True) for line in joined.splitlines()]
    return [line for line in lines if line[:1] == [program]]
