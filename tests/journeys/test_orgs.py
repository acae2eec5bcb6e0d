"""From the province down to an office, and an organization that changes hands: decided, invited, accepted, undone."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.journey

PHONE = {"width": 360, "height": 780}
PROVINCE, SUWON = "admin.gyeonggi@example.org", "admin.suwon@example.org"
MIRAE, DAYUL, OBIN, LINH = "mirae@example.org", "dayul@example.org", "obin@example.org", "linh@example.org"
DECIDE = "main form.administration-form button[type=submit]"


def _accept(one):
    """Take up what one was offered, on the page of one's own roles."""
    page = one.go("/me/roles/")
    one.check()
    page.locator("main form[action$='/acceptance'] button").first.click()
    page.wait_for_load_state()
    one.check()
    return page


def test_administration_is_handed_down_to_an_office(visitor):
    province = visitor(language="ko")
    province.sign_in(PROVINCE)
    page = province.go("/places/41/administration/")
    province.check()
    page = province.go("/places/41/administration/places/")
    province.check()
    page.locator("tr", has_text="41370").locator("a[href$='roles/new']").click()
    page.wait_for_url("**/places/41370/administration/roles/new")
    province.check()
    page.fill("#id_email", MIRAE)
    page.select_option("#id_kind", "municipal_admin")
    page.fill("#id_reason", "오산시 첫 관리자로 지정합니다.")
    page.locator(DECIDE).click()
    page.wait_for_url("**/places/41370/administration/roles/**")
    province.check()
    assert MIRAE in page.inner_text("#invited")

    city = visitor(language="ko")
    city.sign_in(MIRAE)
    _accept(city)
    page = city.go("/places/41370/administration/offices/")
    city.check()
    page = city.go("/places/41370/administration/offices/new")
    page.select_option("#id_kind", "division")
    page.fill("#id_name_ko", "보행환경과")
    page.fill("#id_name_en", "Walking Environment Division")
    page.fill("#id_mandate", "보도와 횡단보도를 관리한다.")
    city.check()
    page.locator(DECIDE).click()
    page.wait_for_url("**/administration/offices/")
    assert "보행환경과" in page.inner_text("main")
    page = city.go("/places/41370/administration/roles/new")
    assert page.locator("#id_kind option[value=municipal_admin]").count() == 0, "nobody names their like"
    page.fill("#id_email", DAYUL)
    page.select_option("#id_kind", "staff")
    page.select_option("#id_office", label="보행환경과")
    page.fill("#id_until", "2030-12-31")
    page.fill("#id_reason", "부서 담당자로 지정합니다.")
    page.locator(DECIDE).click()
    page.wait_for_url("**/administration/roles/**")

    staff = visitor(language="en", viewport=PHONE)
    staff.sign_in(DAYUL)
    page = _accept(staff)
    assert "Walking Environment Division" in page.inner_text("main")
    response = page.goto(staff.site + "places/41370/administration/")
    assert response.status == 403
    staff.complaints.clear()  # the browser itself tells of the 403

    page = city.go("/places/41370/administration/roles/")
    city.check()
    page.locator("li", has_text="배다율").locator("a[href$='/ending']").click()
    page.wait_for_url("**/ending")
    city.check()
    page.fill("#id_reason", "부서를 옮겼습니다.")
    page.locator(DECIDE).click()
    page.wait_for_url("**/administration/roles/**")
    assert "배다율" not in page.inner_text("main")


def test_a_setting_is_overridden_and_inherited_again(visitor):
    one = visitor(language="ko")
    one.sign_in(SUWON)
    page = one.go("/places/41110/administration/settings/")
    one.check()
    page.locator("a[href$='/settings/escalation_days/']").click()
    page.wait_for_url("**/escalation_days/")
    one.check()
    page.check("input[name=how][value=own]")
    page.fill("#id_value", "9")
    page.fill("#id_reason", "빠르게 처리하려는 조치입니다.")
    page.locator(DECIDE).click()
    page.wait_for_url("**/settings/")
    row = page.locator("li", has=page.locator("a[href$='/escalation_days/']"))
    assert "9일" in row.inner_text()
    assert "9일" in visitor(language="ko", viewport=PHONE).go("/places/41110/").inner_text(".settings")
    page = one.go("/places/41110/administration/settings/escalation_days/")
    page.check("input[name=how][value=inherit]")
    page.fill("#id_reason", "도의 기준을 따르기로 하였습니다.")
    page.locator(DECIDE).click()
    page.wait_for_url("**/settings/")
    phone = visitor(language="en", viewport=PHONE)
    phone.sign_in(SUWON)
    page = phone.go("/places/41110/administration/settings/escalation_days/")
    phone.check()
    assert page.locator(".timeline__item").count() == 2
    phone.go("/places/41110/administration/settings/")
    phone.check()


def test_an_organization_is_entered_grows_and_changes_hands(visitor):
    boss = visitor(language="en", viewport=PHONE)
    boss.sign_in(OBIN)
    page = boss.go("/organizations/")
    boss.check()
    page = boss.go("/organizations/new")
    boss.check()
    page.check("input[name=kind][value=ngo]")
    page.fill("#id_name_ko", "평택걷는사람들")
    page.fill("#id_name_en", "Pyeongtaek Walkers")
    page.select_option("#id_home", "41220")
    page.fill("#id_registration_number", "124-81-00999")
    page.locator("main form .form__actions button").click()
    page.wait_for_load_state()
    boss.complaints.clear()  # the browser itself tells of the 422
    boss.check()
    assert "do not fit together" in page.inner_text("main")
    page.fill("#id_registration_number", "124-81-00998")
    page.locator("main form .form__actions button").click()
    page.wait_for_url(re.compile(r"/organizations/\d+/$"))
    boss.check()
    address = re.search(r"/organizations/\d+/", page.url)[0]
    page.fill("#id_email", LINH)
    page.select_option("#id_rank", "manager")
    page.locator("#invite form.form button").click()
    page.wait_for_load_state()
    boss.check()
    assert LINH in page.inner_text("#invite")

    other = visitor(language="ko")
    other.sign_in(LINH)
    _accept(other)
    page = other.go(address)
    other.check()
    assert "오빈" in page.inner_text(".people-list")
    page = boss.go(address)
    page.locator("form[action$='/representation'] button").first.click()
    confirm = page.locator("dialog[open] button").last
    if confirm.count():
        confirm.click()
    page.wait_for_load_state()
    reader = visitor(language="ko")
    page = reader.go(address)
    reader.check()
    assert "정린" in page.inner_text(".people-list")
    assert "오빈" not in page.inner_text(".people-list")
    assert "1248100998" not in page.content(), "the number is for members and officials"


def test_anybody_reads_organizations_and_figures(visitor):
    for options in ({"language": "ko"}, {"language": "en", "viewport": PHONE}):
        reader = visitor(**options)
        page = reader.go("/organizations/?kind=overseas")
        reader.check()
        page.locator(".organization-card a").first.click()
        page.wait_for_url(re.compile(r"/organizations/\d+/$"))
        reader.check()
        page = reader.go("/places/41/figures")
        reader.check()
        assert page.locator("tfoot tr").count() == 1
