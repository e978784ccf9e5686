"""The wheel and the sdist, built once a run from this tree, without a network."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Venv = Callable[..., Path]


def build(tree: Path, target: str, into: Path) -> Path:
    """Build one distribution of a source tree by its own backend; gives the file."""
    line = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    ended = subprocess.run(line, cwd=tree, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    [made] = into.iterdir()
    return made


def built(target: str, common: Path) -> Path:
    """A distribution of this tree, built by whichever process of the run comes first."""
    into = common / f"built-{target}"
    with (common / f"built-{target}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return next(into.iterdir()) if into.is_dir() else build(ROOT, target, into)


@pytest.fixture(scope="session")
def wheel(common: Path) -> Path:
    return built("wheel", common)


@pytest.fixture(scope="session")
def sdist(common: Path) -> Path:
    return built("sdist", common)


@pytest.fixture(scope="session")
def packed(wheel: Path) -> list[str]:
    """The names of all files in the wheel."""
    with zipfile.ZipFile(wheel) as file:
        return file.namelist()


def install(python: Path, *words: object) -> None:
    """Install into another environment by this one's pip, from files alone."""
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--quiet"]
    line = [*pip, "--disable-pip-version-check", *map(str, words)]
    ended = subprocess.run(line, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="session")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    """Make a fresh environment with only these wheels, beside the packages that they need.

    Those are read from where the tests have them; nothing of this tree is on its path.
    """

    def make(*wheels: Path) -> Path:
        home = tmp_path_factory.mktemp("venv") / "fresh"
        line = [sys.executable, "-m", "venv", "--without-pip", str(home)]
        subprocess.run(line, check=True)
        python = home / "bin" / "python"
        install(python, "--no-deps", *wheels)
        [site] = home.glob("lib/python*/site-packages")
        paths = sysconfig.get_paths()
        needed = "\n".join(dict.fromkeys((paths["purelib"], paths["platlib"])))
        (site / "needed.pth").write_text(needed)
        return python

    return make
