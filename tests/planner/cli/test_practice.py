"""`repair-planner practice`: told cases in plain lines, in a process of its own and by a pipe."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support.command import COMMAND, called

CASE = "545a03ab"
"""The therapist dozed off for a moment."""
OWN = "I looked away, and that was wrong of me."


def practiced(words: list[str], said: str, **more: object) -> CompletedProcess[str]:
    """The command with these lines on its standard input."""
    command = [*COMMAND, "practice", *words]
    ended: CompletedProcess[str] = subprocess.run(
        command,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **more,  # type: ignore[call-overload]  # a directory to run in
    )
    return ended


def test_a_case_is_told_answered_and_laid_beside_by_a_pipe(tmp_path: Path) -> None:
    lines = f"go on\nC1\nD2, d3\n{OWN}\nt\nw\nstop\n\n\n"
    ended = practiced(["--case", CASE], lines, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    told = ended.stdout
    assert told.index("none of them is a client of yours") < told.index("dozed off for a moment")
    before, _, after = told.partition("The plan beside your answers")
    assert "That was wrong of me" not in before, "the plan is shown before it was asked for"
    assert "own-part.own-it" not in before
    for words in (
        "You go on, and so does the plan.",
        "The plan begins with C2 (Apologize, process, repair), because:",
        "ethics code",
        "D2 would wait, if:",
        "Ask yourself",
        "What if it had been the third time?",
        "Then the plan waits for consultation.",
        "The plan asks to consult somebody first, because:",
    ):
        assert words in after, words
    assert OWN not in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("said", ["", "go\n", "go\nC2\n", "go\nC2\n\n", "q\n"])
def test_the_end_of_the_input_ends_it(said: str) -> None:
    """Anywhere, and nothing is asked twice after it."""
    ended = called_with(["practice", "--case", CASE], said)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Traceback" not in ended.stdout


def called_with(words: list[str], said: str) -> CompletedProcess[str]:
    """The command here, with these lines on standard input."""
    import io

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(said))
        return called(words)


def test_what_is_no_answer_is_asked_again_and_says_what_is_one() -> None:
    ended = called_with(["practice", "--case", CASE], "perhaps\ng\nC\nc2\nC2\nZ9\nD4\n\n")
    assert "Write one of: go on, review, stop." in ended.stdout
    assert "Write one of: C1, C2, C3, D1, D2, D3, D4, none." in ended.stdout
    assert ended.stdout.count("Write C1, C3, D1, D2, D3, D4, or leave it empty.") == 2
    assert "You let D4" in ended.stdout


def test_a_seed_tells_the_same_cases_and_none_twice() -> None:
    said = "stop\n\n\n\n" * 4
    words = ["practice", "--seed", "7", "--kind", "disconnection"]
    first, again = called_with(words, said).stdout, called_with(words, said).stdout
    assert first == again
    assert first != called_with([*words[:2], "8", *words[3:]], said).stdout
    titles = [before.splitlines()[-1] for before in first.split("\n\nWhat is known")[:-1]]
    assert len(set(titles)) == len(titles) > 3


def test_the_list_names_each_case_with_its_address() -> None:
    every = called(["practice", "--list"]).stdout.splitlines()
    assert len(every) >= 120
    assert f"{CASE}  The therapist dozed off for a moment" in every
    some = called(["practice", "--list", "--kind", "safety", "--item", "c2"]).stdout.splitlines()
    assert 0 < len(some) < len(every)
    assert set(some) < set(every)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--case", "none"], "No case has the address none. `repair-planner practice --list`"),
        (["--kind", "late"], "--kind 'late' is none of: lateness, boundary_request"),
        (["--item", "A1"], "--item 'A1' is none of: C1, C2"),
    ],
)
def test_what_leads_to_no_case_is_refused_with_what_there_is(words: list[str], says: str) -> None:
    ended = called_with(["practice", *words], "")
    assert ended.returncode == 2
    assert says in ended.stderr
    assert ended.stdout == ""


def test_control_c_ends_it_as_it_does_every_command() -> None:
    process = subprocess.Popen(
        [*COMMAND, "practice", "--case", CASE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Do you stop"):
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "")
