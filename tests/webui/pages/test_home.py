"""After signing in, everyone stands before their own work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.support.visiting import Visitor


@pytest.mark.parametrize(
    ("name", "page"), [("Toni", "/"), ("Tess", "/"), ("Sue", "/queue"), ("Ada", "/people")]
)
def test_home_is_the_page_of_ones_work(
    visit: Callable[[str], Visitor], name: str, page: str
) -> None:
    assert visit(name).get("/home").headers["Location"] == page
