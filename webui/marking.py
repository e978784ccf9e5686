"""A step's words with what was adapted marked, run by run, against the handout's."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["same", "gone", "new"]
Run = tuple[Mark, str]


def marked(handout: str, words: str, changes: Sequence[tuple[str, str]]) -> list[Run]:
    """The words as runs: the handout's own, those it lost, and those this plan put in.

    The plan's changes are laid along both texts. Where they cannot be (a handout item of
    several lines, of which one is used), the two texts are compared word by word.
    """
    runs = _along(handout, words, changes)
    return runs if runs is not None else _compared(handout, words)


def _along(handout: str, words: str, changes: Sequence[tuple[str, str]]) -> list[Run] | None:
    """Walk both texts together, one change at a time; None where they part."""
    runs: list[Run] = []
    for old, new in changes:
        same = _until(handout, words, old, new)
        if same is None:
            return None
        runs += [("same", words[:same]), ("gone", old), ("new", new)]
        handout, words = handout[same + len(old) :], words[same + len(new) :]
    if handout != words:
        return None
    runs.append(("same", words))
    return [run for run in runs if run[1]]


def _until(handout: str, words: str, old: str, new: str) -> int | None:
    """How far both texts agree before this change begins."""
    for at in range(min(len(handout), len(words)) + 1):
        if handout.startswith(old, at) and words.startswith(new, at) and (old or new):
            if handout[at : at + 1] != words[at : at + 1] or not (old and new):
                return at
        if handout[at : at + 1] != words[at : at + 1]:
            return None
    return None


def _compared(handout: str, words: str) -> list[Run]:
    """Compare word by word."""
    old, new = handout.split(" "), words.split(" ")
    runs: list[Run] = []
    for code, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            runs.append(("same", " ".join(new[c:d]) + " "))
            continue
        if b > a:
            runs.append(("gone", " ".join(old[a:b]) + " "))
        if d > c:
            runs.append(("new", " ".join(new[c:d]) + " "))
    return runs
