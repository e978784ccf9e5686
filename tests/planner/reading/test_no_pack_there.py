"""What is named as a pack and is none: an error that says so, and never the shipped rules."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import called

LATE = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}


def nothing(place: Path) -> Path:
    return place / "nowhere"


def no_rule_file(place: Path) -> Path:
    (place / "notes.txt").write_text("Not yet.")
    return place


def fifo(place: Path) -> Path:
    os.mkfifo(place / "pack")
    return place / "pack"


def fifo_within(place: Path) -> Path:
    os.mkfifo(place / "own.yaml")
    return place


def fifo_in_words(place: Path) -> Path:
    (place / "wording").mkdir()
    os.mkfifo(place / "wording" / "own.yaml")
    return place


def device(_place: Path) -> Path:
    return Path("/dev/zero")


def device_within(place: Path) -> Path:
    (place / "own.yaml").symlink_to("/dev/zero")
    return place


def huge(place: Path) -> Path:
    with (place / "own.yaml").open("wb") as file:
        file.truncate(5_000_000_000)  # a hole, which takes no room
    return place


def many_large(place: Path) -> Path:
    for number in range(40):
        (place / f"own-{number}.yaml").write_text("# nothing\n" * 90_000)
    return place


def link_to_nothing(place: Path) -> Path:
    (place / "pack").symlink_to(place / "nowhere")
    return place / "pack"


def directory_as_file(place: Path) -> Path:
    (place / "own.yaml").mkdir()
    return place


PACKS: dict[Callable[[Path], Path], str] = {
    nothing: "there is no such directory",
    no_rule_file: "no rule file is in this directory",
    fifo: "this is no directory",
    fifo_within: "this is a FIFO, not a plain file",
    fifo_in_words: "this is a FIFO, not a plain file",
    device: "this is no directory",
    device_within: "this is a device, not a plain file",
    huge: "the file is too large: 5,000,000,000 bytes",
    many_large: "Take out what is no rule, or make two packs of them.",
    link_to_nothing: "there is no such directory",
    directory_as_file: "this is a directory, not a plain file",
}


@pytest.mark.parametrize("make", PACKS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("named_by", ["--rules", "RULES", "config.toml"])
def test_it_is_told_by_whoever_named_it(
    make: Callable[[Path], Path], named_by: str, tmp_path: Path
) -> None:
    (tmp_path / "place").mkdir()
    pack, told = make(tmp_path / "place"), tmp_path / "told.json"
    told.write_text(json.dumps(LATE))
    words, environment = ["plan", str(told)], {"RULES": "", "REPAIR_PLANNER_CONFIG": os.devnull}
    if named_by == "--rules":
        words += ["--rules", str(pack)]
    elif named_by == "RULES":
        environment["RULES"] = str(pack)
    else:
        config = tmp_path / "config.toml"
        config.write_text(f'rules = "{pack}"\n')
        environment["REPAIR_PLANNER_CONFIG"] = str(config)
    ended = called(words, environment)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert PACKS[make] in " ".join(ended.stderr.split())
    assert named_by in ended.stderr or "`rules` in" in ended.stderr


def test_one_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system says it: whoever runs the tests may be let read everything."""
    pack = tmp_path / "pack"
    pack.mkdir()
    (tmp_path / "told.json").write_text(json.dumps(LATE))
    scandir = os.scandir

    def closed(path: object) -> object:
        if str(path) == str(pack):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)  # type: ignore[call-overload]  # handed on as it came

    monkeypatch.setattr(os, "scandir", closed)
    ended = called(["plan", str(tmp_path / "told.json"), "--rules", str(pack)])
    assert ended.returncode == 2
    assert "the directory cannot be read: Permission denied" in ended.stderr


def test_a_fifo_among_scenarios_is_told_and_not_waited_for(tmp_path: Path) -> None:
    from planner.errors import RulebookError
    from planner.planning.planner import Planner
    from planner.reading.scenarios import read_scenarios

    (tmp_path / "scenarios").mkdir()
    os.mkfifo(tmp_path / "scenarios" / "own.yaml")
    with pytest.raises(RulebookError, match="this is a FIFO, not a plain file"):
        read_scenarios(tmp_path, Planner().rulebook)
