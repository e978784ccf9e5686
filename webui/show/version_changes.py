"""Two versions of a plan side by side, and the words of a step against those it came from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from webui.register.steps import Step

Run = tuple[str, str]
"""How a stretch of text changed ("same", "out", "in") and the text itself."""
LONGEST = 6000


@dataclass(frozen=True, slots=True)
class Compared:
    """One step in both versions; None where it was not there."""

    was: Step | None
    now: Step | None

    @property
    def step(self) -> Step:
        """The step as it is now, or as it last was."""
        found = self.now or self.was
        assert found  # noqa: S101 - it stands in one of the two
        return found

    @property
    def words(self) -> list[Run]:
        """The words of both, run by run."""
        return changed(self.was.words if self.was else "", self.now.words if self.now else "")

    @property
    def short(self) -> list[Run]:
        """The short words of both; nothing where they are the same."""
        return self._few("short")

    @property
    def line(self) -> list[Run]:
        """The lines of both; nothing where they are the same."""
        return self._few("line")

    def _few(self, name: str) -> list[Run]:
        was, now = (str(getattr(step, name)) if step else "" for step in (self.was, self.now))
        return [] if was == now else changed(was, now)

    @property
    def differs(self) -> bool:
        """Whether anything is different."""
        return self.was != self.now

    @property
    def moved(self) -> bool:
        """Whether it stands elsewhere."""
        return bool(self.was and self.now and self.was.where != self.now.where)


def compared(was: Sequence[Step], now: Sequence[Step]) -> list[Compared]:
    """Every step of either version, in the order of the newer one."""
    before = {step.key: step for step in was}
    after = {step.key: step for step in now}
    keys = [*after, *(key for key in before if key not in after)]
    return [Compared(before.get(key), after.get(key)) for key in keys]


def changed(was: str, now: str) -> list[Run]:
    """What was taken out and put in, word by word."""
    if len(was) + len(now) > LONGEST:
        return [("same", now)] if was == now else [("out", was), ("in", now)]
    old, new = re.findall(r"\S+\s*|\s+", was), re.findall(r"\S+\s*|\s+", now)
    runs: list[Run] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            runs.append(("same", "".join(new[c:d])))
            continue
        runs += [("out", "".join(old[a:b])), ("in", "".join(new[c:d]))]
    return [run for run in runs if run[1]]
