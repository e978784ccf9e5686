"""Clocks and tables: wall time beside the processor's own, so that a busy machine shows."""

import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Times:
    """Microseconds that each of many calls took, by the wall's clock and by the processor's."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def of(self, call: Callable[[], T]) -> T:
        """Call, and note how long it took."""
        wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
        result = call()
        self.cpu.append((time.thread_time_ns() - cpu) / 1_000)
        self.wall.append((time.perf_counter_ns() - wall) / 1_000)
        return result

    def cells(self, form: str = ".0f") -> tuple[str, ...]:
        """The median and the 95th percentile of both, as cells of a table."""
        shares = (self.cpu, 0.5), (self.cpu, 0.95), (self.wall, 0.5), (self.wall, 0.95)
        return tuple(format(percentile(times, share), form) for times, share in shares)


CELLS = ("CPU p50", "CPU p95", "wall p50", "wall p95")


def percentile(times: Sequence[float], share: float) -> float:
    """The time that this share of the calls kept within."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] if times else 0.0


def middle(times: Sequence[float]) -> float:
    """The median."""
    return median(times)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first hold numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def where_and_when() -> str:
    """The date, the Python and the machine, and how busy it is."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "?"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.python_implementation()} "
        f"{platform.python_version()}, {_processor()}, {os.cpu_count()} cores, load {load}."
    )


def _processor() -> str:
    """The processor's name as the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        names = [line for line in told.read_text().splitlines() if line.startswith("model name")]
        if names:
            return names[0].partition(": ")[2]
    return platform.processor() or platform.machine()
