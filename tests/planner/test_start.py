"""A start: what is not used is not loaded, and what is kept is only taken where it is right."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import planner
from planner.contract import fields
from planner.contract.catalogue import catalogue

LOADED = """
import json, sys
import planner
before = [one for one in sys.modules if one.startswith("planner.")]
from planner import Planner
Planner()
print(json.dumps([before, sorted({one.partition(".")[0] for one in sys.modules})]))
"""


def test_nothing_is_loaded_before_it_is_asked_for_and_no_pydantic_before_an_observation():
    """The catalogue of fields is kept, so that a planner stands without the types it is made of."""
    for _ in range(2):  # the first may have to make what is kept
        done = subprocess.run(
            [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
        )
    before, after = json.loads(done.stdout)
    assert before == []
    assert {"pydantic", "tempfile", "ruamel"} & set(after) == set()


def test_every_public_name_is_listed_found_and_kept():
    assert set(planner.__all__) <= set(dir(planner))
    for name in planner.__all__:
        assert getattr(planner, name) is getattr(planner, name)
        assert getattr(planner, name).__name__ == name
        assert name in vars(planner)


def test_another_name_is_refused_as_of_any_module():
    with pytest.raises(AttributeError, match="module 'planner' has no attribute 'Plans'"):
        getattr(planner, "Plans")  # noqa: B009 - as any name is looked up, unseen by a checker
    with pytest.raises(ImportError, match="cannot import name 'Plans'"):
        exec("from planner import Plans")  # noqa: S102 - a name that mypy would refuse


class TestTheKeptCatalogue:
    @pytest.fixture
    def contract(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A copy of the contract's modules, of which the catalogue is told apart."""
        here = Path(fields.__file__).parent
        for path in here.glob("*.py"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        monkeypatch.setattr(fields, "__file__", str(tmp_path / "fields.py"))
        return tmp_path

    def test_is_what_the_types_say(self):
        rows = [
            tuple(getattr(one, name) for name in one.__slots__) for one in fields.FIELDS.values()
        ]
        assert rows == list(catalogue())

    def test_holds_plain_values_alone(self):
        """It is taken while the module of its type is only half loaded."""
        assert b"planner" not in pickle.dumps(tuple(catalogue()))

    def test_is_another_after_a_change_of_one_letter(self, contract: Path):
        first = fields._place()
        with (contract / "values.py").open("a", encoding="utf-8") as file:
            file.write("#")
        assert fields._place() != first

    def test_has_no_place_where_a_module_cannot_be_read(self, contract: Path):
        (contract / "values.py").unlink()
        (contract / "values.py").mkdir()
        assert fields._place() is None

    def test_has_no_place_where_python_was_given_compiled_modules_alone(self, contract: Path):
        """Nothing would tell one edition of them from the next."""
        for path in contract.glob("*.py"):
            path.unlink()
        assert fields._place() is None


@pytest.mark.slow
def test_a_misspelled_name_is_told_to_who_checks_types(tmp_path: Path) -> None:
    """Names load when they are asked for, and a checker still knows which there are."""
    script = tmp_path / "script.py"
    script.write_text("from planner import Planer, Planner\n\nPlanner()\n", encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports=silent", str(script)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'has no attribute "Planer"' in told.stdout, told.stdout + told.stderr
