"""The command line: the right plan, the right exit status, and never a traceback."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from planner import Planner
from planner.checking.explain import DID, explained
from planner.checking.scenarios import read_scenarios
from planner.cli import main
from planner.reading.rules import VERBS
from planner.reading.shipped import SHIPPED

COMMAND = Path(sys.executable).parent / "repair-planner"
LATE = {
    "case": "K-114",
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20}],
    "context": {"apology": "none", "feelings": ["hurt"]},
    "safety": {"flags": {}},
}
LATE_YAML = """\
# What happened today
case: K-114
ruptures:
  - {kind: lateness, who: therapist, minutes: 20}
context: {apology: none, feelings: [hurt]}
safety: {flags: {}}
"""


class Run:
    """Runs a command line in this process and keeps what it wrote."""

    def __init__(self, capsys, monkeypatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: object, stdin: bytes = b"") -> int:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return status


@pytest.fixture
def run(capsys, monkeypatch):
    return Run(capsys, monkeypatch)


@pytest.fixture
def late(tmp_path):
    path = tmp_path / "late.json"
    path.write_text(json.dumps(LATE), "utf-8")
    return path


def test_a_file_in_json_becomes_the_plan_that_python_makes(run, late):
    assert run("plan", late) == 0
    assert json.loads(run.out) == Planner().plan(LATE).to_dict()
    assert run.err == ""


@pytest.mark.parametrize("name", ["late.yaml", "late.yml", "late.txt", "late"])
def test_yaml_is_recognized_by_its_name_or_by_what_is_in_it(run, tmp_path, late, name):
    path = tmp_path / name
    path.write_text(LATE_YAML, "utf-8")
    assert run("plan", path) == 0
    from_yaml = run.out
    assert run("plan", late) == 0
    assert run.out == from_yaml


@pytest.mark.parametrize("arguments", [("plan",), ("plan", "-")])
@pytest.mark.parametrize("text", [json.dumps(LATE), LATE_YAML, "\ufeff" + LATE_YAML])
def test_standard_input_is_read_too(run, arguments, text):
    assert run(*arguments, stdin=text.encode()) == 0
    assert json.loads(run.out)["observation"]["case"] == "K-114"


def test_no_stays_a_word_in_yaml(run):
    text = LATE_YAML.replace("minutes: 20", "minutes: 20, notice_given: no")
    assert run("plan", stdin=text.encode()) == 0
    assert json.loads(run.out)["observation"]["ruptures"][0]["notice_given"] == "no"


@pytest.mark.parametrize(("form", "sign"), [("json", "{"), ("markdown", "# "), ("text", "Repair")])
def test_each_format_is_what_the_plan_itself_gives(run, late, form, sign):
    assert run("plan", late, "--format", form) == 0
    assert run.out.startswith(sign)
    assert run.out.endswith("\n")


def test_bad_answers_are_all_told_at_once(run):
    bad = {
        "ruptures": [{"kind": "lateness", "who": "therapis"}],
        "context": {"phase": "erly", "alliance": "strong"},
        "safety": {"flags": {"self_harm": "no"}},
        "sesion": 3,
    }
    assert run("plan", stdin=json.dumps(bad).encode()) == 2
    assert run.out == ""
    for word in ("ruptures[0].who", "therapist", "context.phase", "early", "safety", "sesion"):
        assert word in run.err


REFUSED = {
    "nothing": (b"", "empty"),
    "broken JSON": (b'{"ruptures": [}', "line 1, column 15"),
    "broken YAML": (b"ruptures:\n  - kind: [lateness\n", "line 2"),
    "an alias": (b"a: &x [1]\nb: *x\n", "alias"),
    "a tag": (b"!!python/object/apply:os.system ['true']\n", "tag"),
    "a key twice in JSON": (b'{"safety": {"flags": {}}, "safety": {}}', "twice"),
    "a key twice in YAML": (LATE_YAML.encode() + b"case: K-2\n", "twice"),
    "two documents": (LATE_YAML.encode() + b"---\n" + LATE_YAML.encode(), "second document"),
    "a list": (b"[1, 2]", "mapping"),
    "a lone word": (b"hello", "mapping"),
    "no UTF-8": (b"case: \xff\xfe\n", "UTF-8"),
    "zero bytes": (b"\0" * 100, "character"),
    "a tab": (b"safety:\n\tflags: {}\n", "tab"),
    "too much": (b" " * 1_000_001, "1,000,000"),
    "too much JSON": (b"[" + b"1," * 600_000 + b"1]", "1,000,000"),
    "too deep JSON": (b"[" * 5000 + b"]" * 5000, "nested"),
    "too deep YAML": (b"a: " + b"[" * 500 + b"]" * 500, "nested"),
}


@pytest.mark.parametrize(("data", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_observation_is_refused_with_its_place(run, data, told):
    assert run("plan", stdin=data) == 2
    assert run.out == ""
    assert told in run.err


def test_a_missing_file_is_named(run, tmp_path):
    assert run("plan", tmp_path / "none.json") == 2
    assert run.err == f"repair-planner: {tmp_path / 'none.json'}: No such file or directory\n"


def test_a_directory_is_no_observation(run, tmp_path):
    assert run("plan", tmp_path) == 2
    assert "Is a directory" in run.err


@pytest.mark.parametrize(
    "arguments", [(), ("plna",), ("plan", "--format", "pdf"), ("schema",), ("schema", "rule")]
)
def test_a_wrong_command_line_is_refused_with_its_usage(run, arguments):
    assert run(*arguments) == 2
    assert "usage" in run.err


def test_help_names_every_command(run):
    assert run("--help") == 0
    for command in ("plan", "check", "explain", "schema", "serve"):
        assert command in run.out


def test_the_version_is_told(run):
    assert run("--version") == 0
    assert run.out.startswith("repair-planner 0.")


@pytest.mark.parametrize("name", ["observation", "plan"])
def test_schemas_are_valid_schemas(run, name):
    assert run("schema", name) == 0
    schema = json.loads(run.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_the_schemas_describe_what_goes_in_and_what_comes_out(run):
    for name, told in (("observation", LATE), ("plan", Planner().plan(LATE).to_dict())):
        assert run("schema", name) == 0
        Draft202012Validator(json.loads(run.out)).validate(told)


def test_a_broken_pack_is_told_by_file_and_line(run, tmp_path):
    (tmp_path / "own.yaml").write_text("- id: own.rule\n  tilte: x\n", "utf-8")
    assert run("check", tmp_path) == 1
    assert "own.yaml:2: " in run.out + run.err


def test_planning_with_a_broken_pack_is_refused(run, late, tmp_path):
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "own.yaml").write_text("- id: own.rule\n  tilte: x\n", "utf-8")
    assert run("plan", late, "--rules", pack) == 2
    assert "own.yaml:2: " in run.err


def test_a_pack_that_is_not_there_is_refused(run, late, tmp_path):
    assert run("plan", late, "--rules", tmp_path / "none") == 2
    assert "none:1: there is no such directory" in run.err


def test_every_rule_and_item_can_be_explained(run):
    """Through the command for a few, and through what it prints for every one."""
    rulebook = Planner().rulebook
    scenarios = read_scenarios(SHIPPED, rulebook)
    for name in [*rulebook.handout.items, *(rule.id for rule in rulebook.rules)]:
        assert list(explained(rulebook, scenarios, name))
    for name in ("C2", rulebook.rules[0].id, rulebook.rules[-1].id):
        assert run("explain", name) == 0
        assert run.out.startswith(name)


def test_a_rule_is_explained_with_reason_source_and_scenarios(run):
    rule = next(rule for rule in Planner().rulebook.rules if "handout C2" in rule.sources)
    assert run("explain", rule.id) == 0
    shown = " ".join(run.out.split())
    for words in (rule.title, " ".join(rule.because.split())[:60], "handout C2", "fits:", "miss:"):
        assert words in shown


def test_every_verb_of_the_rules_has_its_words():
    assert VERBS.keys() == DID.keys()


def test_an_unknown_rule_is_answered_with_the_nearest(run):
    assert run("explain", "C22") == 2
    assert "Did you mean C2?" in run.err
    assert run("explain", "zzzzzzzz") == 2
    assert "Name one like own-part.own-it or C2." in run.err


# From here on the installed command runs in a process of its own.


def on_terminal(*arguments: object, typed: bytes = b"", **environment: str) -> tuple[int, str]:
    """Run the command on a terminal of its own; type into it once it asks."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.pop("NO_COLOR", None)
        os.environ.update({"TERM": "xterm", "COLUMNS": "70", **environment})
        line = [str(COMMAND), *map(str, arguments)]
        os.execv(COMMAND, line)  # noqa: S606 - no shell is wanted
    written = b""
    while chunk := _read(terminal):
        written += chunk
        if typed and b"Ctrl-D" in written:
            os.write(terminal, typed)
            typed = b""
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), written.decode()


