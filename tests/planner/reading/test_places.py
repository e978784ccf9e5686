"""A directory that is no pack, and files that are no files: refused by name, never waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from planner import Planner, RulebookError
from planner.cli import main
from planner.reading import shipped
from planner.reading.nodes import LIMIT_BYTES
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from planner.reading.scenarios import read_scenarios
from planner.reading.shipped import SHIPPED, rulebook_of
from tests.planner.support.small_rules import RULE, small_rules

pytestmark = [
    pytest.mark.timeout(20),  # a FIFO that is opened waits for ever
    pytest.mark.skipif(os.name != "posix", reason="FIFOs and devices are those of POSIX systems"),
]

OBSERVATION = '{"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}'
NAMED = 'name: clinic\nversion: "1"\n'
NO_RULES = "no rule file is in this directory."


def nothing(_pack: Path) -> None: ...


def readme(pack: Path) -> None:
    (pack / "README.md").write_text("# Our rules\n")


def hidden(pack: Path) -> None:
    (pack / ".rulebook.yaml").write_text(NAMED)


def properties_alone(pack: Path) -> None:
    (pack / "properties.yaml").write_text("[]\n")


def other_endings(pack: Path) -> None:
    for name in ("rulebook.yml", "rules.YAML", "wording.json"):
        (pack / name).write_text(NAMED)


def fifo(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    os.mkfifo(pack / "rules.yaml")


def device(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    (pack / "rules.yaml").symlink_to("/dev/zero")


def directory(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    (pack / "rules.yaml").mkdir()


def too_large(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    with (pack / "rules.yaml").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte that takes no room


def nothing_but_null(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text("null\n")


def null_words(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    (pack / "wording.yaml").write_text("null\n")


def words_in_a_fifo(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    os.mkfifo(pack / "wording")


def words_in_a_circle(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    (pack / "wording").symlink_to("wording")


def properties_in_a_fifo(pack: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    os.mkfifo(pack / "properties.yaml")


NULL = (
    "the file says nothing but `null`.\n"
    "    Write what belongs in `rulebook.yaml`, or take the file out."
)
NO_FOLDER = (
    "this is no directory of wording files.\n"
    "    Put a folder here with files in it, like `wording/shared.yaml`."
)

BAD: dict[Callable[[Path], None], str] = {
    nothing_but_null: NULL,
    null_words: NULL.replace("rulebook", "wording"),
    words_in_a_fifo: NO_FOLDER,
    words_in_a_circle: NO_FOLDER,
    properties_in_a_fifo: "this is a FIFO, not a plain file.",
    nothing: NO_RULES,
    readme: NO_RULES,
    hidden: NO_RULES,
    properties_alone: NO_RULES,
    other_endings: "rulebook.yml:1: this file would not be read.",
    fifo: "clinic/rules.yaml:1: this is a FIFO, not a plain file.",
    device: "clinic/rules.yaml:1: this is a device, not a plain file.",
    directory: "clinic/rules.yaml:1: this is a directory, not a plain file.",
    too_large: "clinic/rules.yaml:1: the file is too large: 1,099,511,627,776 bytes.",
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    made = tmp_path / "clinic"
    made.mkdir()
    return made


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_directory_that_is_no_pack_is_refused(
    make: Callable[[Path], None], pack: Path, tmp_path: Path
) -> None:
    make(pack)
    with pytest.raises(RulebookError) as caught:
        read_rulebook(small_rules(tmp_path), [pack])
    assert BAD[make] in str(caught.value)
    assert all("\n    " in one.message for one in caught.value.problems)


def test_the_mend_names_the_directory_and_what_to_write(pack: Path, tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as caught:
        read_rulebook(small_rules(tmp_path), [pack])
    assert str(caught.value) == (
        f"{pack}:1: no rule file is in this directory.\n"
        '    A pack has a rulebook.yaml with `name: clinic` and `version: "1"`. '
        "Name its directory, or write one: `repair-planner new-pack DIR`."
    )


def test_a_path_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    rules, file = small_rules(tmp_path), tmp_path / "rules.yaml"
    file.write_text(NAMED)
    os.mkfifo(tmp_path / "fifo")
    for path, says in {
        file: "this is no directory.",
        tmp_path / "fifo": "this is no directory.",
        Path("/dev/null"): "this is no directory.",
        tmp_path / "nowhere": "there is no such directory.",
    }.items():
        with pytest.raises(RulebookError) as caught:
            read_rulebook(rules, [path])
        assert f"{path}:1: {says}" in str(caught.value)
        assert "Name its directory: `--rules clinic-rules`." in str(caught.value)


@pytest.mark.parametrize("command", ["plan", "batch", "explain", "check", "serve"])
@pytest.mark.parametrize("make", [nothing, fifo], ids=["empty", "fifo"])
def test_every_command_refuses_it(
    command: str,
    make: Callable[[Path], None],
    pack: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(pack)
    given = tmp_path / "in.jsonl"
    given.write_text(OBSERVATION)
    rules = ["--rules", str(pack)]
    arguments = {
        "plan": [str(given), *rules],
        "batch": [str(given), str(tmp_path / "out.jsonl"), *rules],
        "explain": ["C2", *rules],
        "check": [str(pack), "--no-prove"],
        "serve": ["--no-browser", "--port", "0", *rules],
    }[command]
    assert main([command, *arguments]) == (1 if command == "check" else 2)
    told = capsys.readouterr()
    assert BAD[make] in (told.out if command == "check" else told.err)
    assert not list(tmp_path.glob("out.jsonl*"))


def test_a_directory_of_other_things_plans_nothing(pack: Path) -> None:
    (pack / "hosts").write_text("127.0.0.1 localhost\n")
    with pytest.raises(RulebookError, match="no rule file is in this directory"):
        Planner.load(pack)
    with pytest.raises(RulebookError):
        Planner.load("/etc")


@pytest.mark.parametrize(
    "make",
    [fifo, device, directory, too_large, words_in_a_fifo, words_in_a_circle, properties_in_a_fifo],
    ids=lambda make: make.__name__,
)
def test_what_was_kept_of_a_pack_hides_no_file_that_cannot_be_read(
    make: Callable[[Path], None], pack: Path, tmp_path: Path
) -> None:
    rules = small_rules(tmp_path)
    (pack / "rulebook.yaml").write_text(NAMED)
    rulebook_of(rules, [pack])
    make(pack)
    with pytest.raises(RulebookError) as caught:
        rulebook_of(rules, [pack])
    assert BAD[make] in str(caught.value)


def test_what_was_kept_of_a_pack_hides_no_stray_file(pack: Path, tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    (pack / "rulebook.yaml").write_text(NAMED)
    rulebook_of(rules, [pack])
    (pack / "more").mkdir()
    (pack / "more" / "rules.yaml").write_text("[]\n")
    with pytest.raises(RulebookError, match=r"clinic/more/rules\.yaml:1: this file would not"):
        rulebook_of(rules, [pack])


@pytest.mark.parametrize("make", [fifo, device, too_large], ids=lambda make: make.__name__)
def test_scenarios_and_properties_are_plain_files(
    make: Callable[[Path], None], pack: Path, tmp_path: Path
) -> None:
    rulebook = read_rulebook(small_rules(tmp_path))
    (pack / "scenarios").mkdir()
    make(pack / "scenarios")
    says = BAD[make].removeprefix("clinic/rules.yaml:1: ")
    with pytest.raises(RulebookError) as caught:
        read_scenarios(pack, rulebook)
    assert f"clinic/scenarios/rules.yaml:1: {says}" in str(caught.value)
    make(pack)
    (pack / "rules.yaml").rename(pack / "properties.yaml")
    with pytest.raises(RulebookError) as caught:
        read_properties(tmp_path / "rules", [pack])
    assert f"clinic/properties.yaml:1: {says}" in str(caught.value)


def test_scenarios_that_would_not_be_played_are_told(pack: Path, tmp_path: Path) -> None:
    rulebook = read_rulebook(small_rules(tmp_path))
    (pack / "scenarios" / "more").mkdir(parents=True)
    for name in ("first.yml", "more/second.yaml"):
        (pack / "scenarios" / name).write_text("[]\n")
    with pytest.raises(RulebookError) as caught:
        read_scenarios(pack, rulebook)
    assert [one.path for one in caught.value.problems] == [
        "clinic/scenarios/first.yml",
        "clinic/scenarios/more/second.yaml",
    ]
    hint = "Make it a directory, and put the cases into it: `scenarios/cases.yaml`."
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "scenarios").write_text("- scenario: One.\n")
    with pytest.raises(RulebookError) as caught:
        read_scenarios(tmp_path / "other", rulebook)
    assert str(caught.value) == f"other/scenarios:1: this is no directory.\n    {hint}"


def test_each_mend_of_a_file_names_it(pack: Path, tmp_path: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    (pack / "rules.yaml").mkdir()
    (pack / "circle.yaml").symlink_to("circle.yaml")
    (pack / "gone.yaml").symlink_to("nowhere.yaml")
    with (pack / "large.yaml").open("wb") as file:
        file.truncate(LIMIT_BYTES + 1)
    with pytest.raises(RulebookError) as caught:
        read_rulebook(small_rules(tmp_path), [pack])
    assert [one.message.partition("\n    ")[2] for one in caught.value.problems] == [
        "Let it be read: `chmod a+r circle.yaml`.",
        "A rulebook needs it: copy `gone.yaml` from the rules that ship.",
        (
            "A rule file may have 1,000,000 bytes. "
            "Divide it into several, like `rules.yaml` and `more-rules.yaml`."
        ),
        "Write the rules into a plain file `rules.yaml`, or take this out.",
    ]


def test_a_file_of_exactly_the_limit_is_read(pack: Path, tmp_path: Path) -> None:
    (pack / "rulebook.yaml").write_text(NAMED)
    text = "- id: x\n"
    (pack / "rules.yaml").write_text(text + "#" * (LIMIT_BYTES - len(text)))
    with pytest.raises(RulebookError) as caught:
        read_rulebook(small_rules(tmp_path), [pack])
    assert "too large" not in str(caught.value)
    assert LIMIT_BYTES == shipped._LARGEST
    with (pack / "rules.yaml").open("a") as file:
        file.write("#")
    with pytest.raises(RulebookError, match="the file is too large: 1,000,001 bytes"):
        read_rulebook(tmp_path / "rules", [pack])


def test_the_pack_that_ships_as_a_start_is_one(tmp_path: Path) -> None:
    assert main(["new-pack", str(tmp_path / "clinic")]) == 0
    assert read_rulebook(SHIPPED, [tmp_path / "clinic"]).version


def test_a_file_may_be_called_in_bytes_that_are_no_text(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    (rules / os.fsdecode(b"more-\xff.yaml")).write_text("[]\n")
    assert read_rulebook(rules).edition.startswith("sha256:")


def test_a_directory_that_cannot_be_looked_through_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's refusal is put in by hand: whoever runs the tests as root may read anything."""

    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "rulebook.yaml").write_text(NAMED)
    (tmp_path / "wording").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(RulebookError) as refused:
        read_rulebook(SHIPPED, [tmp_path])
    told = [problem.message for problem in refused.value.problems]
    hint = f"Let it be read, with all that is in it: `chmod -R a+rX {tmp_path.name}`."
    assert f"the directory cannot be read: Permission denied.\n    {hint}" in told


def test_more_cases_than_a_person_can_read_are_refused_at_once(tmp_path: Path) -> None:
    cases = ", ".join(f"{{lateness.minutes: {number}}}" for number in range(2_000))
    rule = RULE.format(id="more.rule", when=f"any: [{cases}]")
    rules = small_rules(tmp_path)
    (rules / "more.yaml").write_text(rule)
    with pytest.raises(RulebookError) as refused:
        read_rulebook(rules)
    hint = "At most 60 can be read by a person; name a value set, or part the rule."
    assert f"`any` has 2000 cases.\n    {hint}" in refused.value.problems[0].message
