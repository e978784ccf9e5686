"""What the clinical knowledge and the contract promise, asked of thousands of random cases.

No scenario is told here: each test is one sentence that must be true of every plan.
With REPAIR_PLANNER_LONG set the cases are many more.
"""

import re

import pytest

from planner.reading.shipped import SHIPPED
from tests.planner.support.clinical_cases import Case, cases, has_a_part, own_times, planner

pytestmark = pytest.mark.reads_files_only

STOPS = (
    "self_harm",
    "harm_to_others",
    "threat_or_stalking",
    "child_or_vulnerable_abuse",
    "partner_violence",
    "therapist_sexual_contact",
    "therapist_dual_relationship",
    "therapist_impaired",
    "acute_state",
)
REVIEWS = (
    "confidentiality_breach",
    "sexualized_request",
    "discrimination_claim",
    "formal_complaint",
    "costly_gift_or_barter",
    "third_party_or_capacity",
)
PROTEST = ("therapist", "therapy_rules_or_tasks")


def stepping(item: str) -> list[Case]:
    """The cases whose plan has a step for an item."""
    return [case for case in cases() if item in case.steps]


@pytest.mark.parametrize("item", ["C1", "C2", "C3", "D1", "D2", "D3", "D4"])
def test_the_cases_reach_every_item(item):
    """A property of steps that never come would be empty."""
    assert len(stepping(item)) >= 20


def test_the_cases_reach_every_disposition():
    found = [case.plan.disposition for case in cases()]
    assert all(found.count(one) >= 20 for one in ("proceed", "review_first", "stop"))


# --- the plan as a whole ---------------------------------------------------------------------
def test_every_item_stands_once():
    """As a step, held, or barred: never in two places."""
    for case in cases():
        plan = case.plan
        items = [one.item for one in plan.steps] + [one.item for one in plan.held]
        items += [one.item for one in plan.barred]
        assert len(items) == len(set(items)), case


def test_nothing_waits_for_something_later_and_the_list_agrees():
    """`after` is a partial order; times and the list's order both agree with it."""
    whens = ("now", "later_this_session", "future_session")
    for case in cases():
        order: list[str] = [step.item for step in case.plan.steps]
        times = [whens.index(step.when) for step in case.plan.steps]
        assert times == sorted(times), case
        for step in case.plan.steps:
            assert all(order.index(one) < order.index(step.item) for one in step.after), case


# --- safety ----------------------------------------------------------------------------------
def test_a_stop_flag_stops_and_a_review_flag_never_proceeds():
    """Unsure counts as yes."""
    for case in cases():
        if case.is_("safety.flags", *STOPS):
            assert case.plan.disposition == "stop", case
        elif case.is_("safety.flags", *REVIEWS):
            assert case.plan.disposition == "review_first", case


def test_only_a_stop_flag_stops():
    """A rule may send to consultation by itself; the tool never decides on danger by itself."""
    for case in cases():
        if case.plan.disposition == "stop":
            assert case.is_("safety.flags", *STOPS), case


def words_of(text: str) -> list[str]:
    """The words of a text, without case and punctuation."""
    return re.findall(r"[a-z]+", re.sub(r"[\u2019']", "", text.lower()))


def runs_of(text: str) -> set[tuple[str, ...]]:
    """Every four words in a row."""
    words = words_of(text)
    return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}


def test_a_stop_has_no_step_and_none_of_the_handouts_words():
    """Not four in a row, anywhere: sources name the handout's items, and nothing quotes them."""
    handout = runs_of((SHIPPED / "handout.txt").read_text("utf-8"))
    for case in cases():
        if case.plan.disposition == "stop":
            assert (case.plan.steps, case.plan.questions) == ((), ()), case
            assert runs_of(case.plan.to_json()) & handout == set(), case


def test_a_plan_that_does_not_proceed_says_why_what_first_and_whom_to_tell():
    for case in cases():
        safety = case.plan.safety
        filled = all((safety.reasons, safety.first_actions, safety.contacts, safety.record))
        assert filled is (case.plan.disposition != "proceed"), case


def test_the_therapists_repeated_failing_goes_to_supervision_first():
    for case in cases():
        if own_times(case) >= 2:
            assert case.plan.disposition != "proceed", case


# --- C2: the apology -------------------------------------------------------------------------
def test_no_apology_without_a_therapists_part():
    assert [str(case) for case in stepping("C2") if not has_a_part(case)] == []


