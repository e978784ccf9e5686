"""Six cases of real rooms as a person at the page tells them, and how tall their plans were.

The heights are those of the plan page at commit 54d75fe, before the brief came first.
"""

from __future__ import annotations

from typing import Any

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
NONE = ("safety.flags", "none")
MIDDLE = (("context.phase", "middle"), ("context.alliance", "good"))
LAST = ("context.happened", "last_session")

SIX: dict[str, tuple[tuple[str, str], ...]] = {
    "late twice and fine": (
        NONE,
        ("kind", "lateness"),
        ("lateness.who", "therapist"),
        ("lateness.minutes", "20"),
        ("lateness.occurrences", "2"),
        ("context.signs", "denial"),
        ("context.signs", "minimal_response"),
        *MIDDLE,
        LAST,
    ),
    "private number pressed": (
        NONE,
        ("kind", "boundary_request"),
        ("boundary_request.nature", "contact_outside_sessions"),
        ("boundary_request.answer", "declined"),
        ("boundary_request.pressed", "yes"),
        ("boundary_request.occurrences", "2"),
        *MIDDLE,
        LAST,
    ),
    "jokes at kindness": (
        NONE,
        ("kind", "deflection"),
        ("deflection.trigger", "compliment_or_care"),
        ("deflection.response", "joke"),
        ("deflection.occurrences", "3"),
        ("context.phase", "late"),
        ("context.alliance", "strong"),
        LAST,
    ),
    "angry and mandated": (
        NONE,
        ("kind", "authority_frustration"),
        ("authority_frustration.toward", "outside_authority"),
        ("authority_frustration.about", "being_sent"),
        ("context.feelings", "angry"),
        ("context.culture_power", "mandated"),
        ("context.reactant", "yes"),
        ("context.phase", "early"),
        ("context.alliance", "weak"),
    ),
    "two at once": (
        NONE,
        ("kind", "lateness"),
        ("lateness.who", "therapist"),
        ("lateness.minutes", "10"),
        ("kind", "deflection"),
        ("deflection.trigger", "feelings"),
        ("deflection.response", "topic_change"),
        ("deflection.occurrences", "3"),
        *MIDDLE,
        ("context.feelings", "irritated"),
        LAST,
    ),
    "a self-harm remark": (
        ("safety.flags", "self_harm"),
        ("kind", "deflection"),
        ("deflection.trigger", "feelings"),
        ("deflection.response", "joke"),
        *MIDDLE,
    ),
}
HEIGHT_BEFORE: dict[str, tuple[int, int]] = {
    "late twice and fine": (7771, 4985),
    "private number pressed": (5894, 3805),
    "jokes at kindness": (6166, 4113),
    "angry and mandated": (6691, 4339),
    "two at once": (8059, 5343),
    "a self-harm remark": (3036, 1939),
}
"""Pixels on a phone, and on a desktop."""

SEND = """pairs => {
  const form = document.querySelector('form.rp-form')
  const sent = document.createElement('form')
  sent.method = 'post'
  sent.action = form.action
  const token = form.querySelector('[name=csrf_token]').value
  for (const [name, value] of [['csrf_token', token], ...pairs]) {
    const field = document.createElement('input')
    field.type = 'hidden'
    Object.assign(field, { name, value })
    sent.append(field)
  }
  document.body.append(sent)
  sent.submit()
}"""
FIRST_SCREEN = """() => {
  let words = 0
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const text = walk.currentNode
    const holder = text.parentElement
    if (!holder.checkVisibility({ checkVisibilityCSS: true })) continue
    if (holder.closest('.govuk-visually-hidden, .govuk-skip-link')) continue
    for (const word of text.data.matchAll(/\\S*[\\p{L}\\p{N}]\\S*/gu)) {
      const range = document.createRange()
      range.setStart(text, word.index)
      range.setEnd(text, word.index + word[0].length)
      const box = range.getBoundingClientRect()
      if (box.height > 0 && box.bottom <= innerHeight) words++
    }
  }
  return words
}"""


def plan_of(page: Any, case: str) -> None:
    """From the form that is open to the plan of a case."""
    with page.expect_event("load"):
        page.evaluate(SEND, [list(pair) for pair in SIX[case]])
    page.wait_for_url("**/plan/*")


def first_words(page: Any) -> Any:
    """What a person reads first: the words to say, or on a stop the first action."""
    return page.locator(".rp-brief__words, .rp-first-action").first
