"""A person comes, makes the account sure, shows what they choose, takes a copy along, and thinks better of leaving.

Korean on a wide screen; then English on a phone, by a passkey.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import re
import struct
import time
import uuid
import zipfile
from base64 import b32decode
from pathlib import Path

import pytest

pytestmark = pytest.mark.journey
PHONE = {"width": 360, "height": 780}
SECRET = "sae-madang-2026"


def mail_to(folder: Path, address: str) -> str:
    """The text of the last mail to an address, from the files into which the demo writes its mails."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for path in sorted(folder.glob("*.log"), key=lambda one: one.stat().st_mtime, reverse=True):
            for part in reversed(path.read_bytes().split(b"\n" + b"-" * 79)):
                message = email.message_from_bytes(part.strip(), policy=email.policy.default)
                if message["To"] == address:
                    return message.get_body(("plain",)).get_content()
        time.sleep(0.3)
    pytest.fail(f"No mail to {address} in {folder}")


def code_of(secret: str) -> str:
    """The six digits that an authenticator app shows now (RFC 6238)."""
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def send(page) -> None:
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def sign_up(one, address: str, name: str):
    page = one.go("/accounts/signup/")
    one.check()
    page.fill("input[name=email]", address)
    page.fill("input[name=display_name]", name)
    page.fill("input[name=password1]", SECRET)
    page.check("input[name=of_age]")
    send(page)
    return page


def prove(page) -> None:
    """Say once more who one is, where that is asked."""
    if "/reauthenticate/" in page.url:
        page.fill("input[name=password]", SECRET)
        send(page)


def test_an_account_from_the_first_mail_to_thinking_better_of_leaving(visitor, mailbox):
    one, address = visitor(language="ko"), f"{uuid.uuid4().hex[:10]}@example.org"
    page = sign_up(one, address, "골목 산책자")

    # The mail in Korean leads to a page that confirms the address.
    text = mail_to(mailbox, address)
    assert "안녕하십니까. 마당입니다." in text
    one.go(re.search(r"/accounts/confirm-email/\S+", text)[0])
    one.check()
    send(page)
    page = one.go("/account/")
    one.check()
    assert "이메일 확인" in page.inner_text("main")

    # An authenticator app, and the recovery codes.
    page = one.go("/accounts/2fa/totp/activate/")
    prove(page)
    one.check()
    page.fill("input[name=code]", code_of(page.input_value("#authenticator_secret")))
    send(page)
    one.check()
    page = one.go("/accounts/2fa/recovery-codes/")
    one.check()
    spare, *others = page.input_value("#recovery_codes").split()
    assert len(others) == 9

    # What others see is what was chosen.
    page = one.go("/account/profile")
    one.check()
    page.fill("textarea[name=bio]", "저녁마다 골목을 걷습니다.")
    page.select_option("select[name=home]", label="시흥시")
    page.check("input[name=shown][value=bio]")
    send(page)
    one.check()
    page.locator("main header a").click()
    page.wait_for_url(re.compile(r"/people/\d+"))
    one.check()
    assert "저녁마다 골목을" in page.inner_text("main") and "시흥" not in page.inner_text("main")

    # A phone, by the code in a message.
    page = one.go("/account/verification")
    one.check()
    number = f"010{uuid.uuid4().int % 10**8:08d}"
    one.go("/account/verification/phone")
    one.check()
    page.fill("input[name=number]", number)
    send(page)
    one.check()
    text = mail_to(mailbox, f"8210{number[3:]}@sms.invalid")
    page.fill("input[name=code]", re.search(r"\d{6}", text)[0])
    send(page)
    page.wait_for_url("**/account/verification")
    assert page.locator(".ladder__step--reached").count() == 2

    # A second browser: a recovery code lets it in, a mail tells of it, and it is signed out from the first.
    two = visitor(language="ko", viewport=PHONE)
    other = two.go("/accounts/login/")
    other.fill("input[name=login]", address)
    other.fill("input[name=password]", SECRET)
    send(other)
    two.check()
    other.fill("input[name=code]", spare)
    send(other)
    assert "처음 보는 브라우저" in mail_to(mailbox, address)
    page = one.go("/account/sessions")
    one.check()
    page.locator("form[action$='/ending'] button", has_text="로그아웃").first.click()
    page.wait_for_load_state()
    assert "/accounts/login/" in two.go("/account/").url

    # A copy of everything, made in the background and fetched.
    page = one.go("/account/downloads")
    one.check()
    send(page)
    fetch = page.locator("main .page__body li a", has_text="내려받기")
    for _ in range(60):
        if fetch.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    one.check()
    with page.expect_download() as fetched:
        fetch.first.click()
    with zipfile.ZipFile(fetched.value.path()) as archive:
        assert address in archive.read("account.json").decode()
        assert "골목 산책자" in archive.read("README.txt").decode()

    # Leaving is thought over, and taken back.
    page = one.go("/account/deletion")
    prove(page)
    one.check()
    page.check("input[name=texts][value=remove]")
    page.check("input[name=sure]")
    send(page)
    one.check()
    assert "삭제됩니다" in page.inner_text("main .alert")
    page.locator("main .alert button").click()
    page.wait_for_url("**/account/")
    assert page.locator("main .alert").count() == 0
    one.check()


