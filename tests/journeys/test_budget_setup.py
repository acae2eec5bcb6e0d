"""A participatory budget from its beginning to the freeze: an official, a resident, an office, and the public."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.journey
SUWON, STAFF, CITIZEN = "innovation.suwon@example.org", "library.suwon@example.org", "dayul@example.org"


def _number(url: str) -> str:
    return re.search(r"/budgets/(\d+)/", url)[1]


def _save(page) -> None:
    page.locator("main form .form__actions button[type=submit]").first.click()
    page.wait_for_load_state()


def test_an_official_sets_a_budget_up_and_a_resident_proposes(visitor):
    officer = visitor(language="ko")
    officer.sign_in(SUWON)
    page = officer.go("/budgets/new")
    officer.check()
    page.fill("#id_title", "2028년 수원시 주민참여예산")
    page.fill("#id_description", "동네에 필요한 일을 주민이 정합니다.")
    _save(page)
    officer.check()
    number = _number(page.url)
    page = officer.go(f"/budgets/{number}/setup/pots")
    officer.check()
    page.fill("#id_p0-name", "시 전체")
    page.fill("#id_p0-amount", "500,000,000")
    _save(page)
    assert "/setup/electorate" in page.url
    for step in ("electorate", "phases", "ballot"):
        page = officer.go(f"/budgets/{number}/setup/{step}")
        officer.check()
        _save(page)
    assert "/setup/simulator" in page.url
    page.check("input[name=basis][value=generated]")
    page.fill("#id_voters", "500")
    _save(page)
    officer.check()
    assert page.locator(".simulation__own").count() >= 1
    page = officer.go(f"/budgets/{number}/setup/")
    page.locator("form[action$='/publication'] button").click()
    page.wait_for_url(re.compile(rf"/budgets/{number}/$"))
    officer.check()
    _propose_and_examine(visitor, officer, number)


def _propose_and_examine(visitor, officer, number: str) -> None:
    resident = visitor(language="ko")
    resident.sign_in(CITIZEN)
    page = resident.go(f"/budgets/{number}/ideas/new")
    resident.check()
    page.fill("#id_title", "밤에도 읽는 작은 도서관")
    page.fill("#id_body", "도서관을 밤 열 시까지 열고 장서를 늘려 주세요. 사서가 있으면 좋겠습니다.")
    _save(page)
    resident.check()
    project = page.url
    assert "/projects/1/" in project
    page = officer.go(f"/budgets/{number}/projects/1/screening")
    officer.check()
    option = page.locator("#id_office option", has_text="도서관").first.get_attribute("value")
    page.select_option("#id_office", option)
    _save(page)
    staff = visitor(language="ko")
    staff.sign_in(STAFF)
    page = staff.go("/budgets/desk/")
    staff.check()
    page.locator("a[href*='/budgets/screenings/']").first.click()
    page.wait_for_url(re.compile(r"/budgets/screenings/\d+$"))
    staff.check()
    page.check("input[name=verdict][value=feasible]")
    page.fill("#id_reasons", "야간 운영은 소관에 맞고 인력을 구할 수 있습니다.")
    page.fill("#id_cost", "90,000,000")
    page.fill("#id_lines", "인건비: 70,000,000\n장서: 20,000,000")
    _save(page)
    reader = visitor(language="ko")
    page = reader.go(re.sub(r"^https?://[^/]+", "", project))
    reader.check()
    text = page.inner_text("main")
    assert "9,000만 원" in text
    assert "야간 운영은 소관에 맞고" in text
    assert page.locator(".money-block").count() >= 2


def test_a_reader_finds_compares_and_locates_projects_on_a_phone(visitor):
    reader = visitor(language="en", viewport={"width": 360, "height": 780})
    page = reader.go("/budgets/")
    reader.check()
    page.locator(".budget-cards a").first.click()
    page.wait_for_load_state()
    reader.check()
    number = _number(page.url)
    for path in ("projects/", "map", "comparison?number=1&number=2&number=3"):
        reader.go(f"/budgets/{number}/{path}")
        reader.check()
