"""From the form to the plan in a real browser, as people really use it."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.entering import BUTTON, REFUSED, enter_lateness, press

pytestmark = pytest.mark.browser
Opened = Any
FIRST = re.compile("^(Say this first|Say this after consulting)$")
NO_SCRIPT = {"java_script_enabled": False}


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["with JavaScript", "without JavaScript"])
def test_a_common_case_is_a_plan_within_ten_clicks(opened: Opened, options: dict[str, Any]) -> None:
    page = opened(**options)
    assert enter_lateness(page) <= 10
    expect(page.get_by_role("heading", name=FIRST)).to_be_visible()


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["with JavaScript", "without JavaScript"])
def test_a_kind_reveals_its_own_questions_and_no_other(
    opened: Opened, options: dict[str, Any]
) -> None:
    page = opened(**options)
    who = page.get_by_text("Who was late?")
    asked = page.get_by_text("What did the client ask for?")
    expect(who).to_be_hidden()
    page.get_by_label("Someone was late, or a session was missed").check()
    expect(who).to_be_visible()
    expect(asked).to_be_hidden()
    page.get_by_label("Someone was late, or a session was missed").uncheck()
    expect(who).to_be_hidden()


def test_at_most_twelve_questions_are_shown_for_a_common_case(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Someone was late, or a session was missed").check()
    shown = [one for one in page.locator(".rp-question").all() if one.is_visible()]
    assert len(shown) <= 12


def test_none_of_these_and_a_flag_exclude_each_other(opened: Opened) -> None:
    page = opened()
    page.get_by_label("None of these").check()
    page.get_by_label("Suicide or self-harm", exact=True).check()
    expect(page.get_by_label("None of these")).not_to_be_checked()
    expect(page.get_by_label("not sure: Suicide or self-harm")).to_be_visible()


def test_the_error_summary_takes_the_focus_and_leads_to_each_field(opened: Opened) -> None:
    page = opened()
    press(page, BUTTON)
    expect(page).to_have_title(REFUSED)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    for link in page.locator(".govuk-error-summary a").all():
        target = (link.get_attribute("href") or "")[1:]
        link.click()
        expect(page.locator(f"#{target}")).to_be_focused()


def test_change_leads_to_the_answer_with_everything_kept(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Anything you want to remember").fill("my own thought")
    enter_lateness(page)
    page.get_by_text("Each answer").click()
    with page.expect_event("load"):
        page.get_by_role("link", name="Change minutes lost").click()
    expect(page).to_have_url(re.compile("#lateness-minutes$"))
    expect(page.locator("#lateness-minutes")).to_have_value("20")
    expect(page.get_by_label("Anything you want to remember")).to_have_value("my own thought")
    page.locator("#lateness-minutes").fill("5")
    press(page, BUTTON)
    expect(page.get_by_role("heading", name="What your answer changed")).to_be_visible()


def test_a_question_is_answered_in_place(opened: Opened) -> None:
    page = opened()
    enter_lateness(page)
    card = page.locator(".rp-check")
    card.locator("input[type=radio], input[type=checkbox]").first.check()
    with page.expect_event("load"):
        card.get_by_role("button", name="Make the plan again").click()
    expect(page.get_by_role("heading", name="What your answer changed")).to_be_visible()


def test_what_was_typed_survives_an_expired_token(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Anything you want to remember").fill("kept")
    page.context.clear_cookies()
    enter_lateness(page)
    expect(page.get_by_text("Your answers are all here")).to_be_visible()
    expect(page.get_by_label("Anything you want to remember")).to_have_value("kept")
    press(page, BUTTON)
    expect(page.get_by_role("heading", name=FIRST)).to_be_visible()


def test_back_brings_the_form_with_its_answers(opened: Opened) -> None:
    page = opened()
    enter_lateness(page)
    page.go_back()
    expect(page.locator("#lateness-minutes")).to_have_value("20")
    expect(page.get_by_label("I was", exact=True)).to_be_checked()
    expect(page.get_by_text("Who was late?")).to_be_visible()


def test_reload_of_the_form_keeps_what_was_typed(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Anything you want to remember").fill("still here")
    page.reload()
    expect(page.get_by_label("Anything you want to remember")).to_have_value("still here")


def test_reload_and_double_submit_make_the_same_plan(opened: Opened) -> None:
    page = opened()
    page.get_by_label("None of these").check()
    page.get_by_label("The client moved away from something").check()
    page.get_by_label("Made a joke").check()
    page.get_by_role("button", name=BUTTON).dblclick()
    expect(page.get_by_role("heading", name=FIRST)).to_be_visible()
    page.wait_for_load_state("networkidle")  # the second answer may still be on its way
    mark = re.compile(r"Plan [0-9a-f-]{14}")
    first = mark.findall(page.content())
    page.reload()
    assert mark.findall(page.content()) == first != []


def test_a_rule_opens_beside_the_plan_and_the_plan_stays(opened: Opened) -> None:
    page = opened()
    enter_lateness(page)
    page.locator(".rp-step summary").first.click()
    page.get_by_text("Why this step").first.click()
    with page.context.expect_page() as beside:
        page.locator(".rp-step .rp-reasons a[href^='/rules/']").first.click()
    expect(beside.value.get_by_role("heading", name="Because")).to_be_visible()
    expect(page.get_by_role("heading", name=FIRST)).to_be_visible()


def test_the_rules_that_fired_are_shown_for_this_case(opened: Opened) -> None:
    page = opened()
    enter_lateness(page)
    with page.context.expect_page() as beside:
        page.get_by_role("button", name="See which rules fired").click()
    expect(beside.value.locator("#fires")).to_be_visible()


def test_script_in_notes_is_shown_as_text(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Anything you want to remember").fill("<script>alert(1)</script>")
    enter_lateness(page)
    expect(page.get_by_text("<script>alert(1)</script>")).to_be_visible()


def test_copied_words_equal_the_shown_words_and_it_says_copied(opened: Opened) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    page.clock.install()  # put forward, so that nobody waits until a button says its words again
    enter_lateness(page)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    for button in page.locator("[data-copies]").all():
        words = page.locator(f"#{button.get_attribute('data-copies')}")
        label = button.inner_text()
        button.click()
        expect(page.get_by_role("status").last).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == words.inner_text()
        page.clock.fast_forward("00:03")
        expect(page.get_by_role("status").last).to_be_empty()
        expect(button).to_have_text(label)


def test_print_shows_every_reason_without_a_click(opened: Opened) -> None:
    page = opened(**NO_SCRIPT)
    enter_lateness(page)
    page.emulate_media(media="print")
    for reason in page.locator(":is(.rp-step, .rp-wait) .rp-reasons__text").all():
        expect(reason).to_be_visible()
    expect(page.locator(".rp-sheet__foot")).to_be_visible()
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)