def test_a_passkey_replaces_the_password(visitor, site, mailbox):
    """In English on a phone, with an authenticator that the browser pretends to have."""
    here = visitor(language="en", viewport=PHONE)
    here.site = site.replace("127.0.0.1", "localhost")  # passkeys belong to names, not to numbers
    page, address = here.page, f"{uuid.uuid4().hex[:10]}@example.org"
    devtools = here.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_up(here, address, "Key keeper")
    here.go(re.search(r"/accounts/confirm-email/\S+", mail_to(mailbox, address))[0])
    send(page)
    here.go("/account/")
    here.check()
    here.go("/accounts/2fa/webauthn/add/")
    prove(page)
    here.check()
    assert page.is_checked("input[name=passwordless]"), "a key replaces the password unless one says otherwise"
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
    here.check()
    here.go("/accounts/2fa/webauthn/")
    here.check()
    here.go("/accounts/logout/")
    here.check()
    send(page)
    here.go("/accounts/login/")
    here.check()
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    assert "Key keeper" in here.go("/account/").inner_text("main")


def test_a_child_waits_for_a_guardian(visitor, mailbox):
    child, address, parent = (
        visitor(language="ko", viewport=PHONE),
        *(f"{uuid.uuid4().hex[:10]}@example.org" for _ in "ab"),
    )
    page = child.go("/accounts/signup/")
    page.fill("input[name=email]", address)
    page.fill("input[name=display_name]", "새싹")
    page.fill("input[name=password1]", SECRET)
    page.locator("details summary", has_text="14세 미만").click()
    page.fill("input[name=birth_year]", str(time.gmtime().tm_year - 11))
    page.fill("input[name=guardian_email]", parent)
    child.check()
    send(page)
    child.check()
    assert page.url.endswith("/guardian/waiting")
    guardian = visitor(language="ko")
    link = re.search(r"/guardian/[\w-]+/", mail_to(mailbox, parent))[0]
    page = guardian.go(link)
    guardian.check()
    page.fill("input[name=name]", "김보호")
    page.check("input[name=relationship][value=parent]")
    page.check("input[name=agreed]")
    send(page)
    guardian.check()
    child.go("/accounts/login/")
    child.page.fill("input[name=login]", address)
    child.page.fill("input[name=password]", SECRET)
    send(child.page)
    assert "새싹" in child.go("/account/").inner_text("main")


def test_an_official_confirms_a_resident_at_the_counter(visitor):
    citizen, officer = visitor(language="en", viewport=PHONE), visitor(language="ko")
    citizen.sign_in("obin@example.org")
    page = citizen.go("/account/verification/slip")
    citizen.check()
    send(page)
    citizen.check()
    code = page.inner_text(".slip__code")
    officer.sign_in("innovation.suwon@example.org")
    page = officer.go("/counter")
    officer.check()
    page.fill("input[name=code]", code)
    page.fill("input[name=name]", f"김{uuid.uuid4().hex[:6]}")
    page.fill("input[name=born]", "1991-05-06")
    page.check("input[name=sex][value=f]")
    send(page)
    officer.check()
    assert "확인했습니다" in page.inner_text("body")
    page = citizen.go("/account/verification")
    citizen.check()
    assert "Suwon" in page.inner_text("main") or "수원" in page.inner_text("main")
