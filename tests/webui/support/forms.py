"""The forms of a page, as a browser would send them, and every address that it leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str]
UNSENT = {"submit", "button", "reset", "image"}


@dataclass
class Form:
    """A form: where it goes, how, and its fields as they stand."""

    action: str
    method: str
    pairs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of the fields that a person could change, each once."""
        return list(dict.fromkeys(name for name, _value in self.pairs if name != "csrf_token"))


class Forms(HTMLParser):
    """Collects the forms and links of one page."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._path = path
        self._inside: Form | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told: Attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = told.get("action") or self._path
            self._inside = Form(action, told.get("method", "get").upper())
            self.forms.append(self._inside)
        elif tag == "a" and told.get("href", "").startswith("/"):
            self.links.append(told["href"])
        elif self._inside and tag in {"input", "textarea", "select", "button"} and "name" in told:
            self._field(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None

    def _field(self, tag: str, told: Attributes) -> None:
        assert self._inside
        unsent = tag == "button" or told.get("type") in UNSENT
        value = told.get("value", "")
        if told["name"] not in self._inside.names or told["name"] == "csrf_token" or not unsent:
            self._inside.pairs.append((told["name"], value))
