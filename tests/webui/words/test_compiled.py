"""Texts are written into the templates as these are compiled; the rest is asked at each page."""

from flask import Flask


def shown(app: Flask, template: str, **given: object) -> str:
    with app.test_request_context():
        return app.jinja_env.from_string(template).render(**given)


def test_a_text_stands_in_the_compiled_template_escaped(app: Flask) -> None:
    texts = app.extensions["texts"]
    name = next(name for name, text in texts.items() if "'" in text)
    compiled = app.jinja_env.compile("{{ pages." + name + " }}!", "page.html", raw=True)
    assert "&#39;" in compiled
    assert "pages" not in compiled


def test_a_name_that_is_made_or_means_something_else_is_looked_up_as_ever(app: Flask) -> None:
    name, text = "site_name", app.extensions["texts"]["site_name"]
    assert shown(app, "{{ pages['site_' ~ 'name'] }}") == text
    assert shown(app, "{{ pages[name] }}", name=name) == text
    assert shown(app, "{{ pages.no_text_has_this_name is defined }}") == "False"
    assert shown(app, "{{ one.pages }}", one={"pages": 3}) == "3"
