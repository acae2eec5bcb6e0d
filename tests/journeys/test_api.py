"""A program of one's own: a token made and used and ended; an address that is told what happens.

Korean on a wide screen; then English on a phone.
"""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from tests.journeys.conftest import PASSWORD, PHONE

pytestmark = pytest.mark.journey
CITIZEN = "sunim@example.org"


class Program(ThreadingHTTPServer):
    """Somebody's program that listens."""

    def __init__(self):
        self.got = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler):  # noqa: N805
                body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
                self.got.append((dict(handler.headers), body))
                handler.send_response(204)
                handler.end_headers()

            def log_message(handler, *args):  # noqa: N805
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def program():
    server = Program()
    yield server
    server.shutdown()
    server.server_close()


def send(page, name: str) -> None:
    """Press a button of the page itself and wait for the next page; where it asks again, say yes."""
    button = page.locator("main").get_by_role("button", name=name, exact=False).first
    if button.evaluate("button => Boolean(button.form?.dataset.confirm)"):
        button.click()
        button = page.locator("dialog[open] [data-confirm-yes]")
    with page.expect_navigation():
        button.click()


def sure_of_oneself(page) -> None:
    """Give the password again where the site asks for it."""
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()


def call(site, path, secret="", **options):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return httpx.request(options.pop("method", "GET"), f"{site}api/v1/{path}", headers=headers, timeout=20, **options)


def test_a_token_is_made_used_and_ended(visitor, site):
    one = visitor(language="ko")
    one.sign_in(CITIZEN)
    page = one.go("/api/docs")
    page.locator("#addProposal summary").click()
    one.check()
    page.get_by_role("link", name="토큰 만들기").first.click()
    page.wait_for_load_state()
    one.check()
    one.go("/me/tokens/new")
    sure_of_oneself(page)
    one.check()
    page.fill("input[name=name]", "통계 수집기")
    page.check("input[value='write:proposals']")
    send(page, "토큰 만들기")
    one.check()
    secret = re.search(r"mdg_[\w-]{43}", page.locator("#token").inner_text()).group()
    me = call(site, "me", secret).json()
    assert me["scopes"] == ["read", "write:proposals"] and me["name"]
    words = {
        "title": "야간 어린이 열람실을 열어 주세요",
        "body": "맞벌이 가정이 저녁에 갈 곳이 없습니다.",
        "place": "41110",
    }
    made = call(site, "proposals", secret, method="POST", json=words)
    assert made.status_code == 201
    one.go(made.json()["url"])
    assert "야간 어린이 열람실" in page.locator("h1").inner_text()
    taken = call(site, f"proposals/{made.json()['id']}/withdrawal", secret, method="PUT", json={"reason": "시험"})
    assert taken.json()["status"] == "withdrawn"
    one.go("/me/tokens/")
    assert "통계 수집기" in page.locator("main").inner_text()
    send(page, "폐기")
    one.check()
    assert call(site, "me", secret).status_code == 401


def test_an_address_is_told_what_happens(visitor, site, program):
    one = visitor(language="en", viewport=PHONE)
    one.sign_in(CITIZEN)
    page = one.go("/me/webhooks/")
    one.check()
    one.go("/me/webhooks/new")
    one.check()
    page.fill("input[name=name]", "Reading room")
    page.fill("input[name=url]", "https://10.0.0.1/hook")
    send(page, "Subscribe")
    assert "not on the public internet" in page.locator("main").inner_text()
    one.complaints.clear()  # the browser notes the 422 that is meant
    page.fill("input[name=url]", f"http://127.0.0.1:{program.server_port}/hook")
    send(page, "Subscribe")
    one.check()
    secret = page.locator(".secret code").inner_text()
    page.get_by_role("link", name="I have copied it").click()
    page.wait_for_load_state()
    send(page, "Send a test")
    one.check()
    until = time.monotonic() + 150
    while not program.got and time.monotonic() < until:
        time.sleep(1)
    headers, body = program.got[0]
    Webhook(secret).verify(body, headers)
    assert json.loads(body)["type"] == "ping"
    page.wait_for_timeout(1500)
    page.reload()
    assert "Delivered" in page.locator("main").inner_text()
    one.check()
    send(page, "Remove")
    assert "removed" in page.locator("body").inner_text()
