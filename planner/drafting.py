"""The lines of a plan beside its steps: what to avoid, safety, follow-up, summary, conflicts.

Every sentence comes from the rulebook; here it is only decided which stand in this plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from planner.composing import Placement
from planner.plan import Avoid, Barred, Because, FollowUp, Held, Item, PlanSafety
from planner.rulebook import Lead, Rule, Rulebook

Reason = Callable[[Rule], Because]
Told = Mapping[str, Sequence[Rule]]
"""The rules that hold, by verb; every verb of the rulebook has its place, perhaps empty."""


def texts(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The sentences of some rules, each once, in rule order."""
    return tuple(dict.fromkeys([rule.text or "" for rule in rules]))


def by_verb(rules: Iterable[Rule]) -> Told:
    """The rules that hold, parted by what they say."""
    told: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        told[rule.verb].append(rule)
    return told


def avoided(told: Told, rulebook: Rulebook, reason: Reason, *, stop: bool) -> tuple[Avoid, ...]:
    """What to avoid, in the order of the codes; on a stop only what the flags themselves ask."""
    because: dict[str, list[Because]] = {}
    for rule in told["avoid"]:
        if not stop or reads_flags(rule):
            for code in rule.codes:
                because.setdefault(code, []).append(reason(rule))
    return tuple(
        Avoid(code, known.text, tuple(because[code]))
        for code, known in rulebook.avoid_codes.items()
        if code in because
    )


def reads_flags(rule: Rule) -> bool:
    """Whether a rule speaks of the safety flags."""
    return any(condition.field == "safety.flags" for condition in rule.when)


def safety_of(
    told: Told, leads: Mapping[str, Lead], placement: Placement, reason: Reason
) -> PlanSafety:
    """What comes before any repair; on a stop the stopping flags lead, and reviews follow."""
    if placement.disposition == "proceed":
        return PlanSafety("none", (), (), ())
    raised = [*told["stop"], *told["review"]]
    led = [leads[key] for key in dict.fromkeys(rule.object for rule in raised)]
    return PlanSafety(
        placement.disposition,
        tuple(lead.reason for lead in led),
        _each(lead.first_actions for lead in led),
        _each(lead.contacts for lead in led),
        _each(lead.record for lead in led),
        tuple(reason(rule) for rule in raised),
    )


def _each(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """All sentences of several lists, each once."""
    return tuple(dict.fromkeys(text for one in lists for text in one))


def held_back(told: Told, placement: Placement, reason: Reason) -> tuple[Held, ...]:
    """Each held item, with every condition that it waits for."""
    return tuple(
        Held(
            _item(item),
            "; and ".join(dict.fromkeys(rule.until or "" for rule in holding)),
            tuple(reason(rule) for rule in holding),
        )
        for item in placement.held
        if (holding := acting(told["hold"], item))
    )


def ruled_out(told: Told, placement: Placement, reason: Reason) -> tuple[Barred, ...]:
    """Each barred item, with every reason against it."""
    return tuple(
        Barred(_item(item), tuple(reason(rule) for rule in acting(told["bar"], item)))
        for item in placement.barred
    )


def acting(rules: Iterable[Rule], item: str) -> list[Rule]:
    """The rules that act on an item."""
    return [rule for rule in rules if item in rule.items]


def _item(item: str) -> Item:
    """An item's name, as its type knows it: reading has refused every other."""
    return item  # type: ignore[return-value]  # one of rulebook.STEP_ITEMS


def conflicts_of(told: Told, placement: Placement, summary: Mapping[str, str]) -> tuple[str, ...]:
    """Where one rule asks for an item and another, that goes first, speaks against it."""
    against = [(item, "bar") for item in placement.barred]
    against += [(item, "hold") for item in placement.held]
    return tuple(
        summary["conflict"].format(caller=calls[0].title, item=item, holder=others[0].title)
        for item, verb in against
        if (calls := acting(told["call"], item)) and (others := acting(told[verb], item))
    )


def followed_up(told: Told, summary: Mapping[str, str], *, stop: bool) -> FollowUp:
    """How to tell that it helped, and what else; the first rule that names a time sets it."""
    if stop:
        return FollowUp((), (), summary["stop_check_back"])
    back = texts(told["check_back"])
    return FollowUp(texts(told["sign"]), texts(told["plan_b"]), back[0] if back else "")


def summarized(placement: Placement, rulebook: Rulebook, safety: PlanSafety) -> str:
    """The plan in a few short sentences."""
    summary = rulebook.summary
    titles = {item: words.title.lower() for item, words in rulebook.wording.items()}
    if placement.disposition == "stop":
        return summary["stop"].format(reasons=" ".join(safety.reasons))
    lines: list[str] = []
    if safety.reasons:
        lines.append(summary["review_first"].format(reasons=" ".join(safety.reasons)))
    if not placement.steps:
        return " ".join((*lines, summary["nothing_fits"]))
    for when, key in (
        ("now", "now"),
        ("later_this_session", "later"),
        ("future_session", "future"),
    ):
        named = [
            f"{titles.get(item, item)} ({item})" for item, at, _ in placement.steps if at == when
        ]
        if named:
            lines.append(summary[f"steps_{key}"].format(**{key: ", then ".join(named)}))
    for key, items in (("held", placement.held), ("barred", placement.barred)):
        if items:
            lines.append(summary[key].format(**{key: ", ".join(items)}))
    return " ".join(lines)
