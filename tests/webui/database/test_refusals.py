"""What a person is told when something was not done, however Python was started."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TELL = """
import importlib, json, sys
from webui.database.refusals import Refusal, Unfit

for name in sys.argv[1:]:
    importlib.import_module(name)

def below(kind):
    return [kind, *(one for sub in kind.__subclasses__() for one in below(sub))]

print(json.dumps({kind.__name__: str(kind()) for kind in below(Refusal) if kind is not Unfit}))
"""
"""`Unfit` has no text of its own: it tells each field's problem."""


def modules_with_refusals() -> list[str]:
    """Every module of the pages that makes a refusal of its own."""
    paths = sorted(ROOT.glob("webui/**/*.py"))
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in paths
        if "(Refusal):" in path.read_text("utf-8")
    ]


@pytest.mark.parametrize("options", [[], ["-OO"]], ids=["plain", "without docstrings"])
def test_every_refusal_has_its_text(options: list[str]) -> None:
    """`python -OO` drops the docstrings, so no text for a person may be one."""
    command = [sys.executable, *options, "-c", TELL, *modules_with_refusals()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert {"NotHere", "Stale", "Busy", "Broken", "Full", "TooMany", "Retained", "NoPdf"} <= set(
        told
    )
    assert [name for name, text in told.items() if len(text) < 19 or not text.endswith(".")] == []
    assert len(set(told.values())) == len(told), "two refusals say the same"
    assert told["Stale"].startswith("The plan has changed since you opened it.")
