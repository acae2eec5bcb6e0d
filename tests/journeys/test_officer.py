"""Officials at work: judging, taking up, scoring, routing, answering, hiding; and what the public then reads."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
GYEONGGI, SEOUL, SUWON = "sio.gyeonggi@example.org", "sio.seoul@example.org", "innovation.suwon@example.org"
FAIR, ACCESS = "fair.gyeonggi@example.org", "expert.access@example.org"


def test_near_duplicates_are_merged_and_the_merge_undone(visitor):
    one = visitor(language="ko")
    one.sign_in(GYEONGGI)
    page = one.go("/desk/")
    one.check()
    page = one.go("/desk/groups/")
    one.check()
    page.locator(".list__title a").first.click()
    page.wait_for_url(re.compile(r"/desk/groups/\d+/"))
    one.check()
    group = page.url
    voices = [link.get_attribute("href") for link in page.locator("main a[href^='/proposals/']").all()]
    page.locator("main form button[type=submit]:not([formaction])").first.click()
    page.locator("input[name=_method][value=DELETE]").wait_for(state="attached")
    one.check()
    merged = []
    for path in dict.fromkeys(voices):
        page = one.go(path)
        merged += [path] if page.locator(".alert--information a[href^='/proposals/']").count() else []
    assert merged, "the others lead to the one that stands"
    one.check()
    page.goto(group)
    page.locator("form:has(input[name=_method][value=DELETE]) button[type=submit]").last.click()
    page.wait_for_load_state()
    assert one.go(merged[0]).locator(".alert--information a[href^='/proposals/']").count() == 0


def test_a_theme_becomes_an_agenda_item_with_its_voices(visitor):
    """Promoted, routed with reasons, handed back with a reason; the thread tells each with office, day and reason."""
    officer = visitor(language="ko")
    officer.sign_in(GYEONGGI)
    page = officer.go("/desk/themes/?place=41")
    officer.check()
    page.locator("a[href*='promotion?theme=']").first.click()
    page.wait_for_url("**/desk/promotion**")
    officer.check()
    page.fill("#id_title", "함께 쓰는 저녁 돌봄")
    page.fill("#id_reason", "여러 시군에서 같은 말이 올라왔습니다.")
    page.check("input[name=field][value=living_culture]")
    page.locator("main form .form__actions button").first.click()
    page.wait_for_url(re.compile(r"/agenda/\d+/"))
    officer.check()
    assert "여러 시군에서 같은 말이 올라왔습니다." in page.inner_text("#record")
    assert page.locator("#voices .card--voice").count() >= 2
    number = re.search(r"/agenda/(\d+)/", page.url)[1]

    # The job that suggests runs every minute; the suggestion arrives with its reasons, and the officer asks an office.
    for _ in range(300):
        page = officer.go(f"/routing/{number}/")
        if page.locator(".candidate--first .pairs li").count():
            break
        page.wait_for_timeout(700)
    assert page.locator(".candidate--first .pairs li").count() >= 1, "a suggestion comes with its reasons"
    assert page.locator(".verdict__n").inner_text().count("n = ") == 3
    officer.check()
    choice = page.locator("#assign select option", has_text="공정경제과").first
    page.select_option("#assign select", choice.get_attribute("value"))
    page.fill("#assign textarea", "거래 조건을 다루는 업무가 이 과의 분장사무에 있습니다.")
    page.locator("#assign button").last.click()
    page.wait_for_url(f"**/routing/{number}/**")
    officer.check()

    # The department hands it back with its reason, which stands on the public thread.
    staff = visitor(language="ko", viewport=PHONE)
    staff.sign_in(FAIR)
    theirs = staff.go("/routing/")
    staff.check()
    assert theirs.locator(f"a[href^='/routing/{number}/']").count() >= 1
    theirs = staff.go(f"/routing/{number}/")
    staff.check()
    theirs.fill("#answer textarea", "돌봄은 우리 과의 업무가 아닙니다.")
    theirs.locator("#answer button[value=hand_back]").click()
    theirs.wait_for_url(f"**/routing/{number}/**")
    staff.check()
    reader = visitor(language="en")
    public = reader.go(f"/agenda/{number}/")
    assert "돌봄은 우리 과의 업무가 아닙니다." in public.inner_text("main")
    reader.check()
    reader.go(f"/routing/{number}/")
    reader.check()

    # Asked again, another office accepts and owns the item.
    page = officer.go(f"/routing/{number}/")
    choice = page.locator("#assign select option", has_text="노인복지과").first
    page.select_option("#assign select", choice.get_attribute("value"))
    page.fill("#assign textarea", "어르신 돌봄 업무를 맡고 있습니다.")
    page.locator("#assign button").last.click()
    page.wait_for_load_state()
    other = visitor(language="ko")
    other.sign_in("elder.gyeonggi@example.org")
    theirs = other.go(f"/routing/{number}/")
    theirs.fill("#answer textarea", "우리 과가 맡겠습니다.")
    theirs.locator("#answer button[value=accept]").click()
    theirs.wait_for_load_state()
    other.check()
    assert "Senior Welfare Division" in reader.go(f"/agenda/{number}/").inner_text("aside")


def test_two_raters_and_the_spread_between_them(visitor):
    """A mean alone would hide that people disagree: the dots, n and the disagreement stand beside it."""
    numbers = None
    for email, value in ((SEOUL, "1"), (ACCESS, "5")):
        rater = visitor(language="ko", viewport=PHONE if value == "5" else None)
        rater.sign_in(email)
        page = rater.go("/agenda/?place=11&stage=explore")
        page.locator("main a", has_text="학교의 저녁").first.click()
        page.wait_for_url(re.compile(r"/agenda/\d+/"))
        rater.go(re.sub(r"^https?://[^/]+", "", page.url) + "scores")
        rater.check()
        for group in page.locator("input[type=radio][value='1']").all():
            page.check(f"input[name={group.get_attribute('name')}][value='{value}']")
        page.locator("main form .form__actions button").last.click()
        page.wait_for_url("**/scores")
        rater.check()
        numbers = page.locator(".agenda-spread").first.inner_text()
    found = re.search(r"n = (\d+)", numbers)
    assert found and int(found[1]) >= 2, numbers
    assert re.search(r"\d[.,]\d\d", numbers), numbers
    reader = visitor(language="en", viewport=PHONE)
    reader.go(re.sub(r"^https?://[^/]+", "", page.url))
    reader.check()


def test_what_is_hidden_leaves_its_reason(visitor):
    officer, reader = visitor(language="ko"), visitor(language="en", viewport=PHONE)
    officer.sign_in(SUWON)
    page = officer.go("/proposals/?place=41110&order=newest")
    path = page.locator("article.card--voice a[href^='/proposals/']").last.get_attribute("href")
    title = officer.go(path).locator("h1").inner_text()
    page = officer.go("/desk/voices/" + path.strip("/").split("/")[1] + "/hiding")
    officer.check()
    page.locator("input[type=radio], select[name=why]").first.wait_for()
    if page.locator("select[name=why]").count():
        page.locator("select[name=why]").select_option(index=1)
    else:
        page.locator("input[name=why]").first.check()
    page.fill("[name=words]", "개인을 겨냥한 글입니다.")
    page.locator("main form .form__actions button").first.click()
    page.wait_for_url(f"**{path}")
    officer.check()
    public = reader.go(path)
    assert title not in public.inner_text("body") and "개인을 겨냥한 글입니다." in public.inner_text("main")
    reader.check()
    page = officer.go("/desk/voices/" + path.strip("/").split("/")[1] + "/hiding")
    page.locator("form:has(input[value=DELETE]) button").last.click()
    page.wait_for_url(f"**{path}")
    assert title in reader.go(path).inner_text("main")


def test_the_desk_of_a_department_on_a_phone(visitor):
    """Staff see what waits for an answer, and nothing that they may not decide."""
    one = visitor(language="en", viewport=PHONE)
    one.sign_in(FAIR)
    page = one.go("/desk/")
    one.check()
    assert page.locator("a[href='/desk/groups/']").count() == 0
    one.go("/desk/?tab=due")
    one.check()
    response = page.goto(one.site + "desk/groups/")
    assert response.status == 403
    one.complaints.clear()  # the browser itself tells of the 403
    one.check()
