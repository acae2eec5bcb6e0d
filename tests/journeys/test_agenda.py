"""One item on its way: what a step needs, another city that takes part, the province that answers, a merger and its end;
and the citizen who follows it hears of each.
"""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
GYEONGGI, SUWON, CITIZEN = "sio.gyeonggi@example.org", "innovation.suwon@example.org", "dayul@example.org"


def number_of(visitor, title: str) -> str:
    """The number of an item, found by the search over everything."""
    page = visitor.go(f"/search/?kind=agenda&q={title}")
    visitor.check()
    page.locator(".list__title a").first.click()
    page.wait_for_url(re.compile(r"/agenda/\d+/"))
    return re.search(r"/agenda/(\d+)/", page.url)[1]


def send(page, form: str = "main form") -> None:
    page.locator(f"{form} .form__actions button").first.click()
    page.wait_for_load_state()


def test_an_item_between_governments(visitor):
    citizen = visitor(language="ko", viewport=PHONE)
    citizen.sign_in(CITIZEN)
    number = number_of(citizen, "공장 문 앞에")
    page = citizen.page
    if page.locator(".agenda-tools button", has_text="소식 받기").count():
        page.locator(".agenda-tools button", has_text="소식 받기").first.click()
        page.wait_for_load_state()
    citizen.go(f"/agenda/{number}/")
    citizen.check()

    # What stands behind it suffices for planning; practice needs an owner, and the page leads to where one is asked.
    officer = visitor(language="ko")
    officer.sign_in(GYEONGGI)
    page = officer.go(f"/agenda/{number}/stage")
    officer.check()
    if page.locator("input[name=stage][value=plan]").count():
        page.check("input[name=stage][value=plan]")
        page.fill("#id_reason", "현장 조사가 끝나 계획을 세웁니다.")
        send(page)
        page.wait_for_url(f"**/agenda/{number}/")
    page = officer.go(f"/agenda/{number}/stage")
    missing = page.locator(".agenda-rule--missing")
    assert missing.count() >= 1 and missing.locator(f"a[href='/routing/{number}/']").count() == 1
    page.check("input[name=stage][value=practice]")
    page.fill("#id_reason", "서둘러 시작합니다.")
    send(page)
    assert page.locator(".alert--danger").count() == 1
    assert page.input_value("#id_reason") == "서둘러 시작합니다.", "what was typed is kept"
    officer.complaints.clear()  # the browser itself notes that the answer was a refusal
    officer.check()

    # Suwon is asked to take part; its officer finds that at the desk and accepts.
    page = officer.go(f"/agenda/{number}/partners")
    page.locator("summary", has_text="공동 추진 요청하기").click()
    page.select_option("#id_invitation-place", "41110")
    page.fill("#id_invitation-reason", "수원의 산업단지에서도 같은 일이 있었습니다.")
    send(page, "form:has(#id_invitation-place)")
    officer.check()
    assert "수원의 산업단지에서도" in page.inner_text("main")
    partner = visitor(language="en", viewport=PHONE)
    partner.sign_in(SUWON)
    theirs = partner.go("/agenda/desk/")
    partner.check()
    theirs.locator(f"a[href^='/agenda/{number}/partners']").first.click()
    theirs.wait_for_load_state()
    theirs.locator(".agenda-answer input[value=accept]").first.check()
    theirs.locator(".agenda-answer textarea").first.fill("함께 살피겠습니다.")
    send(theirs, ".agenda-answer")
    partner.check()
    listed = visitor(language="en", viewport=PHONE)
    assert listed.go("/agenda/?place=41110").locator(f"a[href='/agenda/{number}/']").count() == 1
    listed.check()

    # An item of Suwon goes before the province, which takes part in it.
    own = number_of(partner, "열린 도서관")
    theirs = partner.go(f"/agenda/{own}/referral")
    partner.check()
    theirs.fill("#id_reason", "야간 개관의 인건비는 시만으로 감당하기 어렵습니다.")
    send(theirs)
    partner.check()
    page = officer.go("/agenda/desk/")
    officer.check()
    page.locator(f"a[href='/agenda/{own}/referral']").first.click()
    page.wait_for_load_state()
    page.check("input[name=answer-outcome][value=joint]")
    page.fill("#id_answer-reason", "도가 인건비 일부를 함께 부담하는 방안을 찾겠습니다.")
    send(page, "form:has(#id_answer-reason)")
    officer.check()
    assert "도가 인건비 일부를" in listed.go(f"/agenda/{own}/").inner_text("#record")
    listed.check()

    # Merged into another item, it says where it went; undone, it stands where it stood.
    page = officer.go(f"/agenda/{number}/merger?q=기계 옆에")
    officer.check()
    page.locator("input[name=target]").first.check()
    page.fill("#id_reason", "한자리에서 살핍니다.")
    send(page, "form:has(#id_reason)")
    page.wait_for_url(f"**/agenda/{number}/")
    assert page.locator(".page-head .alert--information a[href^='/agenda/']").count() == 1
    officer.check()
    page = officer.go(f"/agenda/{number}/merger")
    officer.check()
    page.fill("#id_reason", "알아보니 다른 문제였습니다.")
    send(page, "form:has(#id_reason)")
    assert page.locator(".page-head .alert--information").count() == 0

    # The citizen heard of the stage and of the merger.
    told = citizen.go("/me/notices/").text_content("main")
    assert "공장 문 앞에" in told and "합쳤습니다" in told
    citizen.check()


def test_what_is_new_for_programs(visitor):
    """The feed of a narrowed list, and a calendar of one's own under a secret address that ends when one says so."""
    reader = visitor(language="en")
    page = reader.go("/agenda/?place=41")
    reader.check()
    address = page.locator("nav.feed-links a", has_text="Atom").get_attribute("href")
    assert page.locator("link[rel=alternate][type='application/atom+xml']").get_attribute("href") == address
    feed = page.request.get(reader.site + address.lstrip("/"))
    assert feed.ok and feed.text().count("<entry>") >= 5 and "place=41" in address
    again = page.request.get(reader.site + address.lstrip("/"), headers={"If-None-Match": feed.headers["etag"]})
    assert again.status == 304
    reader.go("/feeds/")
    reader.check()
    citizen = visitor(language="ko", viewport=PHONE)
    citizen.sign_in(CITIZEN)
    page = citizen.go("/feeds/mine")
    citizen.check()
    page.locator("form[action='/feeds/mine'] button").click()
    page.wait_for_load_state()
    citizen.check()
    secret = page.input_value("#address")
    stranger = visitor(language="ko")
    assert stranger.page.request.get(secret).text().startswith("BEGIN:VCALENDAR")
    page.locator("form[action='/feeds/mine/revocation'] button").click()
    page.wait_for_load_state()
    assert stranger.page.request.get(secret).status == 404
