"""Observations that nobody thought of: for Hypothesis, and quickly from a seed.

The contract's table is written down here a second time and by hand, on purpose: a value that
`planner.contract.values` gains, loses or misspells makes a test fail, not agree.
"""

import random
from typing import Any

from hypothesis import strategies as st

YES_NO = ("yes", "no", "unknown")
HAPPENED = ("this_session", "last_session", "longer_ago", "unknown")
KINDS = (
    "lateness",
    "boundary_request",
    "deflection",
    "authority_frustration",
    "disconnection",
)
REQUIRED = {
    "lateness": "who",
    "boundary_request": "nature",
    "deflection": "response",
    "authority_frustration": "toward",
    "disconnection": "act",
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "lateness": {
        "who": _words("therapist client both neither"),
        "cause": _words("avoidable outside_control unknown"),
        "notice_given": YES_NO,
        "form": _words("late missed cancelled cut_short"),
        "reason_asked": YES_NO,
        "happened": HAPPENED,
    },
    "boundary_request": {
        "nature": _words(
            "social contact_outside_sessions online_connection physical_touch gift"
            " personal_information favour_or_business session_frame fee event_invitation"
            " letter_or_document crisis_contact sexual_or_romantic other"
        ),
        "answer": _words("not_yet left_unanswered declined partly_granted granted unknown"),
        "intended_answer": _words("decline grant partly_grant undecided unknown"),
        "pressed": YES_NO,
        "happened": HAPPENED,
    },
    "deflection": {
        "trigger": _words(
            "compliment_or_care difficult_topic feelings question repair_attempt other unknown"
        ),
        "response": _words(
            "joke topic_change minimal_reply intellectualizing storytelling appeasing"
            " content_affect_split self_criticism silence other"
        ),
        "happened": HAPPENED,
    },
    "authority_frustration": {
        "toward": _words("therapist therapy_rules_or_tasks outside_authority"),
        "grievance": _words("justified partly_justified none_apparent unknown"),
        "happened": HAPPENED,
    },
    "disconnection": {
        "act": _words(
            "invalidated slighting_remark inattentive forgot_or_misnamed lost_temper"
            " too_directive over_interpreted shared_information ended_or_cancelled"
            " planned_absence broke_agreement unanswered_message said_too_much_of_self"
            " overstepped interruption not_known other"
        ),
        "noticed_by": _words("client therapist both unknown"),
        "notice_given": YES_NO,
        "reason_asked": YES_NO,
        "happened": HAPPENED,
    },
    "context": {
        "phase": _words("early middle late ending unknown"),
        "alliance": _words("none_yet weak forming good strong unknown"),
        "severity": _words("low moderate high unknown"),
        "movement": _words("withdrawal confrontation mixed neither unknown"),
        "raised_by_client": YES_NO,
        "happened": HAPPENED,
        "therapist_part": _words("none some main unknown"),
        "apology": _words("none token explored excessive unknown"),
        "earlier_repair": _words("not_tried helped no_change worsened unknown"),
        "outside_pattern": _words("discussed noticed_not_discussed none_known unknown"),
        "pattern_named_by_client": YES_NO,
        "history": _words("shared not_shared unknown"),
        "reactant": YES_NO,
        "setting": _words("in_person video phone text unknown"),
        "leaving": _words("no hinted announced left ended_by_therapist unknown"),
        "sessions_left": _words("none one several unknown"),
        "format": _words("individual couple family group child_or_adolescent unknown"),
        "next_contact": _words("this_session next_session message call unknown"),
    },
}
LISTS: dict[str, tuple[str, ...]] = {
    "signs": _words(
        "denial minimal_response abstract_talk storytelling appeasing content_affect_split"
        " self_criticism complaint_about_therapist rejects_intervention"
        " complaint_about_activities complaint_about_parameters complaint_about_progress"
        " defends_self controls_or_pressures engaged"
    ),
    "feelings": _words(
        "angry irritated hurt disappointed ashamed anxious frightened sad numb drifting"
        " overwhelmed longing warm at_ease"
    ),
    "therapist_acts": _words(
        "unanswered_message forgot_or_misnamed invalidated too_directive over_interpreted"
        " shared_information ended_or_cancelled broke_agreement slighting_remark inattentive"
        " lost_temper planned_absence said_too_much_of_self overstepped interruption other"
    ),
    "earlier_items": _words("C1 C2 C3 D1 D2 D3 D4 D5"),
    "therapist_feelings": _words(
        "anxious irritated hurt guilty ashamed helpless bored drawn_in wish_to_end"
    ),
    "culture_power": _words(
        "norm_explains_behaviour hardship_explains_behaviour misattunement_by_therapist"
        " mandated fee_or_access"
    ),
}
RUPTURE_LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "authority_frustration": {
        "about": _words(
            "person task_or_homework goal pace_or_progress fee rules_or_frame being_sent"
        )
    }
}
NUMBERS: dict[str, dict[str, int | None]] = {
    kind: {"minutes": None, "occurrences": 1, "own_occurrences": None}
    if kind == "lateness"
    else {"occurrences": 1}
    for kind in KINDS
}
"""Each kind's numbers, with what they are where nothing is given."""
FLAGS = _words(
    "self_harm harm_to_others threat_or_stalking child_or_vulnerable_abuse partner_violence"
    " therapist_sexual_contact therapist_dual_relationship therapist_impaired acute_state"
    " confidentiality_breach sexualized_request discrimination_claim formal_complaint"
    " costly_gift_or_barter third_party_or_capacity"
)


