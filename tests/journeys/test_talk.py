"""Neighbors talk: comment, answer, correct, report; an officer hides by a rule, another shows again; words are amended."""

from __future__ import annotations

import re

import pytest

from tests.journeys.test_citizen import sign_up

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
OFFICER, ABOVE, ADMIN = "innovation.suwon@example.org", "sio.gyeonggi@example.org", "admin.suwon@example.org"


def send(page, where: str, words: str) -> None:
    """Write a comment or a reply; before the first words the rules are accepted."""
    page.fill(f"{where} textarea", words)
    if page.locator(f"{where} input[name=conduct]").count():
        page.locator(f"{where} input[name=conduct]").check()
    page.locator(f"{where} button[type=submit]").last.click()
    page.wait_for_url(re.compile("#comment-"))


def propose(page) -> str:
    page.fill("#id_title", "골목 쉼터에 등받이 의자를 놓아 주세요")
    page.fill("#id_body", "골목 쉼터에 앉을 곳이 없습니다. 등받이가 있는 의자를 놓아 주세요. 어르신이 많습니다.")
    page.select_option("select[name=place]", "41110")
    page.locator("#proposal-form .form__actions button:not([name])").click()
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    return re.search(r"/proposals/\d+/", page.url)[0]


def test_from_a_first_comment_to_an_appeal_and_an_amendment(visitor):
    """One discussion, everything that can happen in it."""
    writer, neighbor = visitor(language="ko"), visitor(language="en", viewport=PHONE)
    sign_up(writer, "글쓴이")
    proposal = propose(writer.go("/proposals/new"))

    # A citizen comments on a phone, in English; what was typed stays where the box was not ticked.
    neighbor.sign_in("obin@example.org")
    theirs = neighbor.go(proposal)
    neighbor.check()
    send(theirs, "#comment", "My father would use it every day. **Please** put it in the shade.")
    assert theirs.locator(".remark__text strong", has_text="Please").count() == 1
    neighbor.check()

    # The writer answers, naming the neighbor by the list, and finds the comment helpful.
    page = writer.go(proposal)
    page.locator(".remark button.remark__helpful").first.click()
    page.locator(".remark button.remark__helpful[aria-pressed=true]").wait_for()
    page.locator(".remark__do > a", has_text="답글").first.click()
    page.locator("#reply textarea").wait_for()
    writer.check()
    page.locator("#reply textarea").press_sequentially("@오빈", delay=30)
    page.locator(".names [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#reply textarea").press_sequentially("님 고맙습니다. 그늘에 놓자고 적겠습니다.")
    page.locator("#reply button[type=submit]").click()
    page.wait_for_url(re.compile("#comment-"))
    assert page.locator(".remarks .remarks .mention", has_text="오빈").count() == 1
    writer.check()

    # The neighbor corrects the first words; what they said before can be read.
    neighbor.go(proposal)
    theirs.locator(".remark__menu summary").first.click()
    theirs.locator(".remark__menu a", has_text="Change").first.click()
    neighbor.check()
    theirs.fill("main textarea", "My father would use it every single day. Please put it in the shade.")
    theirs.locator("main form button[type=submit]").last.click()
    theirs.wait_for_url(re.compile("#comment-"))
    theirs.locator(".remark__by a", has_text="edited").first.click()
    assert theirs.locator(".changes ins").count() >= 1
    neighbor.check()

    # Somebody reports it; the officer hides it by a rule; the reason stands in its place.
    reporter = visitor(language="ko")
    sign_up(reporter, "신고하는 이")
    page = reporter.go(proposal)
    page.locator(".remark__menu summary").first.click()
    page.locator(".remark__menu a", has_text="신고").first.click()
    reporter.check()
    page.locator("input[name=category][value=off_topic]").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(proposal))
    officer = visitor(language="ko")
    officer.sign_in(OFFICER)
    desk = officer.go("/talk/cases/")
    officer.check()
    desk.locator(".list__item a", has_text="My father would use it").first.click()
    desk.wait_for_url(re.compile(r"/talk/cases/\d+/"))
    case = re.search(r"/talk/cases/\d+/", desk.url)[0]
    officer.check()
    desk.locator("input[name=outcome][value=hide]").check()
    desk.select_option("select[name=rule]", "3")
    desk.fill("textarea[name=reason]", "광고로 보입니다.")
    desk.locator("#decide button[type=submit]").click()
    desk.wait_for_url("**/talk/cases/")
    page = reporter.go(proposal)
    assert "광고로 보입니다." in page.inner_text("#comments")
    assert "every single day" not in page.inner_text("#comments")
    reporter.check()

    # Its writer appeals; the officer who decided is not offered the appeal; the place above shows it again.
    neighbor.go(case)
    neighbor.check()
    theirs.fill("#decide textarea", "I only spoke about my father. It advertises nothing.")
    theirs.locator("#decide button[type=submit]").click()
    theirs.wait_for_load_state()
    officer.go(case)
    assert desk.locator("#decide").count() == 0
    above = visitor(language="ko")
    above.sign_in(ABOVE)
    judge = above.go(case)
    above.check()
    judge.locator("input[name=outcome][value=overturned]").check()
    judge.fill("textarea[name=reason]", "가족의 이야기이며 광고가 아닙니다.")
    judge.locator("#decide button[type=submit]").click()
    judge.wait_for_url("**/talk/cases/")
    assert "every single day" in reporter.go(proposal).inner_text("#comments")

    # The neighbor suggests other words; the writer sees the difference and takes them over.
    neighbor.go(proposal)
    theirs.locator("a[href$='/amendments/new']").click()
    neighbor.check()
    body = theirs.input_value("textarea[name=body]")
    theirs.fill("textarea[name=body]", body.replace("의자를 놓아", "의자를 그늘에 놓아"))
    theirs.fill("textarea[name=reason]", "In July nobody sits in the sun.")
    theirs.locator("main form button[type=submit]").last.click()
    theirs.wait_for_url(re.compile(r"/talk/amendments/\d+/"))
    neighbor.check()
    page = writer.go(re.search(r"/talk/amendments/\d+/", theirs.url)[0])
    assert "그늘에" in page.locator(".changes ins").first.inner_text()
    writer.check()
    page.locator("form[action$='/acceptance'] button").click()
    page.wait_for_url(re.compile(proposal))
    assert "의자를 그늘에 놓아" in page.inner_text("main")
    page = writer.go(f"{proposal}history")
    assert "오빈" in page.inner_text("main")
    writer.check()


