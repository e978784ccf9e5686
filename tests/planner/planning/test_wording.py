"""Words for a step: which variants, what fills the slots, how they join, what was changed."""

import random
import re
from dataclasses import replace
from typing import Any

import pytest

from planner.contract.facts import Fact
from planner.planning.wording import Wording, Wordings
from planner.rulebook.rulebook import ItemWords, Part, Slot
from tests.planner.support.hand_made import handout, part, variant
from tests.planner.support.second_opinions import Naive, fits, shipped, some_observations

SCRIPT = "I am sorry for being late. What was it like?"
FACTS: dict[str, Fact] = {
    "context.phase": "late",
    "context.feelings": frozenset(),
    "lateness.minutes": 10,
}
SLOTS = {
    "phase": Slot("phase", "context.phase", {"late": "by now", "early": "so soon"}, "here"),
    "feeling": Slot(
        "feeling", "context.feelings", {"hurt": "hurt", "sad": "sad", "angry": "cross"}, "moved"
    ),
    "both": Slot("both", "context.feelings", {"hurt": "hurt", "sad": "sad"}, "moved", " and "),
    "wait": Slot("wait", "lateness.minutes", {"10": "ten minutes"}, "a while"),
}


def worded(*parts: Part, fitting: str = "", facts: dict[str, Any] | None = None) -> Wording:
    """The words of C2, made of these parts."""
    words = {"C2": ItemWords("C2", "Apologize", "to own it", parts)}
    wordings = Wordings(words, SLOTS, handout(C2=(SCRIPT, "Another line.")))
    return wordings.of("C2", frozenset(fitting.split()), FACTS | (facts or {}))


OPENING = part(
    "open",
    variant("open.first", "we waited", context__phase="late"),
    variant("open.second", "we talked", context__phase="late early"),
    variant("open.last", "we met"),
)


@pytest.mark.parametrize(
    ("fitting", "said"),
    [
        ("c2.open.first c2.open.second", "We waited"),
        ("c2.open.second c2.open.first", "We waited"),
        ("c2.open.second", "We talked"),
        ("", "We met"),
    ],
)
def test_the_first_variant_that_fits_is_said_and_the_last_resort_needs_no_premise(
    fitting: str, said: str
) -> None:
    assert worded(OPENING, fitting=fitting).words == said


def test_parts_join_with_a_space_and_begin_with_a_capital() -> None:
    words = worded(OPENING, part("close", variant("close.x", "it was long.")))
    assert words.words == "We met it was long."
    assert words.variants == ("c2.open.last", "c2.close.x")


def test_an_optional_part_that_nothing_fits_is_left_out() -> None:
    maybe = part("maybe", variant("maybe.x", "Again!", context__phase="early"), optional=True)
    words = worded(maybe, OPENING)
    assert (words.words, words.variants) == ("We met", ("c2.open.last",))


def test_a_part_left_out_tells_that_the_handouts_run_went() -> None:
    run = "What was it like?"
    maybe = part("maybe", variant("maybe.x", "How?", run, context__phase="early"), optional=True)
    assert worded(maybe, OPENING).changes[0] == (run, "")


def test_a_part_left_out_of_which_each_variant_stands_for_another_run_tells_nothing() -> None:
    several = part(
        "maybe",
        variant("maybe.x", "a", "What was it like?", context__phase="early"),
        variant("maybe.y", "b", "I am sorry", context__phase="early"),
        optional=True,
    )
    assert worded(several, OPENING).changes == (("", "we met"),)


@pytest.mark.parametrize(
    ("say", "facts", "said"),
    [
        ("{phase}", {}, "By now"),
        ("{phase}", {"context.phase": "unknown"}, "Here"),
        ("{wait}", {}, "Ten minutes"),
        ("{wait}", {"lateness.minutes": -1}, "A while"),
        ("{feeling}", {}, "Moved"),
        ("{feeling}", {"context.feelings": frozenset(("angry", "sad"))}, "Sad"),
        ("{feeling}", {"context.feelings": frozenset(("numb",))}, "Moved"),
        ("so {feeling}, {phase}, {feeling}", {}, "So moved, by now, moved"),
        ("{both}", {"context.feelings": frozenset(("sad", "angry", "hurt"))}, "Hurt and sad"),
        ("{both}", {"context.feelings": frozenset(("sad",))}, "Sad"),
        ("{both}", {"context.feelings": frozenset(("angry",))}, "Moved"),
    ],
)
def test_a_slot_is_filled_from_the_facts_and_is_never_empty(
    say: str, facts: dict[str, Any], said: str
) -> None:
    """Of a list the first value in the slot's own order that was given wins, or the first two."""
    assert worded(part("x", variant("x.x", say)), facts=facts).words == said


def test_the_handouts_line_is_the_one_that_a_part_comes_from() -> None:
    other = part("x", variant("x.x", "A line.", "Another line."))
    assert worded(other).handout == "Another line."
    assert worded(OPENING).handout == SCRIPT