def _text(longest: int, lines: str) -> st.SearchStrategy[str]:
    signs = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from(lines)
    return st.text(signs, max_size=longest)


def _rupture(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    answers: dict[str, st.SearchStrategy[Any]] = {
        name: st.sampled_from(values) for name, values in CHOICES[kind].items()
    }
    answers["occurrences"] = st.sampled_from([1, 2, 3, 999]) | st.integers(1, 999)
    for name, values in RUPTURE_LISTS.get(kind, {}).items():
        answers[name] = st.lists(st.sampled_from(values), max_size=3)
    if kind == "lateness":
        answers["minutes"] = st.none() | st.integers(0, 600)
        answers["own_occurrences"] = st.none() | st.integers(1, 4)
    required = {"kind": st.just(kind), REQUIRED[kind]: answers.pop(REQUIRED[kind])}
    return st.fixed_dictionaries(required, optional=answers).map(_with_own_share)


def _with_own_share(rupture: dict[str, Any]) -> dict[str, Any]:
    """Keep the therapist's share of latenesses where it can be one."""
    own = rupture.get("own_occurrences")
    if own and (rupture["who"] != "both" or own > rupture.get("occurrences", 1)):
        return {name: value for name, value in rupture.items() if name != "own_occurrences"}
    return rupture


def _ruptures() -> st.SearchStrategy[list[dict[str, Any]]]:
    kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=5, unique=True)
    return kinds.flatmap(lambda chosen: st.tuples(*map(_rupture, chosen)).map(list))


def _context() -> st.SearchStrategy[dict[str, Any]]:
    answers: dict[str, st.SearchStrategy[Any]] = {
        name: st.sampled_from(values) for name, values in CHOICES["context"].items()
    }
    for name, values in LISTS.items():
        answers[name] = st.lists(st.sampled_from(values), max_size=5)
    return st.fixed_dictionaries({}, optional=answers)


def observations() -> st.SearchStrategy[dict[str, Any]]:
    """Give valid observations as plain dicts, over the whole contract."""
    flags = st.dictionaries(st.sampled_from(FLAGS), st.sampled_from(["yes", "unsure"]), max_size=3)
    return st.fixed_dictionaries(
        {"ruptures": _ruptures(), "safety": st.fixed_dictionaries({"flags": flags})},
        optional={
            "case": st.none() | _text(64, " -"),
            "session": st.none() | st.integers(1, 9999),
            "context": _context(),
            "notes": _text(200, " \n\t\r"),
        },
    )


def random_observation(rng: random.Random) -> dict[str, Any]:
    """Make one valid observation from a seeded generator: some sparse, some dense, few flagged.

    Quick enough for a hundred thousand of them, which Hypothesis is not.
    """
    share = rng.choice((0.15, 0.5, 0.9))
    kinds = rng.sample(KINDS, rng.choice((1, 1, 1, 2, 2, 3, 4, 5)))
    context = _some(rng, CHOICES["context"], share)
    for name, values in LISTS.items():
        if rng.random() < share / 2:
            context[name] = rng.sample(values, rng.choice((1, 1, 2, 3)))
    flags: dict[str, str] = {}
    if rng.random() < 0.15:
        flags = {flag: rng.choice(("yes", "unsure")) for flag in rng.sample(FLAGS, 1)}
    return {
        "session": rng.randint(1, 60),
        "ruptures": [_random_rupture(rng, kind, share) for kind in kinds],
        "context": context,
        "safety": {"flags": flags},
    }


def _random_rupture(rng: random.Random, kind: str, share: float) -> dict[str, Any]:
    needed = REQUIRED[kind]
    rupture = {"kind": kind, **_some(rng, CHOICES[kind], share)}
    rupture[needed] = rng.choice(CHOICES[kind][needed])
    if rng.random() < share:
        rupture["occurrences"] = rng.choice((1, 1, 2, 3, 4, 12))
    if kind == "lateness" and rng.random() < share:
        rupture["minutes"] = rng.choice((None, 0, 1, 4, 5, 6, 9, 10, 11, 15, 20, 30, 50, 600))
    if kind == "lateness" and rng.random() < share:
        rupture["own_occurrences"] = rng.choice((None, 1, 2, 3))
    for name, values in RUPTURE_LISTS.get(kind, {}).items():
        if rng.random() < share / 2:
            rupture[name] = rng.sample(values, rng.choice((1, 1, 2)))
    return _with_own_share(rupture)


def _some(rng: random.Random, choices: dict[str, tuple[str, ...]], share: float) -> dict[str, Any]:
    return {name: rng.choice(values) for name, values in choices.items() if rng.random() < share}
