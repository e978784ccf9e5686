"""Rules: one verb with its companions, names that are known, and a source that resolves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.contract.fields import FIELDS
from planner.reading.cases import Asked, note_mixed_flags, read_asked
from planner.reading.citations import read_citations
from planner.reading.examples import example_of
from planner.reading.files import RuleFile
from planner.reading.lengths import note_cue, note_rule_lengths
from planner.reading.names import Names, rule_nodes
from planner.reading.nodes import Map, listed
from planner.reading.problems import Place, shortened
from planner.reading.shapes import RuleShape
from planner.reading.shaping import fit
from planner.reading.spelling_out import premises_of
from planner.reading.standing import of_rule
from planner.rulebook.rulebook import STEP_ITEMS, Rule

VERBS: dict[str, tuple[str, ...]] = {
    "find": (),
    "call": ("at",),
    "delay": ("at",),
    "hold": ("until",),
    "bar": (),
    "avoid": (),
    "review": (),
    "stop": (),
    "after": ("follows",),
    "caution": ("text",),
    "ask": ("text",),
    "sign": (),
    "plan_b": (),
    "check_back": (),
    "supervise": (),
    "root": (),
    "before": (),
}
"""Every verb with the companions that it needs; no other companion may stand beside it."""

MAY: dict[str, tuple[str, ...]] = {
    "hold": ("waits_for", "cue", "brief"),
    "bar": ("brief",),
    "caution": ("brief", "supplies"),
    "plan_b": ("for", "brief"),
    "ask": ("brief",),
}
"""The companions that a verb may have beside those."""

_COMPANIONS = ("at", "until", "follows", "text", "waits_for", "cue", "brief", "supplies", "for")
_SAY_TEXT = ("sign", "plan_b", "check_back", "supervise", "root", "before")
_KNOWN = frozenset(one.alias or name for name, one in RuleShape.model_fields.items())
_ON_ITEMS = ("call", "delay", "hold", "bar", "after", "caution")


@dataclass(slots=True)
class Seen:
    """Where each id and title was met first, over all files."""

    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def once(self, kind: str, name: str, line: int, place: Place) -> None:
        """Note a problem where this name was used already, with file and line."""
        first = self.places.setdefault((kind, name), f"{place.path}:{line}")
        if first != f"{place.path}:{line}":
            what = f'the {kind} "{shortened(name)}" is used twice.'
            hint = f"It stands already at {first}. Remove `{shortened(name)}` here, or rename it."
            place.say(line, what, hint)


def note_formerly(node: Map, kind: str, seen: Seen, place: Place) -> None:
    """Tell of an old id that another rule or variant bears, or bore: stored plans cite them."""
    for one, line in listed(node.get("formerly"), node.line_of("formerly")):
        if isinstance(one, str):
            seen.once(kind, one, line, place)


def read_rules(file: RuleFile, names: Names, seen: Seen) -> Iterator[Rule]:
    """The rules of one file that have no mistake; the others are told of."""
    for node, line in rule_nodes(file):
        place = file.place
        if isinstance(node, Map) and isinstance(rule_id := node.get("id"), str):
            place = place.within(f'rule "{shortened(rule_id)}"')
            seen.once("id", rule_id, node.lines["id"], place)
        if isinstance(node, Map) and isinstance(title := node.get("title"), str):
            seen.once("title", title.strip(), node.lines["title"], place)
        shape = fit(RuleShape, node, line, place)
        if isinstance(node, Map):
            reader = _RuleReader(node, names, place, pack=file.pack)
            verb = reader.verb()
            finds = "find" in node
            asked = read_asked(node.get("when"), names, place, of_rule(node), finding=finds)
            note_formerly(node, "id", seen, place)
            if verb == "avoid":
                note_mixed_flags(asked, place)
            if shape is not None and verb is not None:
                yield reader.rule(shape, verb, asked)


class _RuleReader:
    """Reads one rule, whose shape may have been refused: then only to tell of more."""

    def __init__(self, node: Map, names: Names, place: Place, *, pack: bool) -> None:
        self.node = node
        self.names = names
        self.place = place
        self.pack = pack

    def verb(self) -> str | None:
        """The one verb; None, with the problem told, when there is none or are several."""
        verbs = [key for key in self.node if key in VERBS]
        if len(verbs) == 1:
            self._companions(verbs[0])
            return verbs[0]
        if verbs:
            line = self.node.lines[verbs[1]]
            what = f"{len(verbs)} verbs: {', '.join(verbs)}."
            hint = (
                f"One rule, one thought: write a rule with `{verbs[0]}: …` and one for the other."
            )
            self.place.say(line, f"the rule has {what}", hint)
        elif all(key in _KNOWN for key in self.node):
            what = "the rule has no verb, so nothing follows from it."
            hint = f"Write what follows, as in `bar: C1`. Verbs: {', '.join(VERBS)}."
            self.place.say(self.node.line, what, hint)
        return None

    def rule(self, shape: RuleShape, verb: str, asked: Asked) -> Rule:
        """The rule with every name in it checked."""
        said = getattr(shape, verb)
        text = said if verb in _SAY_TEXT else shape.text
        return Rule(
            id=shape.id,
            title=shape.title,
            when=asked.when,
            verb=verb,
            because=_in_line(shape.because),
            sources=self._sources(shape),
            items=self._acts_on(verb, said, shape),
            codes=self._codes(said) if verb == "avoid" else (),
            object=self._object(verb, said),
            at=shape.at or None,
            until=_in_line(shape.until) or None,
            text=_in_line(text) or None,
            follows=self._follows(shape),
            reasoning=_in_line(shape.reasoning) or None,
            premises=tuple(one.name for one in premises_of(self.node.get("when"), self.names)),
            path=self.place.path,
            line=self.node.line,
            cases=asked.cases,
            cases_at=asked.at,
            formerly=shape.formerly,
            waits_for=shape.waits_for or "time",
            cue=_in_line(shape.cue),
            brief=_in_line(shape.brief),
            supplies=shape.supplies in ("yes", "true"),
        )

    def _sources(self, shape: RuleShape) -> tuple[str, ...]:
        """What the rule stands on, with every citation checked."""
        reasoning = shape.reasoning
        return read_citations(shape.source, self.node, self.names, self.place, reasoning=reasoning)

    def _acts_on(self, verb: str, said: str | tuple[str, ...], shape: RuleShape) -> tuple[str, ...]:
        """The items that the rule acts on, or that a plan B belongs to."""
        if verb == "plan_b":
            return self._items("for", shape.belongs_to)
        return self._items(verb, said) if verb in _ON_ITEMS else ()

    def _companions(self, verb: str) -> None:
        """Tell of a companion that the verb needs and has not, or has and cannot use."""
        for word in VERBS[verb]:
            if word not in self.node:
                line = self.node.lines[verb]
                hint = f"Add a line like `{example_of(word)}`."
                self.place.say(line, f'"{verb}" needs "{word}".', hint)
        for word in _COMPANIONS:
            if word in self.node and word not in (*VERBS[verb], *MAY.get(verb, ())):
                what = f'"{word}" says nothing beside "{verb}".'
                takes = (one for one in VERBS if word in (*VERBS[one], *MAY.get(one, ())))
                verbs = ", ".join(f"`{one}: …`" for one in takes)
                hint = f"Remove the line, or write the verb that it belongs to: {verbs}."
                self.place.say(self.node.lines[word], what, hint)
        note_rule_lengths(verb, self.node, self.place)
        if verb == "hold":
            note_cue(self.node, self.place)

    def _items(self, key: str, items: str | tuple[str, ...]) -> tuple[str, ...]:
        """The handout items that a line names."""
        many = (items,) if isinstance(items, str) else items
        for item in many:
            self._item(item, key)
        return many

    def _item(self, item: str, key: str) -> None:
        """Tell of an item that cannot be a step, or that has no words to say."""
        line = self.node.lines[key]
        if item == "D5" and not self.names.words.get("D5", False):
            what = "D5 is blank in the handout."
            hint = "A clinic's own pack may fill it, in its wording.yaml: `items: {D5: …}`."
            self.place.say(line, what, hint)
        elif item not in STEP_ITEMS:
            self.place.unknown(line, f"item for {key}", item, STEP_ITEMS)
        elif key == "call" and not self.names.knows("words", item):
            where = f"wording/{item.lower()}.yaml, or in the wording.yaml of a pack"
            hint = f"Write `items:` and below it `{item}:` in {where}."
            self.place.say(line, f"{item} is called and has no words.", hint)

    def _codes(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The codes of what to avoid."""
        for code in codes:
            if not self.names.knows("codes", code):
                line = self.node.lines["avoid"]
                self.place.unknown(line, "code for avoid", code, self.names.codes)
        return codes

    def _follows(self, shape: RuleShape) -> tuple[str, ...]:
        """The items after which the rule's item comes."""
        if shape.after in shape.follows:
            line = self.node.lines["follows"]
            other = next(item for item in STEP_ITEMS if item != shape.after)
            hint = f"Name the item that comes before it: `follows: {other}`."
            self.place.say(line, f"{shape.after} cannot follow itself.", hint)
        return self._items("follows", shape.follows)

    def _object(self, verb: str, said: str | tuple[str, ...]) -> str:
        """The finding, lead or field that the verb is about."""
        if verb not in ("find", "review", "stop", "ask") or not isinstance(said, str):
            return ""
        line = self.node.lines[verb]
        if verb in ("review", "stop") and not self.names.knows("leads", said):
            self.place.unknown(line, f"lead for {verb}", said, self.names.leads)
        if verb == "ask" and said not in FIELDS:
            self.place.unknown(line, "field for ask", said, FIELDS)
        if verb == "find" and self.pack and self.names.findings.get(said) is False:
            what = f'the rulebook finds "{said}" itself; a pack may not widen it.'
            self.place.say(line, what, f"Find a name of your own: `find: clinic_{said}`.")
        return said


def _in_line(text: str) -> str:
    """The text without the line breaks that come from how it was typed."""
    return " ".join(text.split())
