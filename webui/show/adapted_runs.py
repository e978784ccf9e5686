"""Where an adapted run stands in a text, so that a page can mark it."""

from __future__ import annotations

from collections.abc import Iterable

Run = tuple[bool, str]
"""Whether this stretch was adapted, and its text; the texts together are the whole."""


def marked(text: str, adapted: Iterable[str]) -> list[Run]:
    """Cut a text at the runs that a plan names, which stand in it in their order.

    A run that cannot be found (it begins the text and was given a capital) is looked for
    without regard to case, and left unmarked if it is not there: the text is never changed.
    """
    runs: list[Run] = []
    at = 0
    for run in map(str.strip, adapted):
        start = text.lower().find(run.lower(), at) if run else -1
        if start < 0:
            continue
        runs += [(False, text[at:start]), (True, text[start : start + len(run)])]
        at = start + len(run)
    return [run for run in (*runs, (False, text[at:])) if run[1]]