def test_no_apology_after_too_much_of_it():
    """The client would be the one who soothes the therapist."""
    assert [str(c) for c in stepping("C2") if c.is_("context.apology", "excessive")] == []


def test_no_apology_for_a_sound_limit():
    """A request alone, with no part of the therapist's told: nothing to be sorry for."""
    alone = frozenset(("boundary_request",))
    for case in cases():
        if case.facts["ruptures.kinds"] == alone and not has_a_part(case):
            assert "C2" not in case.steps, case
            assert not re.search(r"\bapologize\b|\bsorry\b", case.words), case


def test_no_apology_for_the_clients_lateness():
    for case in stepping("C2"):
        if not case.is_("lateness.who", "therapist", "both"):
            assert not re.search(r"\blate\b|\bwait", case.steps["C2"].words), case


def test_again_is_said_only_after_an_earlier_apology():
    for case in stepping("C2"):
        if not case.is_("context.apology", "token", "explored"):
            assert not re.search(r"\bagain\b", case.steps["C2"].words), case


def test_not_knowing_is_said_only_when_no_notice_was_given():
    for case in cases():
        if not case.is_("lateness.notice_given", "no"):
            assert "holding me up" not in case.words, case


def test_a_shame_free_zone_never_beside_a_part_of_the_therapists():
    """It would make the client the one who erred; and only a client's own shame calls for it."""
    for case in cases():
        if "shame free" in case.words:
            assert case.is_("context.feelings", "ashamed"), case
            assert case.is_("lateness.who", "client"), case
            assert not has_a_part(case), case


# --- D1: closeness ---------------------------------------------------------------------------
def test_no_leaning_in_where_closeness_is_too_much():
    """When care itself sets it off, under a sexual wish, in writing, or at the very beginning."""
    for case in stepping("D1"):
        assert not case.is_("deflection.trigger", "compliment_or_care"), case
        assert not case.is_("boundary_request.nature", "sexual_or_romantic"), case
        assert not case.is_("safety.flags", "sexualized_request"), case
        assert not case.is_("context.setting", "text"), case
        assert case.is_("context.phase", "middle", "late", "ending"), case


# --- D2: our pattern -------------------------------------------------------------------------
def occurrences(case: Case) -> int:
    """How often the most frequent of the ruptures was seen."""
    kinds = ("lateness", "boundary_request", "deflection")
    counts = [case.facts[f"{kind}.occurrences"] for kind in kinds]
    return max(count for count in counts if isinstance(count, int))


def test_no_pattern_from_a_single_instance():
    """Unless the client named it: then it is not the therapist's inference."""
    for case in stepping("D2"):
        named = case.is_("context.pattern_named_by_client", "yes")
        assert named or occurrences(case) >= 2, case


def test_often_is_said_only_of_what_was_seen_three_times():
    for case in stepping("D2"):
        if "often" in case.steps["D2"].words:
            assert occurrences(case) >= 3, case


def test_no_pattern_where_a_norm_a_hardship_or_a_misattunement_explains():
    explained = ("norm_explains_behaviour", "hardship_explains_behaviour")
    for case in stepping("D2"):
        assert not case.is_("context.culture_power", *explained), case
        assert not case.is_("context.culture_power", "misattunement_by_therapist"), case
        assert not case.is_("safety.flags", "discrimination_claim"), case


@pytest.mark.parametrize("item", ["D2", "D3"])
def test_no_pattern_and_no_link_on_a_thin_alliance_or_at_the_beginning(item):
    """Nor where alliance or phase is not known: unknown is not treated as good enough."""
    for case in stepping(item):
        assert case.is_("context.alliance", "forming", "good", "strong"), case
        assert case.is_("context.phase", "middle", "late", "ending"), case
        if case.is_("context.alliance", "forming"):
            assert case.is_("context.severity", "low", "moderate"), case


# --- D3: the outside link --------------------------------------------------------------------
def test_no_link_from_a_wholly_justified_grievance_or_a_misattunement():
    """A fair protest is never read as the client's pattern."""
    for case in stepping("D3"):
        assert not case.is_("authority_frustration.grievance", "justified"), case
        assert not case.is_("context.culture_power", "misattunement_by_therapist"), case
        assert not case.is_("safety.flags", "discrimination_claim"), case


