"""`repair-planner check --prove`: skipped in plain words, or a counterexample to try oneself."""

import json
import re

import pytest

from planner.cli import main

FALSE = """\
- id: own.never-hear
  sentence: The client is never asked how it is.
  never: {step: C1}
  because: A property that is false, so that something is found.
  source: derived
  reasoning: It contradicts every rule there is.
"""


@pytest.fixture
def no_solver(monkeypatch):
    monkeypatch.setattr("planner.checking.check.can_prove", lambda: False)


@pytest.mark.reads_files_only
@pytest.mark.slow
@pytest.mark.usefixtures("no_solver")
@pytest.mark.parametrize(("given", "status"), [([], 0), (["--prove"], 1)])
def test_without_the_solver_the_proof_is_skipped_and_said_to_be(capsys, given, status):
    assert main(["check", *given]) == status
    assert "Proof skipped: z3-solver is not installed" in capsys.readouterr().out


@pytest.mark.reads_files_only
@pytest.mark.slow
def test_the_proof_can_be_left_out(capsys):
    assert main(["check", "--no-prove"]) == 0
    assert "roof" not in capsys.readouterr().out


def test_only_needs_the_proof(capsys):
    assert main(["check", "--only", "own.listens", "--no-prove"]) == 2
    assert capsys.readouterr().err == "--only names what is to be proved: leave out --no-prove.\n"


@pytest.mark.usefixtures("no_solver")
def test_only_without_the_solver_proves_nothing(capsys):
    assert main(["check", "--only", "own.listens"]) == 1
    assert "Proof skipped" in capsys.readouterr().out


@pytest.mark.reads_files_only
@pytest.mark.slow
def test_only_one_property_and_one_rule_are_proved(capsys):
    pytest.importorskip("z3", reason="z3-solver is not installed")
    only = ["--only", "d1.remote-words-are-warned-of", "--only", "own-part.own-it"]
    assert main(["check", *only]) == 0
    told = re.search(r"Proved for every observation: (\d+) prop", capsys.readouterr().out)
    assert told
    assert 2 < int(told[1]) < 200
    assert main(["check", "--only", "own-part.own"]) == 2
    assert "Did you mean own-part.own-it" in capsys.readouterr().err


@pytest.mark.reads_files_only
@pytest.mark.slow
@pytest.mark.usefixtures("whole_check")  # what it proved is kept, and the pack is proved from it
def test_in_a_new_pack_only_what_is_false_is_refuted_by_a_case_that_plan_takes(capsys, tmp_path):
    pytest.importorskip("z3", reason="z3-solver is not installed")
    pack, case = tmp_path / "pack", tmp_path / "case.json"
    assert main(["new-pack", str(pack)]) == 0
    (pack / "properties.yaml").write_text(FALSE, "utf-8")
    capsys.readouterr()
    assert main(["check", "--prove", str(pack)]) == 1
    told = capsys.readouterr().out
    assert 'pack/properties.yaml:1: property "own.never-hear": refuted.' in told
    assert "    Give it to `repair-planner plan FILE`, then mend the rule or words" in told
    assert len(re.findall(r"^\S+:\d+: ", told, re.MULTILINE)) == 1
    example = re.search(r"For example: (\{.*\})", told)
    assert example is not None
    case.write_text(example[1], "utf-8")
    assert main(["plan", "--format", "json", str(case)]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert "C1" in {step["item"] for step in plan["steps"]}
