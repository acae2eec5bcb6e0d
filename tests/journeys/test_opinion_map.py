"""Somebody who looks at what the votes of a deliberation show: with the mouse, with keys, on a phone, without scripts."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
CLOSED, NO_GROUPS = "무인 기계 옆에", "공장 안에 무엇이"


def find(one, title: str) -> str:
    page = one.go("/deliberations/")
    return page.locator(f".card__title a:has-text('{title}')").first.get_attribute("href")


def test_the_map_is_explored_with_keys_and_through_time(visitor) -> None:
    one = visitor()
    page = one.go(f"{find(one, CLOSED)}map/")
    page.wait_for_selector("[data-omap-wait]", state="hidden")
    drawn = page.locator("[data-omap] canvas").first.evaluate(
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
        " for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }"
    )
    assert drawn > 2000
    one.check()
    page.locator("[data-omap] canvas").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-omap-near]:not([hidden])")
    assert int(re.search(r"\d+", page.inner_text("[data-omap-near]")).group()) >= 15
    one.check()
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-omap-near]", state="hidden")
    page.wait_for_selector("[data-omap-replay]:not([hidden])")
    slider = page.locator("[data-omap-slider]")
    slider.focus()
    page.keyboard.press("Home")
    early = page.inner_text("[data-omap-moment]")
    page.keyboard.press("End")
    assert early and page.inner_text("[data-omap-moment]") != early


def test_a_phone_reads_the_report_and_takes_the_data_away(visitor) -> None:
    one = visitor(language="en", viewport=PHONE)
    address = find(one, CLOSED)
    page = one.go(f"{address}map/")
    page.wait_for_selector("[data-omap-wait]", state="hidden")
    one.check()
    page = one.go(f"{address}report")
    one.check()
    assert "Simulated" in page.inner_text("main")
    answer = page.request.get(page.locator("a[href$='report.pdf']").first.evaluate("a => a.href"))
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF")
    votes = page.request.get(page.locator("a[href$='votes.csv']").first.evaluate("a => a.href"))
    assert votes.text().startswith("timestamp,datetime,comment-id,voter-id,vote")


def test_no_groups_is_a_result_and_needs_no_scripts(visitor) -> None:
    one = visitor(language="en", script=False)
    page = one.go(f"{find(one, NO_GROUPS)}map/")
    text = page.inner_text("main")
    assert "No groups yet" in text and "These votes support no groups yet" in text
    assert "The map as a table" in text and "What unites" in text


@pytest.mark.parametrize("path", ["screen", "map/embed?lang=en"])
def test_the_wall_and_the_frame_hold_what_every_page_holds(visitor, path) -> None:
    one = visitor()
    page = one.go(f"{find(one, CLOSED)}{path}")
    page.wait_for_selector("[data-omap-wait]", state="hidden")
    one.check()
    assert "embed" not in path or page.context.cookies() == []