def test_rules_and_figures_for_everybody(visitor):
    """The rules of a place, a new version by its officer, and what moderation did."""
    one = visitor(language="en", viewport=PHONE)
    one.go("/talk/conduct/41110/")
    one.check()
    one.go("/talk/transparency")
    one.check()
    administrator = visitor(language="ko")
    administrator.sign_in(ADMIN)
    page = administrator.go("/talk/conduct/41110/edition")
    administrator.check()
    page.fill("textarea[name=ko]", page.input_value("textarea[name=ko]") + "\n서로 이름 뒤에 ‘님’을 붙입니다.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/talk/conduct/41110/")
    assert "서로 이름 뒤에" in page.inner_text("main")
    administrator.check()


def test_without_a_script_and_with_another_order(visitor):
    one = visitor(language="ko", viewport=PHONE, script=False)
    one.sign_in("sunim@example.org")
    page = one.go("/agenda/")
    page.locator("main a[href^='/agenda/']", has_text="내 말로 묻고").first.click()
    page.wait_for_load_state()
    page.locator("#talk a[href^='/talk/subjects/']").click()
    page.wait_for_load_state()
    page.locator(".talk__orders a", has_text="도움순").click()
    page.wait_for_load_state()
    assert page.locator(".remark").count() >= 1
    send(page, "#comment", "안내문을 큰 글씨로도 주세요.")
    assert page.locator(".remark__text", has_text="큰 글씨로도").count() == 1
