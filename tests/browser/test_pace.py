"""The largest thing of a page is there within a second, on a slow line and a slow machine.

The line is Lighthouse's "slow 4G": 150 ms there and back, 1.6 Mbit/s down, 0.75 Mbit/s up; the
processor is slowed down to a fourth. Each page is opened in a fresh window, without a cache.

Where other work already takes a part of the processor, the browser is slowed down by the rest
alone: a machine with two processes on each core is half as fast as it is, and no page's fault.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.entering import enter_lateness

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
WATCH = """
  window.largest = 0
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.largest = entry.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
"""
AIM = 1000
"""Milliseconds."""
TRIES = 10
"""Whatever else the machine does only adds to a time: one that is below the aim is the page's."""


def slowed_by_others() -> float:
    """How many times longer a little work takes than it would alone on this machine."""
    begun, used = time.perf_counter(), time.thread_time()
    while time.thread_time() - used < 0.05:
        pass
    return max(1.0, (time.perf_counter() - begun) / 0.05)


@pytest.fixture
def fresh(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open windows whose line and processor are slow."""
    windows: list[Any] = []

    def window(look: dict[str, Any]) -> Any:
        windows.append(chromium.new_context(**look))
        page = windows[-1].new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", LINE)
        rate = max(1.0, SLOWER / slowed_by_others())
        session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        page.add_init_script(WATCH)
        return page

    yield window
    for one in windows:
        one.close()


def largest(page: Any) -> float:
    """Milliseconds from the request to the largest paint, once nothing more is loading."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    found: float = page.evaluate("window.largest")
    assert found > 0
    return found


def measured(what: str, once: Callable[[], float], record: Any) -> float:
    """The best of a few tries, which stop at the first below the aim; all stand in the record."""
    times: list[float] = []
    while len(times) < TRIES and min(times, default=AIM) >= AIM:
        times.append(round(once()))
    record(what, times)
    print(f"{what}: {times} ms")  # noqa: T201 - a measurement, shown by -s
    return min(times)


@pytest.mark.parametrize("look", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["/", "/rules", "/handout/C2"])
def test_a_page_is_there_within_a_second(
    fresh: Any, address: str, look: dict[str, Any], path: str, record_property: Any
) -> None:
    def once() -> float:
        page = fresh(look)
        page.goto(address + path)
        return largest(page)

    assert measured(path, once, record_property) < AIM


@pytest.mark.parametrize("look", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_plan_is_there_within_a_second(
    fresh: Any, address: str, look: dict[str, Any], record_property: Any
) -> None:
    """From the press of the button; the answers are sent over the slow line too."""

    def once() -> float:
        page = fresh(look)
        page.goto(address)
        enter_lateness(page)
        return largest(page)

    assert measured("a plan", once, record_property) < AIM
