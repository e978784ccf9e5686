"""Every page of the documentation leads where it says."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
LINKS = [
    (page.name, link)
    for page in sorted(DOCS.glob("*.md"))
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
]


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_every_link_leads_somewhere(page, link):
    assert (DOCS / page).parent.joinpath(link).exists()


@pytest.mark.parametrize("page", [page.name for page in sorted(DOCS.glob("*.md"))])
def test_the_readme_leads_to_every_page(page):
    assert f"(docs/{page})" in (DOCS.parent / "README.md").read_text("utf-8")
