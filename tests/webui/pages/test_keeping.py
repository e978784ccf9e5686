"""Keeping a plan: with an answer that does not fit, the form comes back with everything in it."""

from __future__ import annotations

from collections.abc import Callable

from tests.webui.support.people import House
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import Visitor

Visit = Callable[..., Visitor]


def test_an_answer_that_does_not_fit_comes_back_with_everything_typed(house: House, visit: Visit):
    toni = visit("Toni")
    unfit = [*LATE[:3], ("lateness.minutes", "soon"), *LATE[4:]]
    answer = toni.post("/plans", [*unfit, ("notes", "She said little."), ("case", "K-114")])
    assert answer.status_code == 422
    page = answer.text
    assert "govuk-error-summary" in page
    for stands in ('value="soon"', "She said little.", 'value="K-114"', 'value="denial" checked'):
        assert stands in page, stands
    empty = toni.get("/").text
    for name in ('name="safety.flags"', 'name="context.phase"', 'class="rp-example"'):
        assert page.count(name) == empty.count(name) > 0, name
    assert house.keeping.listed(house["Toni"]) == []
