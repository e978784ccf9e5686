"""In these tests a template of ours that asks for a name which no page gave it is an error."""

import pytest
from flask import Flask
from jinja2 import UndefinedError


@pytest.mark.parametrize(
    "asked",
    ["{{ nothing }}", "{% if nothing %}{% endif %}", "{% for one in nothing %}{% endfor %}"],
)
def test_a_name_that_a_page_was_not_given_is_an_error(app: Flask, asked: str):
    with app.app_context(), pytest.raises(UndefinedError, match="'nothing' is undefined"):
        app.jinja_env.from_string(asked).render()


def test_a_key_that_is_not_there_and_a_name_that_is_asked_about_are_none(app: Flask):
    asked = "{{ problems['case'] }}{% if nothing is defined %}there{% endif %}{{ nothing|d('-') }}"
    with app.app_context():
        assert app.jinja_env.from_string(asked).render(problems={}) == "-"
