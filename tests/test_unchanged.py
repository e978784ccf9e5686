"""What only reads files is not asked again of the same files, but always in CI."""

import pytest

from tests.support import unchanged

pytest_plugins = ["pytester"]
CONFTEST = """
from tests.support import unchanged
def pytest_configure(config):
    config.addinivalue_line("markers", "reads_files_only: as in this project")
    config.pluginmanager.register(unchanged.Unchanged(config))
"""
TESTS = """
import pathlib, pytest
@pytest.mark.reads_files_only
def test_only_reads():
    assert not pathlib.Path("broken").exists()
def test_does_more():
    pass
"""


@pytest.fixture
def small(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A small project with one test that only reads files."""
    for name in unchanged.ALWAYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # it needs none of the installed ones
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    return pytester


def outcomes(small: pytest.Pytester) -> dict[str, int]:
    return small.runpytest_inprocess("-p", "cacheprovider").parseoutcomes()


def test_it_is_skipped_by_name_where_it_passed_with_the_same_files(small: pytest.Pytester):
    assert outcomes(small) == {"passed": 2}
    ended = small.runpytest_inprocess("-rs")
    assert ended.parseoutcomes() == {"passed": 1, "skipped": 1}
    ended.stdout.fnmatch_lines(["SKIPPED*test_only_reads passed with these very files*"])


@pytest.mark.parametrize("name", unchanged.ALWAYS)
def test_in_continuous_integration_it_always_runs(
    small: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv(name, "true")
    assert outcomes(small) == outcomes(small) == {"passed": 2}


def test_it_runs_again_once_a_file_has_changed(
    small: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    outcomes(small)
    monkeypatch.setattr(unchanged, "digest", lambda: "of other files")
    assert outcomes(small) == {"passed": 2}


def test_what_failed_is_asked_again(small: pytest.Pytester):
    (small.path / "broken").touch()
    assert outcomes(small) == outcomes(small) == {"passed": 1, "failed": 1}
