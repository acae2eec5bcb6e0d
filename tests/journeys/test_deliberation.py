"""An officer opens a deliberation and checks statements; a neighbor votes on the phone, through a tunnel."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
OFFICER = "innovation.suwon@example.org"
QUESTION = "우리 동네 밤길을 어떻게 밝힐까요?"
WORDS = [
    "골목마다 밝은 조명을 달아야 한다", "조명보다 순찰이 더 필요하다", "밤 열한 시 뒤에는 조명을 어둡게 해도 된다",
    "비상벨이 있는 버스 정류장이 늘어야 한다", "조명 예산은 주민이 정해야 한다", "가게 간판도 밤길에 도움이 된다",
]  # fmt: skip


def local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def opened_by_the_office(officer) -> str:
    """Open a deliberation that admits guests on the first agenda item of the office; its address."""
    page = officer.go("/agenda/?place=41110")
    addresses = page.eval_on_selector_all("main a", "all => all.map(one => one.getAttribute('href'))")
    # Another story may have closed the newest item: take the first on which one can be opened.
    for address in dict.fromkeys(one for one in addresses if re.fullmatch(r"/agenda/\d+/", one)):
        page = officer.go(address)
        page.wait_for_selector("#part-explore:not([hx-get])", state="attached")
        if page.locator("a[href*='/deliberations/new']").count():
            break
    page.locator("a[href*='/deliberations/new']").click()
    page.fill("#id_title", QUESTION)
    page.select_option("#id_level", "0")
    page.fill("#id_opens_at", local(datetime.now() - timedelta(days=1)))
    page.fill("#id_closes_at", local(datetime.now() + timedelta(days=9)))
    officer.check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/preparation"))
    page.fill("#own-text", "\n".join(WORDS))
    page.locator("form[action$='/seeds'] button[type=submit]").last.click()
    page.wait_for_load_state()
    officer.check()
    assert page.locator("section[aria-labelledby=chosen-title] li").count() == len(WORDS)
    page.locator("form[action$='/announcement'] button").click()
    page.wait_for_url(re.compile(r"/deliberations/\d+/$"))
    officer.check()
    return re.search(r"/deliberations/\d+/", page.url).group()


def waiting(page) -> int:
    """Answers that are kept on the device."""
    script = "JSON.parse(localStorage.getItem(document.querySelector('[data-voting]').dataset.box) || '[]').length"
    return page.evaluate(script)


def drain(page) -> None:
    """Wait until the site has taken every answer. (The page's policy forbids Playwright's own waiting on a script.)"""
    for _ in range(150):
        if not waiting(page):
            return
        page.wait_for_timeout(100)
    pytest.fail("Answers were not sent.")


def test_from_the_office_through_a_tunnel_to_the_record(visitor):
    officer = visitor(language="ko")
    officer.sign_in(OFFICER)
    address = opened_by_the_office(officer)

    one = visitor(language="ko", viewport=PHONE)
    page = one.go(address)
    one.check()
    page.locator("form[action$='/participation'] button").click()
    page.wait_for_url(re.compile("/voting"))
    one.check()
    count = page.locator("[data-count]")
    assert f"{len(WORDS)}개 중 0개" in count.inner_text()

    # One by thumb, one by key; undone and answered again.
    first = page.locator("[data-text]").inner_text()
    with page.expect_response(re.compile("/lanes/votes")):
        page.locator(".answer--agree").click()
    assert page.locator("[data-text]").inner_text() != first
    page.keyboard.press("2")
    assert f"{len(WORDS)}개 중 2개" in count.inner_text()
    page.locator("[data-undo] button").click()
    assert f"{len(WORDS)}개 중 1개" in count.inner_text()
    one.check()

    # In the tunnel answers wait on the device, and outlast it.
    drain(page)
    one.context.set_offline(True)
    for _ in range(3):
        page.locator(".answer--disagree").click()
    page.locator("[data-state]").filter(has_text="연결이 끊겼습니다").wait_for()
    assert waiting(page) == 3
    one.complaints.clear()  # the browser itself complains of the missing connection
    one.context.set_offline(False)
    drain(page)
    one.complaints.clear()
    page = one.go(address + "voting")
    assert f"{len(WORDS)}개 중 4개" in page.locator("[data-count]").inner_text()

    # The rest, and the end.
    while page.locator("[data-ballot]").is_visible():
        page.locator(".answer--pass").click()
    page.locator("#end-title").wait_for()
    one.check()
    page = one.go(address + "votes")
    assert page.locator(".my-vote").count() == len(WORDS)
    one.check()

    # A statement of one's own waits, until the office has looked at it.
    page = one.go(address + "statements/new")
    page.fill("#id_text", "골목에 조명을 밝게 달아 주면 좋겠다")
    page.locator("#similar mark").first.wait_for()
    one.check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/voting"))
    desk = officer.go(address + "moderation")
    officer.check()
    desk.locator("form[action$='/decision'] button[value=show]").first.click()
    desk.wait_for_load_state()
    assert "골목에 조명을 밝게" in one.go(address + "statements").locator("main").inner_text()


def test_it_works_without_scripts(visitor):
    officer = visitor(language="ko")
    officer.sign_in(OFFICER)
    address = opened_by_the_office(officer)
    one = visitor(language="en", viewport=PHONE, script=False)
    page = one.go(address)
    page.locator("form[action$='/participation'] button").click()
    for done in range(len(WORDS)):
        assert f"{done} of {len(WORDS)}" in page.locator("[data-count]").inner_text()
        page.locator(".answer--agree").click()
        page.wait_for_load_state()
    assert page.locator("#end-title").is_visible()
    page.locator("[data-undo] button").click()
    page.wait_for_load_state()
    assert page.locator(".ballot__text").is_visible()
