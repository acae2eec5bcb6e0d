"""Long work from both sides: who asked for it watches it, who operates the site decides about what failed."""

from __future__ import annotations

import re
import urllib.request

import pytest

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
OFFICER, CITIZEN, ADMIN = "sio.gyeonggi@example.org", "sunim@example.org", "platform@example.org"


def test_an_officer_starts_themes_and_watches_them(visitor):
    """In Korean, wide: the bar follows by itself, the page is fresh when the work is over, the address stays."""
    officer = visitor(language="ko")
    officer.sign_in(OFFICER)
    page = officer.go("/desk/themes/?place=41")
    page.locator("form[action$='/desk/themes/computation'] button, form[action*='computation'] button").first.click()
    page.wait_for_load_state()
    job = page.locator(".job")
    job.wait_for()
    officer.check()
    assert "경기도 주제 계산" in job.inner_text()
    address = job.get_attribute("id").removeprefix("job-")
    # Over: the page was loaded anew by itself and shows themes instead of the bar.
    page.locator(".job").wait_for(state="detached", timeout=90_000)
    assert page.locator(".desk-themes > li").count() > 3
    page = officer.go(f"/jobs/{address}")
    assert page.locator(".job--done").count() == 1
    officer.check()
    page.get_by_role("link", name="결과 보기").click()
    page.wait_for_url(re.compile(r"/desk/themes/\?place=41"))
    stranger = visitor(language="ko")
    stranger.sign_in(CITIZEN)
    assert stranger.page.goto(f"{stranger.site}jobs/{address}").status == 403


def test_an_administrator_decides_about_what_failed(visitor):
    """In English, on a phone: the reason is there; the job runs again and ends well; its owner's page tells so."""
    admin = visitor(language="en", viewport=PHONE)
    admin.sign_in(ADMIN)
    page = admin.go("/operate/jobs/")
    admin.check()
    failure = page.locator(".job-failure").filter(has_text="OperationalError")
    failure.locator("summary").click()
    assert "read_voices" in failure.inner_text()
    admin.check()
    assert page.get_by_text("Worker", exact=False).count() > 0
    failure.get_by_role("button", name="Run it again").click()
    page.wait_for_load_state()
    assert "is back in the queue" in page.inner_text("body")
    for _ in range(60):
        page = admin.go("/operate/jobs/")
        if (
            not page.locator(".job-failure").filter(has_text="OperationalError").count()
            and not page.locator(".job").count()
        ):
            break
        page.wait_for_timeout(1000)
    assert page.locator(".job-failure").filter(has_text="OperationalError").count() == 0
    assert page.locator(".job").count() == 0
    assert "Sign the public record" in page.inner_text("body")


def test_without_scripts_the_page_is_loaded_again(visitor):
    officer = visitor(language="ko", script=False)
    officer.sign_in(OFFICER)
    page = officer.go("/desk/themes/?place=41")
    page.locator("form[action*='computation'] button").first.click()
    page.wait_for_load_state()
    for _ in range(60):
        if not page.locator(".job").count():
            break
        assert page.locator(".job noscript").count() == 1
        page.wait_for_timeout(1500)
        page = officer.go("/desk/themes/?place=41")
    assert page.locator(".job").count() == 0


def test_machines_ask_without_a_session(site):
    for path, expected in (("healthz", b"ok"), ("readyz", b'"ready": true'), ("metrics", b"madang_workers")):
        with urllib.request.urlopen(site + path, timeout=10) as answer:
            assert expected in answer.read()
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
