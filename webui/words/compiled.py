"""Templates compiled so that a page does no work whose outcome never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream


class Texts(Extension):
    """Texts written into the templates as these are compiled, and escaped there once.

    So `pages.site_name` costs a page nothing; `pages[name]` is looked up at each.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template, with its text in place of each name."""
        texts = cast("Mapping[str, str]", self.environment.globals["pages"])
        for token in stream:
            named = token.test("name:pages") and stream.current.type == "dot"
            if named and stream.look().value in texts:
                next(stream)  # the dot
                yield Token(token.lineno, "string", texts[next(stream).value])
            else:
                yield token


class Shared(Template):
    """A template whose macros are the same for every page that imports them without context.

    Jinja compares the names of all globals at each import, lest a page was loaded with globals of
    its own. None is, and the comparing took a fifth of the time of the form's page.
    """

    def _get_default_module(self, ctx: Any = None) -> TemplateModule:  # noqa: ARG002 - Jinja gives it
        return super()._get_default_module()
