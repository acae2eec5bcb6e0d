"""A citizen signs up, writes, supports, comments, changes, withdraws; and hears what became of an idea."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from PIL import Image

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
SUNIM, DAYUL, OBIN = "sunim@example.org", "dayul@example.org", "obin@example.org"


def picture() -> dict[str, object]:
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), "#2f6f5e").save(stream, "PNG")
    return {"name": "정류장.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def sign_up(one, name: str) -> str:
    """Become a citizen; returns the address."""
    address = f"{uuid.uuid4().hex[:10]}@example.org"
    page = one.go("/accounts/signup/")
    one.check()
    page.fill("input[name=email]", address)
    page.fill("input[name=display_name]", name)
    page.fill("input[name=password1]", "sae-madang-2026")
    page.check("input[name=of_age]")
    page.select_option("select[name=home]", label="시흥시")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/(?!accounts)"))
    return address


def test_a_new_citizen_from_signing_up_to_withdrawing(visitor):
    """One proposal's whole life in its writer's hands."""
    one = visitor(language="ko")
    sign_up(one, "새로 온 이웃")
    page = one.go("/proposals/new")
    one.check()

    # While typing, similar ones appear with the words both share; one of them is supported from there.
    page.fill("#id_title", "버스정류장에 그늘막을 놓아 주세요")
    page.type("#id_body", "여름에 어르신들이 버스정류장 땡볕에서 기다립니다. 그늘막이나 의자가 필요합니다.", delay=2)
    row = page.locator("#similar .list__item").first
    row.wait_for()
    assert row.locator(".shared mark").count() >= 1
    button = page.locator("#similar [aria-pressed=false]").first
    supported = button.get_attribute("formaction")
    with page.expect_response(re.compile("/support")):
        button.click()
    page.locator(f"#similar [formaction='{supported}'][aria-pressed=true]").wait_for()
    assert page.input_value("#id_title"), "supporting must not lose what was typed"
    one.check()

    # The line breaks; what was typed after that survives a reload.
    one.context.set_offline(True)
    page.type("#id_body", " 비가 와도 젖지 않게요.", delay=2)
    page.locator("[data-draft-note][data-state=offline]").wait_for()
    one.complaints[:] = [text for text in one.complaints if "ERR_INTERNET_DISCONNECTED" not in text]
    one.context.set_offline(False)
    page.reload()
    page.wait_for_function("document.querySelector('#id_body').value.includes('젖지 않게요')")
    assert page.input_value("#id_title") == "버스정류장에 그늘막을 놓아 주세요"

    page.select_option("select[name=place]", "41390")
    page.set_input_files("input[name=image_1]", picture())
    page.fill("input[name=alt_1]", "그늘이 없는 정류장")
    page.locator("#proposal-form .form__actions button:not([name])").click()
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    address = page.url.partition("#")[0]
    one.check()
    image = page.locator("main img[alt='그늘이 없는 정류장']")
    assert image.evaluate("one => one.complete && one.naturalWidth") > 0
    one.go("/proposals/new")
    assert page.input_value("#id_title") == "", "the draft ends with the publication"

    # The new proposal is found at once, by another form of its words.
    page = one.go("/proposals/?q=" + "정류장의 그늘막이 젖지")
    assert page.locator(f".results a[href='{address[address.index('/proposals/') :]}']").count() == 1
    one.check()

    page.goto(address + "edit")
    one.check()
    page.fill("#id_title", "버스정류장에 그늘막과 의자를 놓아 주세요")
    page.locator("main form button[type=submit]:not([name])").last.click()
    page.wait_for_url(address)
    page.locator("a[href$='/history']").first.click()
    page.wait_for_url("**/history")
    assert page.locator("ins").count() >= 1
    one.check()

    # Others speak; support is given and taken back.
    other = visitor(language="en", viewport=PHONE)
    other.sign_in(OBIN)
    theirs = other.go(address.removeprefix(other.site))
    other.check()
    assert theirs.locator("#support-button").get_attribute("aria-pressed") == "false"
    theirs.locator("#support-button").click()
    theirs.locator("#support-button[aria-pressed=true]").wait_for()
    theirs.fill("#comment textarea", "I wait there every morning. A bench, please.")
    theirs.locator("#comment button[type=submit]").click()
    theirs.wait_for_url(re.compile("#comment-"))
    assert "A bench, please." in theirs.inner_text("#comments")
    other.check()
    theirs.locator("#support-button").click()
    theirs.locator("#support-button[aria-pressed=false]").wait_for()
    other.check()

    page.goto(address)
    page.locator(".remarks a[href*='reply=']").first.click()
    page.fill("#reply textarea", "고맙습니다. 의자도 넣었습니다.")
    page.locator("#reply button[type=submit]").click()
    page.wait_for_url(re.compile("#comment-"))
    assert page.locator(".remarks .remarks .remark").count() == 1
    one.check()

    page.goto(address + "withdrawal")
    one.check()
    page.locator("main form").filter(has=page.locator("button[type=submit]")).last.locator(
        "button[type=submit]"
    ).click()
    page.wait_for_url(address)
    one.check()
    theirs.goto(address)
    assert "젖지 않게요" not in theirs.inner_text("main") and "A bench, please." not in theirs.inner_text("main")
    other.check()
    page = one.go("/proposals/?q=" + "정류장의 그늘막이 젖지")
    assert page.locator(f".results a[href='{address[address.index('/proposals/') :]}']").count() == 0


def test_without_javascript(visitor):
    """Plain forms and links: sign in, write, look for similar ones, support one, publish."""
    one = visitor(language="ko", viewport=PHONE, script=False)
    one.sign_in(DAYUL)
    page = one.go("/proposals/new")
    page.fill("#id_title", "도서관을 밤까지 열어 주세요")
    page.fill("#id_body", "퇴근하면 도서관이 닫혀 있습니다. 평일 밤 열 시까지 열어 주세요.")
    page.locator("button[name=check]").click()
    page.wait_for_load_state()
    assert page.locator("#similar .list__item").count() >= 1
    assert page.input_value("#id_title") == "도서관을 밤까지 열어 주세요"
    button = page.locator("#similar [aria-pressed=false]").first
    path = button.get_attribute("formaction")
    with page.context.expect_page() as opened:
        button.click()
    supported = opened.value
    supported.wait_for_load_state()
    assert (
        path.removesuffix("/support") in supported.url
        and supported.locator("#support-button[aria-pressed=true]").count() == 1
    )
    supported.locator("#support-button").click()
    supported.wait_for_load_state()
    assert supported.locator("#support-button[aria-pressed=false]").count() == 1
    supported.close()
    page.select_option("select[name=place]", "41390")
    page.locator("#proposal-form .form__actions button:not([name])").click()
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    assert page.locator("h1").inner_text() == "도서관을 밤까지 열어 주세요"
    page.locator(".menu--site > summary").click()
    assert page.locator(".menu--site .menu__panel a").first.is_visible(), "the menu opens without a script"


def test_what_is_typed_before_signing_in_is_kept(visitor):
    one = visitor(language="en")
    page = one.go("/proposals/")
    page.locator("article.card--voice a").first.click()
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    one.check()
    page.locator("#support").click()
    page.wait_for_url("**/accounts/login/**")
    one.check()
    page.fill("input[name=login]", SUNIM)
    page.fill("input[name=password]", "madang-demo-2026")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    assert page.locator("#support-button, p#support").count() == 1


def test_by_keyboard_alone(visitor):
    """The skip link, the phone's menu, and a support, without a pointer."""
    one = visitor(language="ko", viewport=PHONE)
    one.sign_in(SUNIM)
    page = one.go("/proposals/?order=newest")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.locator(".skip-links a").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    summary = page.locator(".menu--site > summary")
    one.go("/proposals/?order=supported")
    for _ in range(30):
        page.keyboard.press("Tab")
        if summary.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    assert page.locator(".menu--site[open] .menu__panel a").first.is_visible()
    one.check()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.menu__panel')")
    page.keyboard.press("Escape")
    assert page.locator(".menu--site[open]").count() == 0
    assert summary.evaluate("one => one === document.activeElement")

    page.locator("article.card--voice a").nth(2).press("Enter")
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    button = page.locator("#support-button")
    before = button.get_attribute("aria-pressed")
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    outline = button.evaluate("one => getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow")
    assert outline != "nonenone", "the focus is seen"
    page.keyboard.press("Space")
    after = "false" if before == "true" else "true"
    page.locator(f"#support-button[aria-pressed={after}]").wait_for()
    assert button.evaluate("one => one === document.activeElement"), "the focus stays on the button"
    one.check()


