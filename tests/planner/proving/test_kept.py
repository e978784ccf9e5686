"""What was proved before is believed of the very same question alone, and of nothing else."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.contract.fields import FIELDS
from planner.errors import PlannerError
from planner.proving import kept as keeping
from planner.proving.digests import content, digest_of
from planner.proving.examples import Search
from planner.proving.kept import Kept
from planner.proving.logic import all_of, any_of, no
from planner.proving.proof import Proof, prove
from planner.proving.prover import Prover
from planner.proving.world import World
from planner.reading.properties import read_properties
from planner.reading.shipped import SHIPPED
from planner.rulebook.conditions import Condition, ListAny
from tests.planner.support.second_opinions import shipped
from tests.planner.support.small_proof import EDITS, NOT_LATE, Proved, prop, small, who


@pytest.fixture(scope="module")
def proved(tmp_path_factory) -> Proved:
    return small(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def before(proved, tmp_path_factory) -> Path:
    """A directory in which the proof of the rules as they are is kept."""
    place: Path = tmp_path_factory.mktemp("kept")
    told(proved, Kept.beside(place))
    return place


@pytest.fixture
def place(before: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    shutil.copytree(before, tmp_path / "rules")
    return tmp_path / "rules"


def told(proved: Proved, kept: Kept | None = None) -> Proof:
    return prove(*proved, kept=kept)


def file_of(place: Path) -> Path:
    [found] = (place / "__pycache__").iterdir()
    return found


def test_the_properties_hold_as_the_rules_are(proved):
    assert not any("property" in str(one) for one in told(proved).problems)


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_that_breaks_a_property_is_found_with_the_proof_of_before_kept(proved, place, kind):
    edit, broken = EDITS[kind]
    edited = edit(proved)
    anew = told(edited)
    again = told(edited, Kept.beside(place))
    assert any(f'property "{broken}": refuted.' in str(one) for one in anew.problems)
    assert again == anew
    assert told(edited, Kept.beside(place)) == anew  # nothing refuted was kept as proved
    assert told(proved, Kept.beside(place)) == told(proved)


def test_a_new_answer_in_the_contract_is_another_question(proved, monkeypatch):
    """Nothing but what binds an observation tells it from the question before."""
    rulebook, properties = proved
    claim = next(one.claim for one in properties if one.id == "own.part")
    late = (Condition("ruptures.kinds", ListAny(frozenset(("lateness",)))),)
    part = prop("own.late", "always", claim, late, unless=(who("client", "neither"),))
    before = Prover(rulebook)
    assert before.refute(part) is None
    field = FIELDS["lateness.who"]
    monkeypatch.setitem(FIELDS, field.name, replace(field, values=(*field.values, "nobody")))
    after = Prover(rulebook, kept=before.kept)
    assert digest_of(after.violation(part)[1]) == digest_of(before.violation(part)[1])
    found = after.refute(part)
    assert found is not None
    assert found[0]["ruptures"][0]["who"] == "nobody"


def test_a_whole_rulebook_is_known_by_all_that_it_says(proved):
    rulebook, properties = proved
    names = {content(rulebook, properties)}
    names |= {content(*edit(proved)) for edit, _ in EDITS.values()}
    names |= {content(replace(rulebook, findings=(*rulebook.findings, "more")), properties)}
    names |= {content(replace(rulebook, vocabulary={**rulebook.vocabulary, "more": 1}), properties)}
    assert len(names) == len(EDITS) + 3
    assert content(small_again(rulebook), properties) == content(rulebook, properties)


def small_again(rulebook):
    """The same rulebook from other objects."""
    return replace(rulebook, rules=tuple(replace(one) for one in rulebook.rules))


def test_proved_again_nothing_is_asked(proved, place, monkeypatch):
    first = told(proved)
    working = told(tuple(proved), Kept.beside(place))
    assert working == first
    all_proved = replace(first, problems=())
    kept = Kept.beside(place)
    kept.rulebooks[content(*proved)] = all_proved.proved, all_proved.only_reasons
    monkeypatch.setattr("planner.proving.proof.Questions", None)
    assert told(proved, kept) == all_proved


def test_with_problems_a_whole_rulebook_is_not_kept(proved, place):
    assert told(proved).problems
    assert Kept.beside(place).rulebooks == {}


# --- what stands in the file -----------------------------------------------------------------
def flipped(text: bytes) -> bytes:
    middle = len(text) // 2
    return text[:middle] + bytes([text[middle] ^ 1]) + text[middle + 1 :]


DAMAGE = {
    "cut short": lambda text: text[: len(text) // 2],
    "one bit": flipped,
    "empty": lambda _: b"",
    "nothing but a hash": lambda text: text.partition(b"\n")[0],
    "one more question": lambda text: text.replace(b'"impossible": [', b'"impossible": ["00", ', 1),
    "not its shape": lambda _: keeping.sealed({"impossible": 3}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_not_believed_and_written_anew(proved, place, damage):
    file = file_of(place)
    whole = Kept.beside(place).impossible
    assert whole
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    assert Kept.beside(place).impossible == {}
    assert told(proved, Kept.beside(place)) == told(proved)
    assert Kept.beside(place).impossible.keys() == whole.keys()


def test_another_code_solver_or_python_has_a_file_of_its_own(proved, place, monkeypatch):
    for target, changed in {
        "planner.proving.kept.sys.version": "4.0",
        "planner.proving.kept.z3.get_full_version": lambda: "Z3 5.0",
        "planner.proving.kept._code": list,
    }.items():
        with monkeypatch.context() as patch:
            patch.setattr(target, changed)
            assert Kept.beside(place).impossible == {}
            told(proved, Kept.beside(place))
    files = list((place / "__pycache__").iterdir())
    assert len(files) == keeping.FILES


def test_where_nothing_can_be_written_all_is_proved_anew(proved, tmp_path):
    (tmp_path / "__pycache__").write_text("in the way of a directory")
    assert told(proved, Kept.beside(tmp_path)) == told(proved)
    assert Kept.beside(tmp_path).impossible == {}


def test_a_file_that_could_not_be_written_whole_is_not_there(proved, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("planner.proving.kept.Path.replace", full)
    assert told(proved, Kept.beside(tmp_path)) == told(proved)
    assert list((tmp_path / "__pycache__").iterdir()) == []


def test_what_is_kept_is_bounded_and_the_last_used_stay(monkeypatch):
    monkeypatch.setattr("planner.proving.kept.MOST_QUESTIONS", 3)
    kept = Kept(impossible=dict.fromkeys("abcd"))
    assert kept.knows("a")
    kept.note("e")
    assert json.loads(kept.text().partition(b"\n")[2])["impossible"] == ["d", "a", "e"]


# --- observations that showed something ------------------------------------------------------
def test_a_kept_observation_is_believed_nothing():
    """One that is out of bounds, and one that no longer shows anything."""
    world = World()
    search = Search(world)
    late = all_of([world.meets(one) for one in NOT_LATE])
    assert search.possible(no(late))
    assert search.points
    point = dict(search.points.telling[0])
    beyond = {**point, "lateness.who": 7}
    strange = {**point, "lateness.whom": 1}
    nothing = dict.fromkeys(point, 0)  # no rupture, and no flag that stops
    again = Search(world, kept=Kept(points=[beyond, strange, nothing, point]))
    assert again.points
    assert again.points.shows(no(late))
    assert not again.points.shows(all_of([late, no(late)]))
    none = [no(one) for members in world.members.values() for one in members.values()]
    assert not again.points.shows(all_of(none))
    assert not again.possible(all_of(none))
    assert not again.points.shows(all_of([world.is_("lateness.minutes", 601)]))


# --- the hash of a question ------------------------------------------------------------------
def test_the_hash_of_a_formula_is_of_what_it_says():
    world = World()
    one, other = world.is_("lateness.who", "both"), world.is_("lateness.who", "client")
    early = world.is_("context.phase", "early")
    told = [
        one,
        other,
        no(one),
        all_of([one, early]),
        any_of([one, early]),
        all_of([one, no(early)]),
        all_of([any_of([one, other]), early]),
        any_of([all_of([one, early]), other]),
        world.but_for("lateness.who").is_("lateness.who", "both"),
    ]
    assert len({digest_of(formula) for formula in told}) == len(told)
    assert digest_of(all_of([early, one])) == digest_of(all_of([one, early]))


def test_what_the_solver_cannot_answer_is_no_proof():
    search = Search(World())
    search._solver.set("rlimit", 1)
    hard = Prover(shipped()).violation(read_properties(SHIPPED)[3])[1]
    with pytest.raises(PlannerError, match="Z3 could not answer a question of the proof"):
        search.possible(hard)
    assert search.kept.impossible == {}


def test_a_forbidden_word_that_is_true_is_not_kept_as_proved(proved):
    """The opposite of a property is asked with the property's own proof kept."""
    rulebook, properties = proved
    part = next(one for one in properties if one.id == "own.part")
    prover = Prover(rulebook)
    assert prover.refute(part) is None
    opposite = prop("own.opposite", "never", part.claim)
    assert prover.refute(opposite) is not None
