"""The kit's widgets, saying what they say of themselves in the texts of the pages."""

from __future__ import annotations

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovRadioInput,
    GovTextInput,
)
from markupsafe import Markup

from webui.words.texts import text


class _Worded:
    """Adds our words to what a widget hands to its template."""

    def render(self, params: dict[str, Any]) -> Markup:
        """The widget as markup; a mistake is announced in our word for it."""
        if params.get("errorMessage"):
            params["errorMessage"]["visuallyHiddenText"] = text("mistake_word")
        drawn: Markup = super().render(params)  # type: ignore[misc]  # the kit's widget stands next
        return drawn


class Radios(_Worded, GovRadioInput):  # type: ignore[misc]  # the kit ships no types
    """One answer of several."""


class Checkboxes(_Worded, GovCheckboxesInput):  # type: ignore[misc]  # as above
    """Any number of answers."""


class TextInput(_Worded, GovTextInput):  # type: ignore[misc]  # as above
    """A number or a few letters."""


class CountedText(_Worded, GovCharacterCount):  # type: ignore[misc]  # as above
    """Free text that says how much room is left."""

    def render(self, params: dict[str, Any]) -> Markup:
        """With the kit's own sentences about the room in our words."""
        room = {"one": _room("room_left_one"), "other": _room("room_left_many")}
        over = {"one": _room("room_over_one"), "other": _room("room_over_many")}
        params["textareaDescriptionText"] = _room("room_in_all")
        params["charactersUnderLimitText"], params["charactersOverLimitText"] = room, over
        params["charactersAtLimitText"] = text("room_none")
        return super().render(params)


def _room(name: str) -> str:
    """A text with the blank that the kit's script fills."""
    return text(name, count="%{count}")
