"""What the practice says, in the texts of `rules/pages/`: the same in a browser and a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.plan.plan import Plan
from planner.planning.telling import Telling as Moves
from planner.practice.answering import NOTHING
from planner.practice.known import Telling
from planner.practice.laying_beside import BEGINS, GOES_ON, WAITING, Point
from planner.practice.turning import FLAGS, Turn
from planner.rulebook.rulebook import Rulebook


class Saying:
    """Words points, turns and the questions that a learner asks themselves, by one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take the texts of a rulebook, which were checked when it was read."""
        vocabulary: Mapping[str, Any] = rulebook.vocabulary
        self._pages: Mapping[str, str] = vocabulary["pages"]
        self._telling = Telling(vocabulary)
        self._moves = Moves(rulebook)
        self._wording = rulebook.wording

    def text(self, name: str, /, **blanks: object) -> str:
        """A text by its name, with its blanks filled; KeyError where either is missing."""
        return self._pages[name].format_map(blanks)

    def title(self, item: str) -> str:
        """What an item is called in a plan."""
        words = self._wording.get(item)
        return words.title if words else ""

    def item(self, item: str) -> str:
        """An item with its title: "C2 (Apologize, process, repair)"."""
        title = self.title(item)
        return f"{item} ({title})" if title else item

    def point(self, point: Point) -> Iterator[str]:
        """The sentences of a point, before the plan's reasons."""
        if point.about == GOES_ON:
            yield from self._going_on(point)
        elif point.about == BEGINS:
            yield from self._beginning(point)
        else:
            yield self._waiting(point)
            if point.until:
                yield self.text("practice_until", until=point.until)
            if point.cue:
                yield self.text("practice_cue", cue=point.cue)

    def near(self, point: Point) -> str:
        """What the conditions that are nearly met would bring about."""
        item = point.item or point.learner
        return self.text("practice_near_waits" if point.item else "practice_near_step", item=item)

    def _going_on(self, point: Point) -> Iterator[str]:
        """Whether both go on."""
        if point.same:
            yield self.text(f"practice_same_goes_on_{point.plan}")
        else:
            yield self.text(f"practice_you_{point.learner}")
            yield self.text(f"practice_plan_{point.plan}")

    def _beginning(self, point: Point) -> Iterator[str]:
        """What both begin with."""
        learner, plan = self.item(point.learner), self.item(point.plan)
        nothing = "_none" if point.plan == NOTHING else ""
        if point.same:
            same = "practice_same_begins_none" if nothing else "practice_same_begins"
            yield self.text(same, plan=plan)
            return
        none = "_none" if point.learner == NOTHING else ""
        yield self.text(f"practice_you_begin{none}", learner=learner)
        if point.stands:
            yield self.text(f"practice_where_{point.stands}")
        yield self.text(f"practice_plan_begins{nothing}", plan=plan)

    def _waiting(self, point: Point) -> str:
        """Whether an item waits for both."""
        item = self.item(point.item)
        if point.plan not in WAITING:
            return self.text(f"practice_you_wait_{point.plan}", item=item)
        if point.learner:
            return self.text(f"practice_both_{point.plan}", item=item)
        return self.text(f"practice_plan_{point.plan}", item=item)

    def what_if(self, turn: Turn) -> str:
        """The question that a changed answer is."""
        name, now, was = self._telling.short(turn.field), turn.now, turn.was
        told = {"now": self._telling.answer(turn.field, now), "name": name,
                "was": self._telling.answer(turn.field, was)}  # fmt: skip
        if turn.field == FLAGS:
            return self.text("practice_if_flag" if was is None else "practice_if_no_flag", **told)
        if turn.field.endswith(".occurrences"):
            return self.text(f"practice_if_times_{now}")
        if was is None:
            return self.text("practice_if_also", **told)
        return self.text("practice_if_told" if was == "unknown" else "practice_if_other", **told)

    def then(self, turn: Turn) -> str:
        """What the plan would be then, in one sentence."""
        moved = [self._moves.move(change) for change in turn.changes]
        placed = any(item == turn.begins for item, _, _ in turn.changes)
        if turn.begins and not placed:
            moved.append(self.text("practice_if_begins", item=turn.begins))
        return self.text("practice_if_changes", changes=self._pages["practice_and"].join(moved))

    def asks(self, plan: Plan) -> tuple[str, ...]:
        """What to ask oneself of one's own words; no machine does."""
        if plan.disposition == "stop":
            return (self.text("practice_ask_stop"),)
        first = (self.text(f"practice_ask_{plan.steps[0].item}"),) if plan.steps else ()
        avoids = (self.text("practice_ask_avoids"),) if plan.avoid else ()
        return (*first, *avoids, self.text("practice_ask_every"))

    def tag(self, tag: str) -> str:
        """A point that differed, as it is named where one chooses what to practice."""
        about, _, what = tag.partition(":")
        name = what if about != GOES_ON else self.text(f"practice_goes_on_{what}")
        return f"{self.text(f'practice_about_{about}')}: {name}"
