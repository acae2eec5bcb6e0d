"""Levels, codes, slips and the hashes by which one resident has one account."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.people import identities, keyed
from madang.ground.people.models import CounterSlip, IdentityDigest, Level, PhoneCode, User, Verification
from madang.ground.people.operations import verifying
from madang.ground.people.permissions import can, define
from madang.ground.people.verification import Identity
from madang.ground.people.verification.sms import normal
from tests.factories import UserFactory, officer_at, platform_admin, staff_of, suwon
from tests.factories.places import OfficeFactory

NOW = timezone.now()
KIM = Identity("김 마당", date(1980, 3, 2), "f", token="CI-1")


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def code_sent() -> str:
    return re.search(r"\d{6}", mail.outbox[-1].body)[0]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("010-1234-5678", "+821012345678"),
        ("+82 10 1234 5678", "+821012345678"),
        ("82-010-1234-5678", "+821012345678"),
        ("02-123-4567", ""),
        ("010-12", ""),
        ("", ""),
    ],
)
def test_numbers_as_people_write_them(typed, number):
    assert normal(typed) == number


def test_hashes_depend_on_key_purpose_and_parts(settings):
    first = keyed.digest("phone", "+821012345678")
    assert first == keyed.digest("phone", "+821012345678")
    assert len({first, keyed.digest("code", "+821012345678"), keyed.digest("phone", "+8210", "12345678")}) == 3
    settings.IDENTITY_KEY = "another key"
    assert keyed.digest("phone", "+821012345678") != first


def test_an_identity_is_the_same_however_its_name_is_typed():
    typed = Identity("김마당", date(1980, 3, 2), "f")
    assert typed.digests()[0] == KIM.digests()[0]
    assert Identity("김마당", date(1980, 3, 2), "f", namesake=1).digests() != typed.digests()
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in KIM.digests())


@pytest.mark.django_db
def test_levels_rise_and_expire():
    user = UserFactory()
    assert identities.level_of(user) == Level.NONE
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    assert identities.level_of(fresh(user)) == Level.EMAIL
    verifying.verify(user=user, way="service", digests=KIM.digests(), now=NOW, place=suwon())
    assert identities.level_of(fresh(user)) == Level.RESIDENT
    assert identities.residence(fresh(user)) == suwon()
    assert identities.level_of(fresh(user), now=NOW + timedelta(days=731)) == Level.EMAIL


@pytest.mark.django_db
def test_a_process_sets_its_least_level():
    define("test.vote", identities.is_verified(Level.PHONE))
    user = UserFactory()
    assert not can(user, "test.vote") and not can(None, "test.vote")
    verifying.verify(user=user, way="phone", digests=[keyed.digest("phone", "x")], now=NOW)
    assert can(fresh(user), "test.vote")


@pytest.mark.django_db
def test_a_code_confirms_a_phone_and_leaves_no_number():
    user = UserFactory()
    verifying.send_code(by=user, number="010-9876-5432", now=NOW)
    row = PhoneCode.objects.get()
    assert row.ending == "32" and "9876" not in f"{row.phone}{row.code}"
    verifying.confirm_code(by=user, code=code_sent(), now=NOW)
    assert identities.level_of(fresh(user)) == Level.PHONE
    assert not PhoneCode.objects.exists()


@pytest.mark.django_db
def test_wrong_tries_are_counted_and_end():
    user = UserFactory()
    verifying.send_code(by=user, number="010-9876-5432", now=NOW)
    right = code_sent()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(verifying.WrongCodeError):
            verifying.confirm_code(by=user, code=wrong, now=NOW)
    with pytest.raises(verifying.WrongCodeError):
        verifying.confirm_code(by=user, code=right, now=NOW)
    assert not Verification.objects.exists()


@pytest.mark.django_db
def test_a_code_runs_out_and_five_an_hour_are_sent():
    user = UserFactory()
    for _ in range(5):
        verifying.send_code(by=user, number="010-9876-5432", now=NOW)
    with pytest.raises(verifying.VerificationRefusedError, match=r"분 뒤|minutes"):
        verifying.send_code(by=user, number="010-9876-5432", now=NOW)
    with pytest.raises(verifying.WrongCodeError):
        verifying.confirm_code(by=user, code=code_sent(), now=NOW + timedelta(minutes=5))


@pytest.mark.django_db
def test_one_resident_has_one_account_by_whichever_way():
    first, second = UserFactory(), UserFactory()
    verifying.verify(user=first, way="service", digests=KIM.digests(), now=NOW)
    at_counter = Identity("김마당", KIM.born, "f")
    with pytest.raises(verifying.IdentityTakenError):
        verifying.verify(user=second, way="counter", digests=at_counter.digests(), now=NOW)
    assert identities.level_of(second) == Level.NONE
    namesake = Identity("김마당", KIM.born, "f", namesake=1)
    verifying.verify(user=second, way="counter", digests=namesake.digests(), now=NOW)
    verifying.verify(user=first, way="service", digests=KIM.digests(), now=NOW + timedelta(days=1))
    assert Verification.objects.count() == 2, "renewing is no second identity"


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_that_claim_an_identity_at_once_exactly_one_gets_it():
    users, start, outcomes = [UserFactory() for _ in range(8)], threading.Barrier(8), []

    def claim(user) -> None:
        start.wait()
        try:
            verifying.verify(user=user, way="service", digests=KIM.digests(), now=NOW)
            outcomes.append("verified")
        except verifying.IdentityTakenError:
            outcomes.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[user]) for user in users]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["taken"] * 7 + ["verified"]
    assert Verification.objects.count() == 1 and IdentityDigest.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_never_exceed_five():
    user, start, outcomes = UserFactory(), threading.Barrier(12), []
    verifying.send_code(by=user, number="010-9876-5432", now=NOW)
    wrong = f"{(int(code_sent()) + 1) % 10**6:06d}"

    def guess() -> None:
        start.wait()
        try:
            verifying.confirm_code(by=user, code=wrong, now=NOW)
        except verifying.WrongCodeError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(outcomes) == 12
    assert PhoneCode.objects.get().attempts == 5


@pytest.mark.django_db
def test_an_official_confirms_at_the_counter():
    citizen, staff = UserFactory(), staff_of(OfficeFactory(place=suwon()))
    code = verifying.make_slip(by=citizen, now=NOW)
    assert code not in CounterSlip.objects.get().code
    typed = f"{code[:4].lower()}-{code[4:].lower()}"
    done = verifying.confirm_at_counter(code=typed, by=staff, now=NOW, place=suwon(), identity=KIM)
    assert (done.user, done.confirmed_by, done.place) == (citizen, staff, suwon())
    with pytest.raises(verifying.WrongCodeError):
        verifying.confirm_at_counter(code=code, by=staff, now=NOW, place=suwon(), identity=KIM)


@pytest.mark.django_db
def test_nobody_confirms_themselves_and_citizens_confirm_nobody():
    staff, citizen = staff_of(OfficeFactory(place=suwon())), UserFactory()
    code = verifying.make_slip(by=staff, now=NOW)
    with pytest.raises(verifying.VerificationRefusedError):
        verifying.confirm_at_counter(code=code, by=staff, now=NOW, place=suwon(), identity=KIM)
    with pytest.raises(PermissionDenied):
        verifying.confirm_at_counter(code=code, by=citizen, now=NOW, place=suwon(), identity=KIM)


@pytest.mark.django_db
def test_officials_are_confirmed_by_editors_of_the_place_alone():
    citizen, staff, officer = UserFactory(), staff_of(OfficeFactory(place=suwon())), officer_at(suwon())
    code = verifying.make_slip(by=citizen, now=NOW)
    with pytest.raises(PermissionDenied):
        verifying.confirm_at_counter(code=code, by=staff, now=NOW, place=suwon(), identity=None)
    verifying.confirm_at_counter(code=code, by=officer, now=NOW, place=suwon(), identity=None)
    assert identities.level_of(fresh(citizen)) == Level.OFFICIAL


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "confirmed", "official"),
    [
        ("a@korea.kr", True, True),
        ("a@suwon.korea.kr", True, True),
        ("a@korea.kr", False, False),
        ("a@notkorea.kr", True, False),
        ("a@korea.kr.example.org", True, False),
    ],
)
def test_an_address_of_an_office_confirms_an_official(settings, email, confirmed, official):
    settings.OFFICIAL_DOMAINS = ["korea.kr"]
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=email, verified=confirmed)
    if official:
        assert verifying.confirm_official(by=user, now=NOW).level == Level.OFFICIAL
    else:
        with pytest.raises(verifying.VerificationRefusedError):
            verifying.confirm_official(by=user, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("verification_level_known", {"level": 1}),
        ("verification_expires_later", {"level": 2, "expires_at": NOW - timedelta(days=1)}),
        ("verification_not_of_oneself", {"level": 3, "oneself": True}),
    ],
)
def test_the_database_refuses_impossible_verifications(constraint, row):
    user = UserFactory()
    if row.pop("oneself", False):
        row["confirmed_by"] = user
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Verification.objects.create(user=user, method="phone", verified_at=NOW, **row)


@pytest.mark.django_db
def test_the_database_refuses_a_second_level_a_bare_number_and_a_sixth_try():
    user = UserFactory()
    done = verifying.verify(user=user, way="phone", digests=[keyed.digest("phone", "1")], now=NOW)
    with pytest.raises(IntegrityError, match="verification_once_a_level"), transaction.atomic():
        Verification.objects.create(user=user, level=2, method="phone", verified_at=NOW)
    with pytest.raises(IntegrityError, match="digest_is_a_digest"), transaction.atomic():
        IdentityDigest.objects.create(verification=done, digest="900101-1234567")
    verifying.send_code(by=user, number="010-9876-5432", now=NOW)
    with pytest.raises(IntegrityError, match="phone_code_attempts_limited"), transaction.atomic():
        PhoneCode.objects.update(attempts=6)


@pytest.mark.django_db
def test_the_pages_lead_through_a_phone_and_the_counter(client):
    citizen, admin = UserFactory(), platform_admin()
    client.force_login(citizen, "django.contrib.auth.backends.ModelBackend")
    assert client.post("/account/verification/phone", {"number": "02-1"}).status_code == 422
    assert client.post("/account/verification/phone", {"number": "010-1111-2222"}).status_code == 302
    assert client.post("/account/verification/phone/code", {"code": code_sent()}).status_code == 302
    shown = client.post("/account/verification/slip").content.decode()
    code = re.search(r"slip__code[^>]*>([A-Z0-9-]+)<", shown)[1]
    client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
    sent = {"code": code, "place": suwon().pk, "what": "resident"}
    assert client.post("/counter", sent).status_code == 422, "the card is needed"
    answer = client.post("/counter", {**sent, "name": "홍길동", "born": "1990-01-02", "sex": "m"})
    assert answer.status_code == 302
    assert identities.level_of(fresh(citizen)) == Level.RESIDENT