def test_an_item_that_is_not_in_the_handout_has_no_line() -> None:
    words = {"D5": ItemWords("D5", "Own", "own", (part("x", variant("x.x", "hello")),))}
    wording = Wordings(words, {}, handout()).of("D5", frozenset(), FACTS)
    assert (wording.words, wording.handout) == ("Hello", "")


def test_words_of_the_handout_unchanged_are_no_change() -> None:
    assert worded(part("x", variant("x.x", SCRIPT, SCRIPT))).changes == ()


def test_a_small_change_is_told_word_by_word() -> None:
    said = "I am sorry for being so late. What was it like?"
    assert worded(part("x", variant("x.x", said, SCRIPT))).changes == (("", "so "),)


def test_a_large_change_is_told_as_one() -> None:
    said = "Nothing of this is there."
    assert worded(part("x", variant("x.x", said, SCRIPT))).changes == ((SCRIPT, said),)


def accounts_for(run: str, said: str, changes: tuple[tuple[str, str], ...]) -> bool:
    """Whether the run becomes what is said when only these runs change, in this order."""
    kept = "".join(f"(.*?){re.escape(old)}" for old, _ in changes) + "(.*)"
    put = "".join(f"\\{n}{re.escape(new)}" for n, (_, new) in enumerate(changes, 1))
    whole = f"{kept}\0{put}\\{len(changes) + 1}"
    return re.fullmatch(whole, f"{run}\0{said}", re.DOTALL) is not None


def test_the_changes_alone_turn_the_handouts_run_into_what_is_said() -> None:
    """For every variant that ships, and for runs with words taken out and put in by chance."""
    chance = random.Random(8)
    pairs = [(one.handout, one.say.format_map(Blank())) for one in shipped().variants]
    for run, said in tuple(pairs):
        words = [word for word in (run or said).split() if chance.random() < 0.8]
        words.insert(chance.randint(0, len(words)), "perhaps")
        pairs.append((run or said, " ".join(words)))
    for run, said in pairs:
        changes = worded(part("x", variant("x.x", said, run))).changes
        assert accounts_for(run, said, changes), (run, said, changes)
        assert all(old != new for old, new in changes)
    assert not accounts_for("a b c", "a d", (("b ", ""),))


class Blank(dict[str, str]):
    """Something for every slot."""

    def __missing__(self, name: str) -> str:
        return "quite so"


def test_the_words_that_ship_leave_no_slot_open_and_nothing_empty() -> None:
    book = shipped()
    wordings = Wordings(book.wording, book.slots, book.handout)
    for observation in some_observations(8, 100):
        _, known = Naive(book).holding(observation)
        fitting = frozenset(one.id for one in book.variants if fits(one, known))
        for item in book.wording:
            words = wordings.of(item, fitting, known).words
            assert words.strip() == words != ""
            assert not set("{}") & set(words)
            assert "  " not in words


# --- in few words ----------------------------------------------------------------------------
SHORT = part(
    "short",
    variant("short.late", "sorry {phase} for [my part]", context__phase="late"),
    variant("short.last", "sorry for [that day]"),
)
LINE = part("line", variant("line.own", "own it {phase}"))


def formed(fitting: str = "", *, added: bool = False, ours: bool = False) -> Wording:
    """C2 with a short form and a line; with a variant of a pack in its words, or in the form."""
    whole, short = OPENING, SHORT
    if added:
        whole = replace(OPENING, variants=(replace(OPENING.variants[0], added=True),))
    if ours:
        short = replace(SHORT, variants=tuple(replace(one, added=True) for one in SHORT.variants))
    words = {"C2": ItemWords("C2", "Apologize", "to own it", (whole,), short=short, line=LINE)}
    wordings = Wordings(words, SLOTS, handout(C2=(SCRIPT,)), "Read it all.")
    return wordings.of("C2", frozenset(fitting.split()), FACTS | {"context.phase": "late"})


def test_the_short_form_and_the_line_are_worded_like_every_part() -> None:
    wording = formed("c2.short.late")
    assert (wording.short, wording.line) == ("Sorry by now for [my part]", "own it by now")
    assert wording.blanks == ("my part",)
    assert wording.words == "We met"
    assert wording.variants == ("c2.open.last", "c2.short.late", "c2.line.own")
    assert formed().short == "Sorry for [that day]"


def test_the_words_of_a_pack_are_never_shortened_to_the_shipped_ones() -> None:
    assert formed("c2.open.first", added=True).short == "Read it all."
    assert formed("c2.open.first", added=True, ours=True).short == "Sorry for [that day]"


def test_without_a_short_form_the_whole_words_are_named_and_the_title_is_the_line() -> None:
    wording = worded(OPENING)
    assert (wording.short, wording.line) == ("See the whole words.", "Apologize")
