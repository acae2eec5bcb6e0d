"""The administration's doors: open to those who administer the place or the one above, and to nobody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from madang.ground.people.models import Invitation, Role
from madang.ground.people.operations import ask_for_verification, invite_to_role, token_of
from madang.ground.places.models import Office, Place
from madang.ground.places.operations import Named, succeed
from madang.ground.places.queries import settings_of
from madang.ground.record.models import Entry
from tests.factories import (
    OfficeFactory,
    PlaceFactory,
    UserFactory,
    admin_of,
    gyeonggi,
    member_of,
    officer_at,
    organization_of,
    staff_of,
    suwon,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PAGES = ("overview", "roles", "invite", "offices", "new_office", "settings", "requests")


def osan():
    return PlaceFactory(code="41370", name_ko="오산시", name_en="Osan-si")


def as_(user):
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def path(name, place, *more):
    return reverse(f"administration:{name}", args=[place.code, *more])


@pytest.mark.parametrize("page", PAGES)
def test_open_from_above_and_at_the_place_but_not_beside_or_below(page):
    place = suwon()
    osan()
    for user, code in (
        (admin_of(place), 200),
        (admin_of(gyeonggi()), 200),
        (admin_of(osan()), 403),
        (UserFactory(), 403),
    ):
        assert as_(user).get(path(page, place)).status_code == code
    assert as_(admin_of(place)).get(path(page, gyeonggi())).status_code == 403


class TestInviting:
    def send(self, user, place, **data):
        return as_(user).post(
            path("invite", place), {"email": "new@example.org", "reason": "인사 발령", "language": "ko"} | data
        )

    def test_by_the_form(self):
        office = OfficeFactory(place=suwon())
        assert self.send(admin_of(suwon()), suwon(), kind="staff", office=office.pk).status_code == 302
        assert Invitation.objects.get().office == office

    def test_nothing_that_is_not_offered_can_be_sent(self):
        admin = admin_of(suwon())
        elsewhere = OfficeFactory(place=osan())
        for data in (
            {"kind": "platform_admin"},
            {"kind": "municipal_admin"},
            {"kind": "staff", "office": elsewhere.pk},
            {"kind": "officer", "until": "2020-01-01"},
            {"kind": "officer", "email": admin.email},
        ):
            assert self.send(admin, suwon(), **data).status_code == 422, data
        assert not Invitation.objects.exists()

    def test_what_was_typed_stays(self):
        response = self.send(admin_of(suwon()), suwon(), kind="officer", reason="")
        assert response.status_code == 422
        assert "new@example.org" in response.content.decode()


class TestRoles:
    def test_the_list_tells_terms_and_offers_only_what_one_may(self):
        admin, colleague = admin_of(suwon()), admin_of(suwon())
        staff = staff_of(OfficeFactory(place=suwon()))
        content = as_(admin).get(path("roles", suwon())).content.decode()
        assert path("ending", suwon(), staff.roles.get().pk) in content
        assert path("ending", suwon(), colleague.roles.get().pk) not in content, "no one ends a colleague's role"

    def test_a_role_elsewhere_is_not_found_here(self):
        role = officer_at(osan()).roles.get()
        client = as_(admin_of(gyeonggi()))
        for name in ("term", "ending"):
            assert client.get(path(name, suwon(), role.pk)).status_code == 404

    def test_extending_and_ending(self):
        role = officer_at(suwon()).roles.get()
        client = as_(admin_of(suwon()))
        assert client.post(path("term", suwon(), role.pk), {"until": "2031-05-31", "reason": "연장"}).status_code == 302
        role.refresh_from_db()
        assert timezone.localtime(role.expires_at).strftime("%m-%d %H:%M") == "06-01 00:00", "the last evening counts"
        assert client.post(path("ending", suwon(), role.pk), {"reason": "전보"}).status_code == 302
        assert client.get(path("ending", suwon(), role.pk)).status_code == 404

    def test_laying_down_ones_own(self):
        user = officer_at(suwon())
        assert as_(user).post(path("ending", suwon(), user.roles.get().pk), {"reason": "퇴직"}).url == "/me/roles/"


class TestOffices:
    def test_made_changed_and_merged_by_the_forms(self):
        client = as_(admin_of(suwon()))
        data = {"kind": "division", "name_ko": "보행환경과", "name_en": "Walking"}
        assert client.post(path("new_office", suwon()), data).status_code == 302
        office, into = Office.objects.get(), OfficeFactory(place=suwon())
        assert (
            client.post(path("office", suwon(), office.pk), data | {"name_ko": "걷기과", "parent": into.pk}).status_code
            == 302
        )
        office.refresh_from_db()
        assert (office.name_ko, office.parent) == ("걷기과", into)
        assert (
            client.post(path("retirement", suwon(), office.pk), {"into": into.pk, "reason": "개편"}).status_code == 302
        )
        assert client.get(path("office", suwon(), office.pk)).status_code == 404

    def test_an_office_elsewhere_is_not_found_here(self):
        office = OfficeFactory(place=osan())
        assert as_(admin_of(suwon())).get(path("office", suwon(), office.pk)).status_code == 404


class TestSettings:
    def test_set_and_inherited_again(self):
        client, page = as_(admin_of(suwon())), path("setting", suwon(), "answer_days")
        assert client.post(page, {"how": "own", "value": "12", "reason": "의결", "seen": ""}).status_code == 302
        assert settings_of(suwon())["answer_days"].value == 12
        stale = client.post(page, {"how": "own", "value": "40", "reason": "의결", "seen": ""})
        assert stale.status_code == 422, "a colleague had set it meanwhile"
        assert client.post(page, {"how": "inherit", "reason": "의결", "seen": "12"}).status_code == 302
        assert settings_of(suwon())["answer_days"].origin is None

    @pytest.mark.parametrize(
        "data",
        [
            {"how": "own", "value": ""},
            {"how": "own", "value": "0"},
            {"how": "x"},
            {"how": "own", "value": "9", "reason": ""},
        ],
    )
    def test_refused_with_what_was_typed(self, data):
        response = as_(admin_of(suwon())).post(path("setting", suwon(), "answer_days"), {"reason": "의결"} | data)
        assert response.status_code == 422
        assert settings_of(suwon())["answer_days"].origin is None

    def test_an_unknown_setting_is_not_found(self):
        assert as_(admin_of(suwon())).get(path("setting", suwon(), "nothing")).status_code == 404


class TestOrganizations:
    def test_an_officer_answers_and_sees_nothing_else(self):
        made, boss = organization_of(home=suwon(), registration_number="1248100998")
        asked = ask_for_verification(organization=made, place=suwon(), note="등록증", by=boss, now=NOW)
        client = as_(officer_at(suwon()))
        page = client.get(path("answer", suwon(), asked.pk))
        assert "124-81-00998" in page.content.decode()
        assert path("settings", suwon()) not in page.content.decode()
        assert client.post(path("answer", suwon(), asked.pk), {"verified": "yes", "reason": "확인"}).status_code == 302
        made.refresh_from_db()
        assert made.verified_at

    def test_the_number_is_for_members_and_officials(self):
        made, boss = organization_of(registration_number="1248100998")
        assert "124-81-00998" not in Client().get(made.get_absolute_url()).content.decode()
        assert "124-81-00998" in as_(boss).get(made.get_absolute_url()).content.decode()

    def test_a_member_elsewhere_is_not_changed_through_ones_own_organization(self):
        made, boss = organization_of()
        other, _ = organization_of()
        stranger = member_of(other)
        url = reverse("organizations:rank", args=[made.pk, other.memberships.get(user=stranger).pk])
        assert as_(boss).post(url, {"rank": "manager"}).status_code == 404


class TestSuccession:
    def test_renamed_by_the_province_and_the_old_address_leads_on(self):
        suwon()
        data = {"on": timezone.localdate().isoformat(), "reason": "법률", "successors": "41111, 수원특례시, Suwon"}
        page = path("succession", suwon())
        assert as_(admin_of(suwon())).get(page).status_code == 403
        client = as_(admin_of(gyeonggi()))
        assert client.post(page, data | {"successors": "41111 수원"}).status_code == 422
        assert client.post(page, data).status_code == 302
        response = Client().get("/places/41110/")
        assert (response.status_code, response.url) == (301, "/places/41111/")
        assert Entry.objects.get(kind="place_succeeded").reason == "법률"

    def test_after_a_division_the_reader_chooses(self):
        today = timezone.localdate()
        succeed(
            predecessors=[suwon()], on=today, today=today,
            successors=[Named("41112", "북수원시", "North"), Named("41114", "남수원시", "South")],
        )  # fmt: skip
        content = Client().get("/places/41110/").content.decode()
        assert "/places/41112/" in content
        assert "/places/41114/" in content
        assert Place.objects.filter(valid_to=None, level="municipality").count() == 2


class TestInvitationPage:
    def test_each_state_is_told(self):
        made = invite_to_role(
            email="new@example.org", kind="officer", place=suwon(), by=admin_of(suwon()), now=NOW, reason="인사"
        )
        url = reverse("invitations:detail", args=[token_of(made)])
        response = Client().get(url)
        assert response["Referrer-Policy"] == "no-referrer"
        assert f"next={url}" in response.content.decode()
        assert "acceptance" not in as_(UserFactory()).get(url).content.decode()
        client = as_(UserFactory(email="new@example.org"))
        assert "acceptance" in client.get(url).content.decode()
        assert client.post(url + "acceptance").status_code == 302
        assert Role.objects.filter(user__email="new@example.org").exists()
        assert client.post(url + "acceptance").status_code == 409
        assert Client().get(reverse("invitations:detail", args=["0" * 64])).status_code == 404
