"""A rule's `when`: each field with what is asked of it, as conditions."""

from __future__ import annotations

from collections.abc import Iterator

from planner.contract.fields import FIELDS, Field
from planner.reading.contradictions import note_contradictions
from planner.reading.examples import example_asked
from planner.reading.names import SETS, Names
from planner.reading.needless import note_needless
from planner.reading.nodes import Items, Map, Node
from planner.reading.problems import Place, instead, shortened
from planner.reading.shaping import kind_of
from planner.reading.spelling_out import (
    PREMISE,
    conditions_of_premises,
    known_values,
    premises_of,
    spelled_out,
)
from planner.reading.standing import PROPERTY, Asking, read_standing
from planner.rulebook.conditions import (
    NOT_KNOWN,
    Among,
    AnyOf,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    ListOnly,
    Test,
)
from planner.rulebook.plan_fields import PLAN

NOT_GIVEN = "not_given"
ANY = "any"
_FINDING = "finding."
_NEVER_READ = ("case", "session", "notes")
_LIST_TESTS: dict[str, type[ListAny | ListOnly | ListNone]] = {
    "any_of": ListAny,
    "only": ListOnly,
    "none_of": ListNone,
}


def read_when(
    when: Map, names: Names, place: Place, *, finding: bool = False
) -> tuple[Condition, ...]:
    """The conditions that `when` states; `finding` tells that the rule itself finds something."""
    conditions = conditions_of(when, names, place, finding=finding)
    premises, before = premises_of(when, names), len(place.problems)
    note_contradictions(conditions, when, place, premises)
    if len(place.problems) == before:
        note_needless([(conditions, when)], conditions, when, place, premises)
    return conditions


def conditions_of(
    when: Map, names: Names, place: Place, *, finding: bool = False, asking: Asking = PROPERTY
) -> tuple[Condition, ...]:
    """The same, where contradictions are told by the caller; `asking` is who asks of the plan.

    Sets and premises are spelled out where they stand; what two premises both ask stands once.
    """
    reader = _Reader(names, place, finding=finding, asking=asking)
    read = (condition for key in when for condition in reader.read(key, when[key], when.lines[key]))
    return tuple(dict.fromkeys(read))


