"""The case and its history as a person reads them: acts before readings, plain dates."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.webui.support.people import House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor

Visit = Callable[..., Visitor]
FRACTION = re.compile(r"\d\d:\d\d:\d\d[.]\d+|T\d\d:\d\d")


def test_the_history_lists_acts_and_counts_readings(house: House, visit: Visit):
    ref = house.submitted()
    house.decide(ref)
    toni = visit("Toni")
    for _ in range(3):
        toni.get(f"/plans/{ref}")
    page = toni.get(f"/plans/{ref}/history").text
    table = page[page.index("<table") : page.index("</table>")]
    assert "Read" not in read(table)
    for act in ("Kept", "Handed in", "Approved"):
        assert act in read(table)
    assert "Read 5 times by Toni" in read(page)
    assert "Read 1 time by Sam" in read(page)


def test_times_are_for_the_browser_to_tell_and_say_utc_until_then(house: House, visit: Visit):
    ref = house.submitted()
    page = visit("Toni").get(f"/plans/{ref}/history").text
    assert '<time datetime="2026-03-02T09:00:00Z">2 Mar 2026, 09:00 UTC</time>' in page


def test_the_case_as_a_text_speaks_the_vocabularys_words(house: House, visit: Visit):
    ref = house.submitted(notes="He was quiet.")
    house.decide(ref)
    text = visit("Toni").get(f"/plans/{ref}/case.md").text
    assert "who therapist" not in text
    assert "I was" in text
    assert "2 Mar 2026, 09:00 UTC" in text
    assert not FRACTION.search(text)
    assert "account " not in text, "people are named, not numbered"
    assert "Handed in" in text


def test_what_is_done_with_a_case_is_confirmed(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    toni.post(f"/plans/{ref}/case/retention", {"retain": "2026-12-31"})
    assert "not erased before 31 December 2026" in read(toni.get(f"/plans/{ref}/case").text)
    toni.post(f"/plans/{ref}/case/retention", {"retain": ""})
    assert "no date any more" in read(toni.get(f"/plans/{ref}/case").text)
    toni.post(f"/plans/{ref}/case/erase", {"confirmed": "K-114"})
    assert "The case is erased: 1 plan" in read(toni.get("/plans").text)
