"""A plan as a reader has it before them: the case, every line, and who is to say or read it.

Everything is read from the plan's JSON, so that a plan made by hand is read like any other, and a
key of a later contract that is not there yet is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

Told = dict[str, Any]
Plans = Callable[[Told], Told]
"""Gives the plan, as JSON, for an observation."""

NOW = ("now", "later_this_session")
_SENTENCE = re.compile(r"(?<=[.?!])[”\"]?\s+")
_BRACKET = re.compile(r"\[([^\][]+)\]")
_CODE = re.compile(r"^\(?[CD][1-5]\)?[.,:;]?$")

_FIELD = re.compile(r"^[a-z]+(?:[._][a-z]+)+[.,:;?]?$")


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a plan, and where it stands: `C1.words`, `C1.caution`, `avoid`, `plan_b`."""

    where: str
    text: str

    @property
    def item(self) -> str:
        """The item to which it belongs; empty where it belongs to the whole plan."""
        first = self.where.partition(".")[0]
        return first if _CODE.match(first) else ""


@lru_cache(maxsize=8192)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its stop."""
    return tuple(one.strip() for one in _SENTENCE.split(text.strip()) if one.strip())


@lru_cache(maxsize=8192)
def words_in(text: str) -> int:
    """How many words: what stands between blanks, without codes of items and names of fields."""
    words = (one for one in text.split() if not _CODE.match(one) and not _FIELD.match(one))
    return sum(any(map(str.isalnum, one)) for one in words)


def blanks_in(text: str) -> list[str]:
    """What only the therapist can fill: the texts in square brackets."""
    return _BRACKET.findall(text)


@lru_cache(maxsize=8192)
def alike(text: str) -> str:
    """A sentence as it is known again: without case, stops and spaces."""
    return " ".join(re.findall(r"[\w\u2019']+", text.lower()))


class Seen:
    """One case with its plan. `plans` makes the plan of another case, to compare with."""

    def __init__(self, observation: Told, plan: Told, plans: Plans) -> None:
        self.observation = observation
        self.plan = plan
        self.plans = plans
        self.case: Told = plan.get("observation") or observation
        self.context: Told = self.case.get("context", {})

    # --- the case -----------------------------------------------------------------------------
    @cached_property
    def ruptures(self) -> Mapping[str, Told]:
        """Each rupture by its kind."""
        return {one["kind"]: one for one in self.case["ruptures"]}

    def of(self, kind: str, field: str, otherwise: Any = "unknown") -> Any:
        """What was answered of a kind; None where the case has no such rupture."""
        rupture = self.ruptures.get(kind)
        return None if rupture is None else rupture.get(field, otherwise)

    def known(self, field: str, otherwise: Any = "unknown") -> Any:
        """What was answered about the context."""
        return self.context.get(field, otherwise)

    def among(self, field: str) -> frozenset[str]:
        """A list of the context."""
        return frozenset(self.context.get(field, ()))

    @property
    def acts(self) -> frozenset[str]:
        """What the therapist did, as far as it has a name."""
        act = self.of("disconnection", "act")
        named = self.among("therapist_acts") | ({act} if act else set())
        return named - {"other", "not_known", "interruption"}

    @property
    def form(self) -> str | None:
        """`late`, `missed`, `cancelled` or `cut_short`; None without a lateness."""
        form: str | None = self.of("lateness", "form", "late")
        return form

    @property
    def in_text(self) -> bool:
        """Whether the words will be read, not heard: `next_contact` rules over `setting`."""
        contact = self.known("next_contact")
        known = contact != "unknown"
        return bool(contact == "message" if known else self.known("setting") == "text")

    @property
    def agreed(self) -> bool:
        """Whether a session is agreed in spite of leaving."""
        return self.known("sessions_left") in ("one", "several") or self.known("next_contact") in (
            "this_session",
            "next_session",
        )

    # --- the plan -----------------------------------------------------------------------------
    @property
    def stopped(self) -> bool:
        """Whether there is no repair at all."""
        return bool(self.plan["disposition"] == "stop")

    @property
    def steps(self) -> list[Told]:
        """The steps in their order."""
        steps: list[Told] = self.plan["steps"]
        return steps

    def step(self, item: str) -> Told | None:
        """The step of an item, if it is one."""
        return next((one for one in self.steps if one["item"] == item), None)

    @property
    def held(self) -> list[Told]:
        """What is held back."""
        held: list[Told] = self.plan["held"]
        return held

    @property
    def brief(self) -> Told:
        """The plan for the five minutes; empty where there is none."""
        return self.plan.get("brief") or {}

    @cached_property
    def spoken(self) -> tuple[Line, ...]:
        """All that may be said to the client, each text once."""
        found = {line.text: line for line in reversed([*self._spoken()]) if line.text}
        return tuple(reversed(found.values()))

    def _spoken(self) -> Iterator[Line]:
        for step in self.steps:
            yield Line(f"{step['item']}.words", step["words"])
            yield Line(f"{step['item']}.short", step.get("short") or "")
        for one in self.held:
            yield Line(f"{one['item']}.ready", (one.get("ready") or {}).get("short") or "")
        say = self.brief.get("say") or {}
        yield Line(f"{say.get('item', 'brief')}.say", say.get("words") or "")
        for one in self.brief.get("then") or ():
            yield Line(f"{one['item']}.then", one.get("short") or "")

    @cached_property
    def shorts(self) -> tuple[Line, ...]:
        """The short words among what is spoken."""
        lines = self._spoken()
        return tuple(one for one in lines if one.text and not one.where.endswith("words"))

    @cached_property
    def advice(self) -> tuple[Line, ...]:
        """All that is told the therapist about what to do, and is not to be said."""
        return tuple(line for line in self._advice() if line.text)

    def _advice(self) -> Iterator[Line]:
        yield from self.cautions
        yield from (Line("avoid", one["text"]) for one in self.plan["avoid"])
        after = self.plan["follow_up"]
        yield from (Line("plan_b", one) for one in after["if_it_lands_badly"])
        yield Line("check_back", after["check_back"])
        yield from (Line("root", one) for one in self.plan.get("roots") or ())
        for part in ("before", "mind", "dont"):
            yield from (Line(f"brief.{part}", one) for one in self.brief.get(part) or ())
        yield Line("brief.if_not", self.brief.get("if_not") or "")

    @cached_property
    def cautions(self) -> tuple[Line, ...]:
        """What to mind with each step."""
        return tuple(
            Line(f"{step['item']}.caution", one) for step in self.steps for one in step["cautions"]
        )

    def cautions_of(self, item: str) -> str:
        """The cautions of one step, after each other."""
        step = self.step(item)
        return " ".join(step["cautions"]) if step else ""

    def words_of(self, item: str) -> str:
        """All that is said of one item: its words, and its short words."""
        return " ".join(line.text for line in self.spoken if line.item == item)
