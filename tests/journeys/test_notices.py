"""Somebody follows an agenda item and a search, hears of each step on the page and by mail, and stops with one click."""

from __future__ import annotations

import email
import re
import time
import urllib.parse
import urllib.request
from email import policy

import pytest

from tests.journeys.conftest import PHONE
from tests.journeys.test_citizen import OBIN, sign_up

pytestmark = pytest.mark.journey


@pytest.fixture
def letters(mailbox):
    """Mails that the site has sent to somebody, oldest first (the demo keeps them as files)."""

    def read(address):
        found = []
        for path in sorted(mailbox.glob("*.log")):
            for text in path.read_bytes().split(b"-" * 79 + b"\n"):
                message = email.message_from_bytes(text, policy=policy.default)
                if message["To"] == address:
                    found.append(message)
        return found

    return read


def wait_for(ask, seconds=90):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := ask():
            return found
        time.sleep(1)
    raise AssertionError("waited in vain")


def test_follow_hear_and_stop(visitor, letters):
    one, officer = visitor(language="ko"), visitor(language="ko")
    address = sign_up(one, "소식을 기다리는 사람")

    # An item that no other story moves, with its button beside the title.
    page = one.go("/agenda/?stage=plan&place=41820")
    page.locator(
        "main .list a[href^='/agenda/'], main h2 a[href^='/agenda/'], main h3 a[href^='/agenda/']"
    ).first.click()
    page.wait_for_url(re.compile(r"/agenda/\d+"))
    item = re.search(r"/agenda/(\d+)", page.url)[1]
    page.locator("#following button").click()
    page.locator("#following button[aria-pressed=true]").wait_for()
    assert page.evaluate("document.activeElement.id").startswith("follow-"), "the focus stays on the button"
    one.check()

    # A search.
    page = one.go("/proposals/?q=가로등&place=41")
    page.locator("form[action$='/follow/watches'] button").click()
    page.locator("form[action*='/follow/watches/'] button[aria-pressed=true]").wait_for()
    one.check()
    page = one.go("/me/following/")
    assert "“가로등” · 경기도" in page.inner_text("main")
    one.check()

    # The daily mail for what is new, at once for what became of it.
    page = one.go("/me/notices/settings")
    one.check()
    page.select_option("#id_mail_new", "daily")
    page.select_option("#id_mail_outcome", "now")
    page.locator("main form.notice-settings button[type=submit]").click()
    page.wait_for_load_state()
    assert page.input_value("#id_mail_new") == "daily"
    one.check()

    # The officer moves the item on.
    officer.sign_in("sio.gyeonggi@example.org")
    desk = officer.go(f"/agenda/{item}/stage")
    desk.check("input[name=stage][value=explore]")
    desk.fill("textarea[name=reason]", "주민 이야기를 더 듣고 다시 계획합니다.")
    desk.locator("main form button[type=submit]").last.click()
    desk.wait_for_url(re.compile(rf"/agenda/{item}/?(#.*)?$"))

    # It appears on the page, counted by the bell …
    page = one.go("/")
    page.locator("#bell .bell__count").wait_for()
    page.locator("#bell").click()
    page.wait_for_url("**/me/notices/**")
    unread = page.locator(".notice--unread").first
    assert "소식 받기를 신청하셨습니다" in unread.inner_text()
    one.check()

    # … and by mail, which one click stops without signing in.
    (message, *_rest) = wait_for(lambda: [one for one in letters(address) if one["List-Unsubscribe"]])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and message["Message-ID"]
    stop = message["List-Unsubscribe"].strip(" <>")
    stranger = visitor(language="en", viewport=PHONE)
    shown = stranger.go(urllib.parse.urlsplit(stop).path)
    assert "그만 받으시겠습니까" in shown.inner_text("h1"), "in the language of the mail"
    stranger.check()
    target = one.site.rstrip("/") + urllib.parse.urlsplit(stop).path
    with urllib.request.urlopen(target, b"List-Unsubscribe=One-Click", timeout=20) as answer:
        assert answer.status == 200
    page = one.go("/me/notices/settings")
    assert page.input_value("#id_mail_outcome") == "off"

    # The notice leads to the item and is read.
    page = one.go("/me/notices/")
    page.locator(".notice--unread a").first.click()
    page.wait_for_url(re.compile(rf"/agenda/{item}"))
    assert "주민 이야기를 더 듣고" in page.inner_text("main")
    page = one.go("/me/notices/?unread=on")
    assert page.locator(".notice--unread").count() == 0
    one.check()


def test_on_a_phone_in_english_without_scripts(visitor):
    one = visitor(language="en", viewport=PHONE, script=False)
    one.sign_in(OBIN)
    page = one.go("/me/following/")
    assert "What is new" in page.inner_text("main")
    before = page.locator("main li").count()
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    assert page.locator("main li").count() == before - 1
    page = one.go("/follow/watches?place=41220")
    page.fill("#id_words", "interpreter")
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/me/following/")
    assert "“interpreter”" in page.inner_text("main")
    page = one.go("/me/notices/settings")
    page.fill("#id_quiet_from", "22:00")
    page.locator("main form.notice-settings button[type=submit]").click()
    assert "Give both times, or neither." in page.inner_text("main")
    assert page.input_value("#id_quiet_from") == "22:00", "nothing typed is lost"


def test_pages_on_a_phone(visitor):
    one = visitor(language="en", viewport=PHONE)
    one.sign_in(OBIN)
    for path in ("/me/notices/", "/me/notices/settings", "/me/following/", "/follow/watches", "/places/41220/"):
        one.go(path)
        one.check()
