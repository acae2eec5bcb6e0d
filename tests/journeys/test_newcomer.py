"""Somebody who comes for the first time, reads, and follows a voice to what became of it."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}


def test_the_first_screen_answers_three_questions(visitor):
    """What is pursued, at which stage, what can I do today: all above the fold."""
    one = visitor(language="ko")
    page = one.go("/")
    one.check()
    assert page.locator("html").get_attribute("lang") == "ko"
    for part in (".doors__list", ".stages__list"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 900 + 120, part
    assert page.locator(".stages__list .stage").count() == 5
    assert page.locator(".door").count() == 3
    counts = [int(re.sub(r"\D", "", text)) for text in page.locator(".stage__count").all_inner_texts()]
    assert counts[0] >= 579 and sum(counts[1:]) == 15


def test_a_search_finds_the_other_forms_of_a_word(visitor):
    one = visitor()
    page = one.go("/proposals/")
    one.check()
    page.fill("#id_q", "청년 일자리")
    page.press("#id_q", "Enter")
    page.wait_for_url("**q=*")
    page.locator(".results mark").first.wait_for()
    one.check()
    marked = " ".join(page.locator(".results mark").all_inner_texts())
    assert "청년" in marked and "일자리" in marked
    page.fill("#id_q", "청년들의 일자리가")
    with page.expect_response(re.compile("q=")):
        page.press("#id_q", "Enter")
    page.wait_for_function("document.querySelectorAll('.results mark').length > 0")
    assert "일자리" in " ".join(page.locator(".results mark").all_inner_texts())
    page.select_option("#id_place", "41")
    page.wait_for_url("**place=41*")
    one.check()
    assert page.locator(".results .card").count() > 0


@pytest.mark.parametrize(("language", "viewport"), [("ko", None), ("en", PHONE)])
def test_from_the_map_to_a_place_and_a_theme(visitor, language, viewport):
    one = visitor(language=language, viewport=viewport)
    page = one.go("/")
    one.check()
    page = one.go("/places/")
    one.check()
    assert page.locator(".tile-map a").count() == 56
    page.locator("details summary", has_text=re.compile("표|table")).first.click()
    page.locator("table a[href='/places/41110/']").first.click()
    page.wait_for_url("**/places/41110/")
    one.check()
    page = one.go("/themes/")
    one.check()
    page.locator("main a[href^='/themes/']").filter(has_not_text=re.compile("^$")).first.click()
    page.wait_for_url(re.compile(r"/themes/\d+/"))
    one.check()
    assert page.locator("article.card--voice").count() > 0


def test_a_thread_from_voices_to_today(visitor):
    """A line and a list say the same; each decision names its office, its day and its reason."""
    one = visitor(language="ko")
    page = one.go("/agenda/")
    one.check()
    page.locator("main a", has_text="가게 없는 마을").first.click()
    page.wait_for_url(re.compile(r"/agenda/\d+/"))
    one.check()
    stations = page.locator(".thread-line__station")
    assert stations.count() >= 5
    assert page.locator(".thread-line__station[aria-current=step]").count() == 1
    assert page.locator("#voices .card--voice").count() >= 4
    record = page.locator("#record .timeline__item")
    assert record.count() >= 6
    for n in range(record.count()):
        entry = record.nth(n)
        assert entry.locator("time[datetime]").count() == 1, entry.inner_text()
        assert entry.locator(".timeline__who").inner_text().strip(), entry.inner_text()
    assert page.locator("#record .timeline__why").count() >= 5
    page.locator("#owner a[href^='/routing/'], #record a[href^='/routing/'], main a[href^='/routing/']").first.click()
    page.wait_for_url("**/routing/*/")
    one.check()
    page.go_back()
    page.locator("a[href$='/evidence']").first.click()
    page.wait_for_url("**/evidence")
    one.check()
    page.locator(".list__title a").first.click()
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    one.check()
    assert page.locator(".alert a[href^='/agenda/']").count() == 1


def test_the_thread_on_a_phone_in_english(visitor):
    one = visitor(language="en", viewport=PHONE)
    page = one.go("/agenda/")
    one.check()
    page.locator("main a[href^='/agenda/']").filter(has_text=re.compile(r"\S")).nth(3).click()
    page.wait_for_load_state()
    one.check()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_language_is_changed_and_kept(visitor):
    one = visitor(language="ko")
    page = one.go("/proposals/?field=jobs")
    assert page.locator("html").get_attribute("lang") == "ko"
    page.locator("button[name=language][value=en]").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/proposals/?field=jobs")
    one.check()
    page = one.go("/")
    assert "What you can do today" in page.inner_text("main")
    one.check()


@pytest.mark.parametrize("path", ["/nothing-here/", "/proposals/99999999/", "/places/99999/"])
def test_what_is_not_there_says_so(visitor, path):
    one = visitor()
    response = one.page.goto(one.site + path.lstrip("/"))
    assert response.status == 404
    one.complaints.clear()  # the browser itself tells of the 404
    one.check()
    assert one.page.locator("main a").count() > 0