def test_an_author_reads_what_became_of_an_idea(visitor):
    """An office answers; the author sees a notice, and it leads to the answer."""
    author, officer = visitor(language="ko", viewport=PHONE), visitor(language="ko")
    sign_up(author, "기다리는 사람")
    page = author.go("/proposals/new")
    page.fill("#id_title", "육교에 승강기를 놓아 주세요")
    page.fill("#id_body", "유모차와 휠체어가 건너지 못합니다.")
    page.select_option("select[name=place]", "41110")
    page.locator("#proposal-form .form__actions button:not([name])").click()
    page.wait_for_url(re.compile(r"/proposals/\d+/"))
    number = re.search(r"/proposals/(\d+)/", page.url)[1]

    officer.sign_in("innovation.suwon@example.org")
    desk = officer.go(f"/desk/voices/{number}/answer")
    officer.check()
    desk.fill("textarea[name=body]", "2027년 예산에 설계비를 넣겠습니다.")
    desk.locator("main form button[type=submit]").last.click()
    desk.wait_for_url(f"**/proposals/{number}/**")
    assert "설계비" in desk.inner_text("main")
    officer.check()

    page = author.go("/me/")
    author.check()
    for _ in range(20):
        page = author.go("/me/notices/")
        if page.locator(".list__item a").count():
            break
        page.wait_for_timeout(500)
    author.check()
    page.locator(".list__item a", has_text="승강기").first.click()
    page.wait_for_url(f"**/proposals/{number}/**")
    assert "설계비" in page.inner_text("main")
    author.check()
