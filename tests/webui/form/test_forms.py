"""The form's fields are made once and copied: each form has answers and mistakes of its own."""

from flask import Flask
from werkzeug.datastructures import MultiDict


def test_what_one_form_was_told_is_in_no_other(app: Flask) -> None:
    make = app.extensions["knowledge"].form
    with app.test_request_context():
        told = make(
            MultiDict({"kind": "lateness", "notes": "He was late.", "context.phase": "early"})
        )
        told["notes"].errors = [*told["notes"].errors, "Too long"]
        empty = make(formdata=None)
        assert told["kind"].data == ["lateness"]
        assert (told["notes"].data, told["context.phase"].data) == ("He was late.", "early")
        for name in ("kind", "notes", "context.phase"):
            assert not empty[name].data
            assert empty[name].raw_data is None
        assert not empty["notes"].errors


def test_a_field_belongs_to_its_form_and_keeps_no_other_alive(app: Flask) -> None:
    make = app.extensions["knowledge"].form
    with app.test_request_context():
        first, second = make(formdata=None), make(formdata=None)
        for form in (first, second):
            assert {id(field._form) for field in form} == {id(form)}
            assert {id(field.meta) for field in form} == {id(form.meta)}
