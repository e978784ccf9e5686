"""Rules and variants that say the same: they should be one, with a case for each `when`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.errors import RuleProblem
from planner.reading.contradictions import exclude_each_other
from planner.reading.problems import Place, Problems
from planner.rulebook.holding import Conditional
from planner.rulebook.rulebook import Part, Rule, Rulebook, Variant


def equal_texts(rulebook: Rulebook) -> tuple[RuleProblem, ...]:
    """A problem for each rule and variant that says what an earlier one says.

    Of variants only such are told of as can be joined without another saying something else in
    between: the first that holds is said, so others may have to keep their places.
    A pack is not compared with the rules that ship, which it cannot change.
    """
    problems = Problems()
    found: list[tuple[Conditional, Conditional]] = [*_rules(rulebook.rules), *_variants(rulebook)]
    for earlier, later in found:
        kind = "rule" if isinstance(later, Rule) else "variant"
        cases = f'In "{earlier.id}" list what each asks as a case, `any: [{{…}}, {{…}}]`'
        hint = f"Make them one. {cases}, and add `formerly: {later.id}`."
        place = Place(problems, later.path, f'{kind} "{later.id}"')
        place.say(later.line, f'it says the same as "{earlier.id}" ({_where(earlier)}).', hint)
    return problems.in_order()


def _where(one: Conditional) -> str:
    """Where a rule or variant stands."""
    return f"{one.path}:{one.line}"


def _rules(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Each rule that does and says what an earlier one does, with that one."""
    first: dict[object, Rule] = {}
    for rule in rules:
        does = (rule.verb, rule.items, rule.codes, rule.object, rule.at, rule.follows, rule.until)
        says = " ".join((rule.text or rule.because).split())
        earlier = first.setdefault((_origin(rule), does, says), rule)
        if earlier is not rule:
            yield earlier, rule


def _variants(rulebook: Rulebook) -> Iterator[tuple[Variant, Variant]]:
    """Each variant with the words of an earlier one of its part that it can be joined with."""
    for words in rulebook.wording.values():
        for part in words.every:
            for number, later in enumerate(part.variants):
                found = (one for one in part.variants[:number] if _joined(part, one, later))
                earlier = next(found, None)
                if earlier is not None:
                    yield earlier, later


def _joined(part: Part, earlier: Variant, later: Variant) -> bool:
    """Whether two variants say the same, and one of them can move to the place of the other."""
    if not _same_words(earlier, later) or part.group_of(earlier) != part.group_of(later):
        return False
    start, end = part.variants.index(earlier) + 1, part.variants.index(later)
    between = [one for one in part.variants[start:end] if not _same_words(one, later)]
    return any(all(_apart(moved, one) for one in between) for moved in (earlier, later))


def _same_words(one: Variant, other: Variant) -> bool:
    """Whether two variants say the same, for the same run of the handout, and ship together."""
    return (one.say, one.handout, _origin(one)) == (other.say, other.handout, _origin(other))


def _origin(one: Conditional) -> str:
    """The directory of rules, or the pack, that something stands in."""
    return one.path.partition("/")[0]


def _apart(one: Variant, other: Variant) -> bool:
    """Whether two variants never hold together, as far as each field by itself tells."""
    return all(
        any(exclude_each_other(a, b) for a in branch for b in against)
        for branch in one.branches
        for against in other.branches
    )
