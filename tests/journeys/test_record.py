"""A citizen follows a decision to its entry in the record, verifies it, and compares two checkpoints; an officer signs."""

from __future__ import annotations

import json
import re

import pytest

pytestmark = pytest.mark.journey
PHONE = {"width": 360, "height": 780}


def verified(one, *, by="done"):
    """Let the browser check the proof on this page, and see that it holds."""
    proof = one.page.locator("[data-proof]")
    proof.locator("[data-proof-run]").click()
    one.page.locator(f"[data-proof][data-by={by}]").wait_for()
    assert proof.get_attribute("data-state") == "holds"
    assert proof.locator("li[data-state=holds]").count() == proof.locator("li[data-check]").count()
    one.check()


def an_old_decision(one):
    """The record's page of a decision that the sample's checkpoints have signed long since, by way of its thread."""
    page = one.go("/agenda/")
    page.locator("main a", has_text="가게 없는 마을").first.click()
    page.wait_for_url(re.compile(r"/agenda/\d+/"))
    page.locator("#record .timeline__more a[href^='/record/']").first.click()
    page.wait_for_url(re.compile(r"/record/\d+/"))
    return page


@pytest.mark.parametrize(("language", "viewport"), [("ko", None), ("en", PHONE)])
def test_from_a_decision_to_its_proof_and_between_two_checkpoints(visitor, language, viewport):
    one = visitor(language=language, viewport=viewport)
    page = an_old_decision(one)
    one.check()
    verified(one)
    assert page.locator(".ladder__step").count() > 5
    # The hash on the page is that of the bytes on the page.
    page.locator("a[href^='/record/checkpoints/']").first.click()
    page.wait_for_url(re.compile(r"/record/checkpoints/\d+/"))
    one.check()
    verified(one)
    page = one.go("/record/verification")
    one.check()
    page.select_option("#id_old", index=5)
    page.locator("form[action$='/consistency'] button").click()
    page.wait_for_url("**/record/consistency?*")
    verified(one)
    assert page.locator(".record-growth__point").count() == 2
    page = one.go("/record/verification")
    page.fill("#id_first", "3")
    page.fill("#id_last", "12")
    page.locator("form[action$='/range'] button").click()
    page.wait_for_url("**/record/range?*")
    assert page.locator("tbody tr").count() == 10
    verified(one)


def answering(body):
    return lambda route: route.fulfill(body=body)


def test_the_browser_finds_what_the_server_would_hide(visitor):
    """The answer of the server is forged on its way: the browser does not believe it."""
    one = visitor(language="ko")
    page = an_old_decision(one)
    told = page.request.get(f"{page.url}proof.json").json()
    forgeries = [
        {"entry": told["entry"].replace('"kind":"', '"kind":"x')},
        {"proof": [told["proof"][0][::-1], *told["proof"][1:]]},
        {"checkpoint": told["checkpoint"] | {"note": told["checkpoint"]["note"].replace("time 2", "time 3")}},
        {"openings": {"reason": [told["openings"]["reason"][0], "다른 까닭"]}},
    ]
    for forged in forgeries:
        page.reload()
        page.route("**/proof.json", answering(json.dumps(told | forged)))
        page.locator("[data-proof-run]").click()
        page.locator("[data-proof][data-by=done]").wait_for()
        assert page.locator("[data-proof]").get_attribute("data-state") == "broken", list(forged)
        one.check()
        page.unroute("**/proof.json")


def test_without_a_script_the_site_checks(visitor):
    one = visitor(language="ko", script=False)
    page = an_old_decision(one)
    assert page.locator("[data-proof] li[data-state=holds]").count() == 4
    assert page.locator("[data-proof-run]").is_hidden()


@pytest.mark.parametrize(("language", "viewport"), [("ko", PHONE), ("en", None)])
def test_every_page_of_the_record(visitor, language, viewport):
    one = visitor(language=language, viewport=viewport)
    for path in ("/record/", "/record/about", "/record/checkpoints/", "/record/key", "/record/range?first=9&last=2"):
        one.go(path)
        one.check()
    page = one.go("/record/?place=41&kind=answered")
    one.check()
    assert page.locator(".list__item").count() > 3
    assert one.go("/record/?subject=agenda:99999").locator(".empty").count() == 1
    one.check()


def test_an_officer_decides_signs_and_finds_the_entry(visitor):
    one = visitor(language="ko")
    one.sign_in("sio.gyeonggi@example.org")
    page = one.go("/agenda/?place=41")
    page.locator(".list__title a").first.click()
    page.wait_for_url(re.compile(r"/agenda/\d+/"))
    thread = page.url
    one.go(f"{page.url.partition(one.site)[2]}notes")
    page.fill("#id_text", "회의록을 공개하였습니다. 다음 회의는 첫째 주 화요일입니다.")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(thread)
    page.locator("#record .timeline__more a[href^='/record/']").last.click()
    page.wait_for_url(re.compile(r"/record/\d+/"))
    one.check()
    entry = page.url
    one.go("/record/checkpoints/")
    page.get_by_role("button", name="지금 서명하기").click()
    page.wait_for_url(re.compile(r"/record/checkpoints/\d+/"))
    one.check()
    page.goto(entry)
    verified(one)
    page.locator("a[href$='/withholding']").click()
    one.check()