def _read(terminal: int) -> bytes:
    """What the terminal shows next; nothing once the command has ended."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_a_terminal_gets_colored_text(late):
    status, shown = on_terminal("plan", late)
    assert status == 0
    assert "\x1b[1mRepair plan" in shown
    assert max(map(len, shown.splitlines())) < 100


@pytest.mark.parametrize("quiet", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_color_gets_none(late, quiet):
    status, shown = on_terminal("plan", late, **quiet)
    assert (status, "\x1b" in shown) == (0, False)


def test_an_observation_can_be_typed():
    status, shown = on_terminal("plan", typed=json.dumps(LATE).encode() + b"\n\x04")
    assert status == 0
    assert "K-114" in shown


def test_ctrl_c_while_typing_ends_it_quietly_at_the_first_press():
    """By the system: Python's own handler missed a press that came just before the read."""
    status, shown = on_terminal("plan", typed=b"\x03")
    assert status == -signal.SIGINT
    assert "Traceback" not in shown


def test_ctrl_c_elsewhere_is_told_by_the_exit_status(late, monkeypatch, run):
    def pressed(*_):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("planner.planning.planner.Planner.plan", pressed)
    assert run("plan", late) == 128 + signal.SIGINT
    assert run.err == ""


def test_a_reader_that_leaves_early_breaks_nothing(late):
    line = f"'{COMMAND}' plan '{late}' | true; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert ended.stderr == ""
    assert ended.stdout.strip() in {"0", "141"}


def test_a_full_disk_is_told(late):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w") as device:
        ended = subprocess.run(
            [COMMAND, "plan", late], stdout=device, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 2
    assert "No space left" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_output_is_utf8_whatever_the_locale_says(late):
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for form in ("text", "json", "markdown"):
        command = [COMMAND, "plan", late, "--format", form]
        ended = subprocess.run(command, capture_output=True, env=environment, check=True)
        assert "C2" in ended.stdout.decode("utf-8")


def test_a_cold_start_loads_nothing_that_a_plan_does_not_need(late):
    """How long it takes is measured by `make bench`, on a machine that does nothing else."""
    code = f"import sys; from planner.cli import main; main(['plan', {str(late)!r}]); "
    code += "print(*sys.modules, file=sys.stderr)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ended.stderr.split())
    assert loaded & {"rich", "flask", "webui", "waitress", "unittest", "asyncio", "http"} == set()