class _Reader:
    """Reads one field after the other, telling what cannot be asked."""

    def __init__(self, names: Names, place: Place, *, finding: bool, asking: Asking) -> None:
        self.asking = asking
        self.names = names
        self.place = place
        self.finding = finding

    def read(self, key: str, node: Node, line: int) -> Iterator[Condition]:
        """The conditions on one field; a list field may have two."""
        if key == PREMISE:
            yield from conditions_of_premises(
                node, line, self.names, self.place, finding=self.finding
            )
        elif key.startswith(_FINDING):
            yield from self._finding(key, node, line)
        elif key.startswith(PLAN):
            yield from read_standing(key, node, line, self.asking, self.names, self.place)
        elif key in FIELDS and node is not None:
            for test in self._tests(FIELDS[key], node, line):
                yield Condition(key, test)
        else:
            self._refuse(key, line)

    def _refuse(self, key: str, line: int) -> None:
        """Tell why nothing can be asked like this."""
        if key == ANY:
            what = "`any` stands under the `when` of a rule or of a variant, and nowhere else."
            hint = "A property lists its cases: `when: [{context.phase: early}, {…}]`."
            self.place.say(line, what, f"{hint} A premise has one case.")
        elif key in _NEVER_READ:
            hint = "It is for people only. Ask something else, as in `context.phase: early`."
            self.place.say(line, f'no rule may read "{key}".', hint)
        elif key in FIELDS:
            hint = f"Write a value beside it: `{example_asked(FIELDS[key])}`."
            self.place.say(line, f"nothing is asked of {key}.", hint)
        else:
            known = [PREMISE, *FIELDS, *(_FINDING + name for name in self.names.findings)]
            self.place.unknown(line, "field", key, known)

    def _finding(self, key: str, node: Node, line: int) -> Iterator[Condition]:
        """A finding is asked with yes or no, and never by a rule that finds."""
        name = key.removeprefix(_FINDING)
        if self.finding:
            what = f'a rule that finds may not read the finding "{name}".'
            hint = "Ask what the observation says, as in `lateness.who: therapist`."
            self.place.say(line, what, hint)
        if not self.names.knows("findings", name):
            what = f'no rule finds "{shortened(name)}", so this can never hold.'
            hint = f"Find it by a rule with `find: {shortened(name)}`, or ask another."
            self.place.say(line, what, f"{instead(name, self.names.findings, 'finding')} {hint}")
            return
        if node not in ("yes", "no"):
            what = f"a finding is asked with yes or no, not {kind_of(node)}."
            self.place.say(line, what, f"Write `{key}: yes` or `{key}: no`.")
            return
        yield Condition(key, AnyOf(frozenset((str(node),))))

    def _tests(self, field: Field, node: Node, line: int) -> Iterator[Test]:
        """What is asked of a field, by the kind of answers that it has."""
        if field.kind == "choice":
            return self._choice(field, node, line)
        return (self._list if field.kind == "list" else self._number)(field, node, line)

    def _choice(self, field: Field, node: Node, line: int) -> Iterator[Test]:
        """One value, or any of several."""
        values = self._values(field, node, line)
        if values:
            yield AnyOf(values)

    def _list(self, field: Field, node: Node, line: int) -> Iterator[Test]:
        """Any of these, none of these, only these, or nothing given at all."""
        if node == NOT_GIVEN:
            yield ListEmpty()
        elif not isinstance(node, Map):
            values = self._values(field, node, line)
            if values:
                yield ListAny(values)
        elif self._asks_known(field, node, line, tuple(_LIST_TESTS)):
            for word, test in _LIST_TESTS.items():
                if word in node:
                    values = self._values(field, node[word], node.lines[word])
                    if values:
                        yield test(values)

    def _number(self, field: Field, node: Node, line: int) -> Iterator[Test]:
        """Exactly this number, a range with one end or two, or not given."""
        low, high = field.low or 0, field.high or 0
        if node == NOT_GIVEN and field.nullable:
            yield Among(NOT_KNOWN, NOT_KNOWN)
        elif isinstance(node, int):
            if self._within(field, node, line):
                yield Among(node, node)
        elif not isinstance(node, Map):
            what = f"{field.name} is a number; it cannot be {kind_of(node)}."
            hint = f"Write `{field.name}: 2` or `{field.name}: {{at_least: 2, at_most: 5}}`."
            self.place.say(line, what, hint)
        elif self._asks_known(field, node, line, ("at_least", "at_most")):
            ends = [node.get("at_least", low), node.get("at_most", high)]
            whole = [end for end in ends if isinstance(end, int)]
            inside = [self._within(field, end, line) for end in whole]
            if len(whole) < 2:
                what = f"{field.name} is a number; both ends must be numbers."
                self.place.say(line, what, f"Write two numbers: `{example_asked(field)}`.")
            elif all(inside):
                yield from self._range(field, whole[0], whole[1], line)

    def _range(self, field: Field, low: int, high: int, line: int) -> Iterator[Test]:
        if low > high:
            what = f"{field.name} can never be at least {low} and at most {high}."
            hint = f"Are the two swapped? `{field.name}: {{at_least: {high}, at_most: {low}}}`."
            self.place.say(line, what, hint)
        else:
            yield Among(low, high)

    def _within(self, field: Field, number: int, line: int) -> bool:
        """Whether a number can be an answer at all."""
        within = (field.low or 0) <= number <= (field.high or 0)
        if not within:
            what = f"{field.name} can never be {shortened(number)}."
            hint = f"It goes from {field.low} to {field.high}: `{field.name}: {field.high}`."
            self.place.say(line, what, hint)
        return within

    def _asks_known(self, field: Field, node: Map, line: int, known: tuple[str, ...]) -> bool:
        """Whether a mapping asks something, and nothing that cannot be asked of the field."""
        if not node:
            hint = f"Ask something of it: `{example_asked(field)}`."
            self.place.say(line, f"nothing is asked of {field.name}.", hint)
        strange = [word for word in node if word not in known]
        for word in strange:
            self.place.unknown(node.lines[word], f"test for {field.name}", word, known)
        return bool(node) and not strange

    def _values(self, field: Field, node: Node, line: int) -> frozenset[str]:
        """The values named, each known to the field; empty when one is not."""
        many = node if isinstance(node, Items) else Items(line)
        if many is not node:
            many.append(node)
            many.lines.append(line)
        if not many:
            what = f"the list for {field.name} is empty, so this can never hold."
            self.place.say(line, what, f"Name one value or more: {', '.join(field.values)}.")
        self._refuse_repeats(field, many)
        each = spelled_out(field, many, self.names, self.place)
        good = [self._value(field, word, at) for word, at in zip(each, each.lines, strict=True)]
        return frozenset(str(word) for word in each) if all(good) else frozenset()

    def _value(self, field: Field, word: Node, line: int) -> bool:
        """Whether one value is an answer of the field."""
        if isinstance(word, Map | Items) or word is None:
            what = f"a value for {field.name} must be a word, not {kind_of(word)}."
            hint = f"Write it like `{example_asked(field)}`. Values: {', '.join(field.values)}."
            self.place.say(line, what, hint)
            return False
        if word not in field.values:
            if SETS not in self.names.open:
                known = known_values(field, self.names)
                self.place.unknown(line, f"value for {field.name}", word, known)
            return False
        return True

    def _refuse_repeats(self, field: Field, many: Items) -> None:
        """Tell of a value named twice: the second was probably meant to be another."""
        for index, word in enumerate(many):
            if word in many[:index]:
                what = f'"{shortened(word)}" is named twice for {field.name}.'
                hint = f"Remove it, or write the value that was meant: {', '.join(field.values)}."
                self.place.say(many.lines[index], what, hint)
