"""A vote on a phone, with and without a script, and result night."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.journey
CITIZEN = "sunim@example.org"


def budget_named(visitor, word: str) -> str:
    """The address of a budget of the demo."""
    page = visitor.go("/budgets/")
    return re.sub(r"^https?://[^/]+", "", page.locator("a", has_text=word).first.evaluate("one => one.href"))


def begin(visitor) -> str:
    visitor.sign_in(CITIZEN)
    home = budget_named(visitor, "2027년 경기도")
    page = visitor.go(f"{home}ballot/")
    if page.locator("form[data-ballot]").count() == 0:
        visitor.check()
        page.locator("form[action$='/voter'] button[type=submit]").click()
        page.wait_for_selector("form[data-ballot]")
    return home


def test_a_citizen_votes_on_a_phone_and_keeps_the_receipt(visitor):
    citizen = visitor(viewport=PHONE)
    home = begin(citizen)
    page = citizen.page
    citizen.check()
    boxes = page.locator("input[name=choice]")
    first = boxes.first.get_attribute("value")
    page.locator(f"input[name=choice][value='{first}']").check()
    boxes.nth(3).check()
    expect(page.locator("[data-said]")).not_to_be_empty()
    assert page.locator("[data-count]").inner_text() == "2"
    page.fill("[data-search]", "자전거길")
    assert page.locator("[data-card]:visible").count() < page.locator("[data-card]").count()
    page.fill("[data-search]", "")
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/receipt/**")
    citizen.check()
    code = page.locator(".receipt__code").inner_text()
    page.fill("#code", code)
    page.locator("main form[role=search] button").click()
    assert page.locator(".alert--success").count() == 1
    page = citizen.go(f"{home}ballot/")
    assert page.locator(f"input[name=choice][value='{first}']").is_checked()
    citizen.go(f"{home}turnout/")
    citizen.check()


def test_a_ballot_without_a_script(visitor):
    citizen = visitor(viewport=PHONE, script=False)
    begin(citizen)
    page = citizen.page
    page.locator("input[name=choice]").nth(1).check()
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/receipt/**")
    assert page.locator(".receipt__code").count() == 1


@pytest.mark.parametrize("viewport", [PHONE, None])
def test_result_night(visitor, viewport):
    reader = visitor(viewport=viewport)
    home = budget_named(reader, "2026년 수원시")
    page = reader.go(f"{home}result/")
    reader.check()
    page.locator("[data-go='-1']").click()
    rounds = page.locator("[data-row]").count()
    assert f"{rounds - 1}" in page.locator("[data-round]").inner_text()
    page.locator("[data-row] a").first.click()
    reader.check()
    reader.go(f"{home}result/data/")
    reader.check()