def test_no_link_without_a_pattern_that_was_discussed_or_named():
    for case in stepping("D3"):
        discussed = case.is_("context.outside_pattern", "discussed")
        assert discussed or case.is_("context.pattern_named_by_client", "yes"), case


def test_no_link_while_the_therapists_part_is_open():
    for case in stepping("D3"):
        settled = case.is_("context.apology", "explored")
        assert settled or not has_a_part(case), case


# --- D4: the feeling -------------------------------------------------------------------------
def test_no_link_to_the_past_without_a_shared_history():
    linked = [case for case in stepping("D4") if "relationships" in case.steps["D4"].words]
    assert linked
    for case in linked:
        assert case.is_("context.history", "shared"), case
        assert case.is_("context.alliance", "good", "strong"), case
        assert not has_a_part(case), case


def test_childhood_is_never_brought_up_by_the_therapist():
    assert [str(case) for case in cases() if "childhood" in case.words] == []


def test_only_a_feeling_that_was_seen_is_called_expectable():
    feelings = {
        "shame": "ashamed",
        "hurt": "hurt",
        "fear": "frightened",
        "longing": "longing",
        "anger": "angry",
        "disappointment": "disappointed",
        "sadness": "sad",
        "anxiety": "anxious",
    }
    for case in stepping("D4"):
        named = re.findall(r"[Aa] feeling of (\w+)", case.steps["D4"].words)
        assert len(named) == 1, case
        assert case.is_("context.feelings", feelings[named[0]]), case


# --- the words -------------------------------------------------------------------------------
def test_the_room_is_named_only_in_the_room():
    for case in cases():
        if "in this room" in case.words:
            assert case.is_("context.setting", "in_person"), case


def test_nobody_is_told_that_they_are_safe():
    """Safety cannot be known from here, least of all by the one who says so."""
    assert [str(case) for case in cases() if re.search(r"you are safe|safe in", case.words)] == []


def test_frustrating_is_said_only_of_a_client_who_showed_it():
    for case in cases():
        if "frustrating" in case.words:
            assert case.is_("context.feelings", "irritated", "angry"), case


def test_warm_words_are_kept_back_where_they_could_be_heard_otherwise():
    for case in cases():
        sexual = case.is_("boundary_request.nature", "sexual_or_romantic")
        sexual = sexual or case.is_("safety.flags", "sexualized_request")
        sent = case.is_("context.culture_power", "mandated")
        guarded = sent or case.is_("context.reactant", "yes")
        if sexual or guarded or case.is_("context.alliance", "none_yet", "weak"):
            warm = r"care deeply|enjoy our time|our connection|I care\b|caring about you"
            assert not re.search(warm, case.words), case


def test_words_are_ready_to_be_spoken():
    """No empty slot, no stray space or stop, a capital at the beginning of each sentence."""
    wrong = re.compile(r"[{}]|xyz|  |\n|^\s|\s$|\s[.,?!]|[.,?!]{2}|[.?!] [a-z]|, [A-HJ-Z]")
    for case in cases():
        for step in case.plan.steps:
            assert not wrong.search(step.words), step.words
            assert re.match(r"[A-Z]", step.words), step.words
            assert step.words.endswith((".", "?", "!")), step.words


def test_the_handout_is_quoted_exactly():
    for case in cases():
        for step in case.plan.steps:
            assert step.handout in planner().rulebook.handout.items[step.item].scripts, case


def rebuilt(left: list[str], right: list[str], changes: list[tuple[list[str], list[str]]]) -> bool:
    """Whether these changes, in this order, and nothing else, turn the left words into the right.

    An insertion may fit in more than one place, so every place is tried.
    """
    reached = {(0, 0)}
    for old, new in [*changes, ([], [])]:
        walked = set(reached)
        for place in reached:
            i, j = place
            while i < len(left) and j < len(right) and left[i] == right[j]:
                i, j = i + 1, j + 1
                walked.add((i, j))
        reached = {
            (i + len(old), j + len(new))
            for i, j in walked
            if left[i : i + len(old)] == old and right[j : j + len(new)] == new
        }
    return (len(left), len(right)) in reached


def test_the_changes_lead_from_the_handouts_words_to_these():
    """A reader who makes the changes one by one arrives at the words; capitals aside."""
    for case in cases():
        for step in case.plan.steps:
            changes = [(old.lower().split(), new.lower().split()) for old, new in step.changes]
            words = step.words.lower().split()
            assert rebuilt(step.handout.lower().split(), words, changes), (step, case)
