"""Whether this tree's plans are those of another commit, byte for byte, apart from `rulebook`.

`python -m tests.benchmarks.identical [COMMIT [COUNT]]` plans COUNT observations (100,000), half of
them by chance and half as they are told, and prints the first that differs. The other commit's
digests are kept in the temporary directory, so that asking again costs this tree's plans alone.
"""

import getpass
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from tests.benchmarks.cases import by_chance, realistic
from tests.benchmarks.commits import NoCommitError, checked_out, known, surroundings, worker
from tests.benchmarks.measuring import ROOT

COUNT = 100_000
ROUNDS = (2_000, 20_000)
"""How many are compared before the rest is planned: most differences show early."""
SIZE = 16
SHOWN = 12


def kept() -> Path:
    """Where observations and digests stay between runs."""
    place = Path(tempfile.gettempdir()) / f"repair-planner-identical-{getpass.getuser()}"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def observations(count: int) -> Path:
    """The observations, one a line, half of each sort in turn; made once for the same makers."""
    made = hashlib.sha256(str(count).encode())
    for path in _makers():
        made.update(path.read_bytes())
    place = kept() / f"observations-{made.hexdigest()[:24]}.jsonl"
    if not place.exists():
        half = (count + 1) // 2
        both = zip(by_chance(half, seed=12), realistic(half, seed=12), strict=True)
        lines = [orjson.dumps(one) for pair in both for one in pair][:count]
        part = place.with_suffix(f".{os.getpid()}")
        part.write_bytes(b"\n".join(lines) + b"\n")
        part.replace(place)
    return place


def _makers() -> list[Path]:
    """What the observations are made by and from."""
    makers = ("tests/benchmarks/cases.py", "tests/support/strategies.py")
    return [*(ROOT / name for name in makers), *sorted(ROOT.glob("rules/**/*.yaml"))]


def digests(tree: Path, file: Path, first: int, last: int) -> bytes:
    """The digests of one tree's plans, made by as many processes as there are cores."""
    share = -(-(last - first) // (os.cpu_count() or 1))
    parts = [(n, min(n + share, last)) for n in range(first, last, share)]
    with tempfile.TemporaryDirectory() as room:
        outs = [Path(room) / str(begin) for begin, _ in parts]
        running = [
            subprocess.Popen(
                worker("digesting.py", tree, (str(file), str(begin), str(end), str(out))),
                env=surroundings(tree),
            )
            for (begin, end), out in zip(parts, outs, strict=True)
        ]
        ended = [one.wait() for one in running]
        if any(ended):
            raise SystemExit(f"The plans of {tree} could not be made; the lines above say why.")
        return b"".join(out.read_bytes() for out in outs)


def old_digests(tree: Path | None, name: str, file: Path, first: int, last: int) -> bytes:
    """The other commit's digests, from where they were kept if they were."""
    place = kept() / f"digests-{name[:16]}-{file.stem[-24:]}-{first}-{last}"
    if place.exists():
        return place.read_bytes()
    if tree is None:
        raise LookupError(place)
    found = digests(tree, file, first, last)
    part = place.with_suffix(f".{os.getpid()}")
    part.write_bytes(found)
    part.replace(place)
    return found


def rounds(count: int) -> Iterator[tuple[int, int]]:
    """What is compared at a time: a few, more, the rest."""
    ends = [end for end in ROUNDS if end < count] + [count]
    return zip([0, *ends], ends, strict=False)


def shown(file: Path, number: int, old: Path) -> str:
    """The observation of that number, and where the two plans for it differ."""
    with file.open("rb") as lines:
        line = next(islice(lines, number, None)).decode().strip()
    texts = []
    for tree in (old, ROOT):
        command = worker("digesting.py", tree, (str(file), str(number)))
        done = subprocess.run(
            command, env=surroundings(tree), capture_output=True, text=True, check=True
        )
        texts.append(done.stdout.strip())
    places = list(islice(differing(*map(_read, texts)), SHOWN))
    said = places or ["The same values in another order or spelling:", *texts]
    return "\n".join([f"Observation {number}: {line}", *said])


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def differing(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Each place in which two trees of JSON differ, with what stands there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from differing(old.get(key), new.get(key), f"{where}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differing(one, other, f"{where}[{place}]")
    elif old != new:
        yield "\n".join(
            (where, *(f"  {when}: {_cut(one)}" for when, one in (("then", old), ("here", new))))
        )


def _cut(value: Any) -> str:
    """A value as JSON, not more of it than a reader takes in."""
    return textwrap.shorten(json.dumps(value), 400, placeholder=" ...")


def compared(commit: str, count: int = COUNT) -> tuple[int, str]:
    """How many plans were compared, and the first that differs; nothing where none does."""
    name, file = known(commit), observations(count)
    with ExitStack() as trees:
        old: Path | None = None
        for first, last in rounds(count):
            try:
                then = old_digests(old, name, file, first, last)
            except LookupError:
                old = trees.enter_context(checked_out(name))
                then = old_digests(old, name, file, first, last)
            here = digests(ROOT, file, first, last)
            for number in range(last - first):
                part = slice(number * SIZE, number * SIZE + SIZE)
                if then[part] != here[part]:
                    old = old or trees.enter_context(checked_out(name))
                    return last, shown(file, first + number, old)
            print(f"{last:,} plans are those of {name[:12]}.", file=sys.stderr, flush=True)
    return count, ""


def main(commit: str = "HEAD~1", count: str = str(COUNT)) -> None:
    """Compare, and end with 1 where a plan differs."""
    try:
        planned, difference = compared(commit, int(count))
    except NoCommitError as missing:
        raise SystemExit(f"Nothing to compare with: {missing}.") from missing
    if difference:
        raise SystemExit(difference)
    print(f"{planned:,} plans are byte-identical with those of {commit}, apart from `rulebook`.")


if __name__ == "__main__":
    main(*sys.argv[1:3])
