"""`repair-planner mcp` on the command line; what it serves is tested in `interop/mcp`."""

import importlib
import sys

import pytest

from planner.interop.mcp import server
from planner.interop.mcp.asked import Served
from tests.support.command import called


@pytest.fixture
def without_sdk(monkeypatch):
    """As where the extra is not installed: neither the SDK nor what is made with it is loaded."""
    for name in list(sys.modules):
        if name.partition(".")[0] in {"mcp", "mcp_types"} or name.startswith("planner.interop.mcp"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)


@pytest.mark.usefixtures("without_sdk")
def test_without_the_extra_it_says_what_to_install():
    done = called(["mcp"])
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "repair-planner mcp needs the protocol's SDK (mcp>=2.3,<3): pip install '.[mcp]'\n"
    )


@pytest.mark.usefixtures("without_sdk")
def test_without_the_extra_every_other_command_works():
    assert called(["explain", "C2"]).returncode == 0
    assert importlib.import_module("planner.interop.mcp.told").read_told


def test_its_options_reach_the_server(monkeypatch):
    served: list[Served] = []
    monkeypatch.setattr(server, "serve", served.append)
    assert called(["mcp"]).returncode == 0
    assert called(["mcp", "--allow-relayed"]).returncode == 0
    assert [one.relayed for one in served] == [False, True]


def test_a_pack_that_cannot_be_read_is_told_before_it_serves(monkeypatch, tmp_path):
    monkeypatch.setattr(server, "serve", lambda _: pytest.fail("it must not listen"))
    (tmp_path / "rules.yaml").write_text("- id: a b\n")
    done = called(["mcp", "--rules", str(tmp_path)])
    assert done.returncode == 2
    assert "rules.yaml:1" in done.stderr
    assert done.stdout == ""


def test_ctrl_c_while_it_starts_is_a_good_end(monkeypatch):
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "serve", interrupted)
    assert called(["mcp"]).returncode == 0


def test_its_help_says_what_relaying_is():
    done = called(["mcp", "--help"])
    assert "--allow-relayed" in done.stdout
    assert "--rules DIR" in done.stdout
