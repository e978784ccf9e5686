"""The practice in plain lines: a case is told, answers are read, the plan is laid beside.

What would be said is asked for as well, and read past: nothing keeps, sends or looks at it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TextIO

from planner.checking.explain import source_block
from planner.plan.outline import TIMES, Block, listed
from planner.plan.parts import Because
from planner.plan.plan import Plan
from planner.plan.rendering import text_of
from planner.planning.near_misses import Near
from planner.practice.answering import DISPOSITIONS, NOTHING, Answer
from planner.practice.laying_beside import Point
from planner.practice.practice import CHANGED, Exercise, Practice, Wanted
from planner.practice.saying import Saying
from planner.rulebook.conditions import AnyOf, ListAny

GOES_ON = {"go on": "proceed", "review": "review_first", "stop": "stop"}
"""How one goes on, as it is written in a terminal; the first letter is enough."""
WIDTH = 88
END, TURN, TOLD = "q", "w", "t"
"""What is written to end, to practice the changed answer, and to be told what it does."""


class Over(Exception):  # noqa: N818 - nothing went wrong
    """The input has ended, or somebody has written that it should."""


class Conversation:
    """One sitting: what was told in it is remembered until it ends, and nowhere else."""

    def __init__(self, practice: Practice, read: TextIO, write: TextIO, width: int = WIDTH) -> None:
        """Ask on one stream and read from another; lines are at most `WIDTH` wide."""
        self._width = min(width, WIDTH)
        self._practice = practice
        self._read, self._write = read, write
        self._saying = Saying(practice.planner.rulebook)
        self._seen: list[str] = []

    def unknown(self, key: str) -> str:
        """What is said of an address that leads to no case."""
        return self._saying.text("practice_terminal_unknown", key=key)

    def go_on(self, wanted: Wanted, seed: int, key: str = "") -> None:
        """Tell cases of what is wanted until the input ends, first the one at `key`."""
        self._line(self._saying.text("practice_told"))
        self._line(self._saying.text("practice_unstored"))
        try:
            while True:
                exercise = self._practice.exercise(key) if key else self._next(wanted, seed)
                if exercise is None:
                    return
                key = self._one(exercise)
        except Over:
            self._line("")

    def _next(self, wanted: Wanted, seed: int) -> Exercise | None:
        """A case that was not told yet."""
        case = self._practice.choose(wanted, self._seen, seed + len(self._seen))
        if case is None:
            return None
        self._seen.append(case.key)
        return self._practice.exercise(case.key)

    def _one(self, exercise: Exercise) -> str:
        """One exercise from the story to the changed answer; the address that is wanted next."""
        self._show(self._told(exercise))
        answer = self._answer()
        self._show(self._beside(exercise, answer))
        turn = None if exercise.turn else self._practice.turn(exercise)
        if turn is None:
            self._ask(self._saying.text("practice_terminal_last"))
            return ""
        self._show(listed(self._saying.text("practice_if"), [self._saying.what_if(turn)]))
        more = TOLD
        while more == TOLD:
            more = self._ask(self._saying.text("practice_terminal_more")).lower()
            if more == TOLD:
                self._line(self._saying.then(turn))
        return f"{exercise.case}{CHANGED}" if more == TURN else ""

    def _told(self, exercise: Exercise) -> Iterator[Block]:
        """The story and what is known."""
        said, telling = self._saying, self._practice.telling
        yield Block("title", exercise.story)
        if exercise.turn:
            yield Block("plain", said.what_if(exercise.turn))
        yield Block("section", said.text("practice_known"))
        yield Block("plain", said.text("practice_known_lead"))
        for one in telling.known(exercise.observation):
            yield Block("point", one.answer, one.name)
        names = ", ".join(telling.open(exercise.observation))
        if names:
            yield Block("plain", said.text("practice_open", names=names))

    def _answer(self) -> Answer:
        """The three answers, each asked again until it is one; then what would be said."""
        said, items = self._saying, self._practice.items
        shown = ", ".join(f"{item} {said.title(item)}" for item in items)
        how = self._choice(said.text("practice_goes_on"), list(GOES_ON))
        first = NOTHING
        if GOES_ON[how] != DISPOSITIONS[-1]:
            first = self._choice(f"{said.text('practice_first')} ({shown})", [*items, NOTHING])
        others = [item for item in items if item != first]
        waits = self._items(said.text("practice_waits"), others)
        self._ask(said.text("practice_terminal_own"))
        return Answer(GOES_ON[how], first, frozenset(waits))

    def _beside(self, exercise: Exercise, answer: Answer) -> Iterator[Block]:
        """The plan beside the answers: the points, the steps, the words, what to ask oneself."""
        said, plan = self._saying, self._practice.planner.plan(exercise.observation)
        yield Block("title", said.text("practice_beside_title"))
        for point in self._practice.beside(exercise, answer):
            yield from self._point(point)
        yield from self._words(plan)
        yield from listed(said.text("practice_avoids"), [one.text for one in plan.avoid])
        yield from listed(said.text("practice_ask"), said.asks(plan))

    def _point(self, point: Point) -> Iterator[Block]:
        """A point with its reasons, each with its source and how strong that is."""
        said = self._saying
        yield Block("section", f"{said.text(f'practice_about_{point.about}')} {point.item}".strip())
        for sentence in said.point(point):
            yield Block("plain", sentence)
        for reason in point.because:
            yield from self._reason(reason)
        if point.near:
            yield Block("plain", said.near(point))
            for near in point.near:
                yield Block("point", self._missing(near))

    def _reason(self, reason: Because) -> Iterator[Block]:
        """A reason with its sources."""
        yield Block("point", reason.text, reason.rule)
        for cited in reason.source.split("; "):
            source = source_block(self._practice.planner.rulebook, cited)
            yield Block("reason", source.text, source.label)

    def _missing(self, near: Near) -> str:
        """The condition that is missing, in the vocabulary's words."""
        field, test = near.missing.field, near.missing.test
        telling = self._practice.telling
        if isinstance(test, AnyOf | ListAny) and not field.startswith(("finding.", "plan.")):
            told = ", ".join(telling.answer(field, value) for value in sorted(test.values))
            return f"{telling.short(field)}: {told}"
        return f"{telling.short(field)}: {test}"

    def _words(self, plan: Plan) -> Iterator[Block]:
        """The first step's short words and the lines of the others; on a stop what is done."""
        said = self._saying
        if plan.disposition == "stop":
            yield Block("plain", said.text("practice_stop_rest"))
            yield from listed(said.text("practice_first_actions"), plan.safety.first_actions)
            return
        then = [f"{one.item}, {TIMES[one.when].lower()}: {one.line}" for one in plan.steps[1:]]
        yield from listed(said.text("practice_then"), then)
        yield Block("section", said.text("practice_plans"))
        words = plan.steps[0].short or plan.steps[0].words if plan.steps else ""
        yield Block("words", words) if words else Block("plain", said.text("practice_plans_none"))

    def _choice(self, question: str, choices: Sequence[str]) -> str:
        """One of the choices, in any case; the beginning is enough where it is of one alone."""
        shown = ", ".join(choices)
        while True:
            given = self._ask(f"{question} [{shown}]").lower()
            found = [one for one in choices if given and one.lower().startswith(given)]
            exact = [one for one in found if one.lower() == given]
            if len(exact or found) == 1:
                return (exact or found)[0]
            self._line(self._saying.text("practice_terminal_again", choices=shown))

    def _items(self, question: str, items: Collection[str]) -> list[str]:
        """Any number of the items, by commas or spaces; nothing where the line is empty."""
        shown = ", ".join(items)
        while True:
            given = self._ask(f"{question} [{shown}]").upper().replace(",", " ").split()
            if all(one in items for one in given):
                return given
            self._line(self._saying.text("practice_terminal_items", items=shown))

    def _ask(self, question: str) -> str:
        """One line of the input; `Over` where there is none any more, or where it says so."""
        self._write.write(f"\n{question}\n> ")
        self._write.flush()
        line = self._read.readline()
        if not line or line.strip().lower() == END:
            raise Over
        return line.strip()

    def _line(self, text: str) -> None:
        self._write.write(f"{text}\n")

    def _show(self, blocks: Iterator[Block]) -> None:
        """Blocks as text."""
        self._write.write("\n" + text_of(blocks, self._width))
