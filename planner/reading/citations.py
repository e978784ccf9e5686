"""The sources of a rule: handout items, the bibliography, or `derived` with its reasoning."""

from __future__ import annotations

from collections.abc import Sequence

from planner.reading.names import Names
from planner.reading.nodes import Items, Map
from planner.reading.problems import Place, shortened

DERIVED = "derived"
_HANDOUT = "handout"


def read_citations(
    sources: Sequence[str],
    node: Map,
    names: Names,
    place: Place,
    *,
    reasoning: str | None,
) -> tuple[str, ...]:
    """The sources, each resolved. Unknown, unverified alone, or without reasoning: a problem.

    `reasoning` is None for an avoid code: the rules that give it tell how it follows.
    """
    cites = node.get("source")
    lines = cites.lines if isinstance(cites, Items) else [node.line_of("source")] * len(sources)
    cited = list(zip(sources, lines, strict=True))
    good = [_resolves(source, line, names, place) for source, line in cited]
    for index, source in enumerate(sources):
        if source in sources[:index]:
            hint = f"Name each once: `source: [{', '.join(dict.fromkeys(sources))}]`."
            place.say(lines[index], f'the source "{shortened(source)}" is named twice.', hint)
    if all(good) and all(_unverified(source, names) for source in sources):
        what = "an unverified source never carries a rule alone."
        hint = "Add a verified source, like `handout C1`, or `derived` with a line `reasoning: …`."
        place.say(lines[0], what, hint)
    if reasoning is not None:
        _reasoning(sources, node, place, reasoning=reasoning)
    return tuple(sources)


def _reasoning(sources: Sequence[str], node: Map, place: Place, *, reasoning: str) -> None:
    """A derivation tells its reasoning; a cited source needs none."""
    if DERIVED in sources and not reasoning and node.get("reasoning", "") is not None:
        line = node.line_of("source")
        place.say(
            line,
            '"derived" needs "reasoning".',
            "Say how it follows: `reasoning: From …, because …`.",
        )
    if DERIVED not in sources and reasoning:
        line = node.line_of("reasoning")
        what = '"reasoning" is written, and no source says "derived".'
        place.say(line, what, "Add `derived` to `source`, or move the words to `because`.")


def _resolves(source: str, line: int, names: Names, place: Place) -> bool:
    """Whether a source is one that can be looked up; told when it is not."""
    if source == DERIVED:
        return True
    key, _, locator = source.partition(" ")
    if key == _HANDOUT:
        return _in_handout(locator, line, names, place)
    if not names.knows("sources", key):
        place.unknown(line, "source", key, [_HANDOUT, DERIVED, *names.sources])
        return False
    return not locator or _located(key, locator, line, names, place)


def _in_handout(item: str, line: int, names: Names, place: Place) -> bool:
    """Whether `handout C2` names an item of the handout."""
    if not item:
        place.say(line, "the handout is cited without an item.", "Write it like `handout C2`.")
    elif not names.knows("items", item):
        place.unknown(line, "item for the handout", item, names.items)
    return bool(item) and names.knows("items", item)


def _located(key: str, locator: str, line: int, names: Names, place: Place) -> bool:
    """Whether the bibliography lists this section of the source."""
    listed = names.sources.get(key, {}).get("locators")
    known = listed if isinstance(listed, Map) else {}
    if key not in names.sources or locator in known:
        return True
    if known:
        place.unknown(line, f"locator for {key}", locator, known)
    else:
        place.say(line, f'{key} has no locator "{shortened(locator)}".', f"Cite it as `{key}`.")
    return False


def _unverified(source: str, names: Names) -> bool:
    """Whether a source is in the bibliography and marked as unverified."""
    key = source.partition(" ")[0]
    return names.sources.get(key, {}).get("status") == "unverified"
