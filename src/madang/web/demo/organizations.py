"""The demo's organizations, roles with a term, and an invitation that waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from madang.ground.people import operations
from madang.ground.people.models import Membership, Organization, Role, VerificationRequest
from madang.ground.people.queries import forget_memberships, forget_roles
from madang.web.demo.source import Row, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

    Say = Callable[[str], None]

# What each place's officials wrote when they confirmed an organization.
CONFIRMED = "고유번호증과 정관을 확인하였습니다."
APPOINTED = "2026년 정기 인사에 따른 지정입니다."


def load(
    *, people: dict[str, User], places: dict[str, Place], offices: dict[str, Office], now: datetime, say: Say
) -> None:
    """Organizations of every kind with their people; experts for a term; staff invited to an office."""
    # The oldest first: the limit on founding counts forward in time.
    content = sorted(rows("organizations"), key=lambda row: -row["days_ago"])
    for row in content:
        _organization(row, people, places, now)
    _terms(people, places, now)
    _invite(people, offices, now)
    _settings(people, places, now)
    for user in people.values():
        forget_roles(user)
        forget_memberships(user)
    say(f"{len(content)} organizations")


def _organization(row: Row, people: dict[str, User], places: dict[str, Place], now: datetime) -> Organization:
    founded, boss = now - timedelta(days=row["days_ago"]), people[row["by"]]
    fields = {
        "kind": row["kind"], "name_ko": row["name_ko"], "name_en": row["name_en"], "website": row["website"],
        "home": places.get(row["place"] or ""), "country": row.get("country", "KR"), "description": row["text"],
        "registration_number": row["number"],
    }  # fmt: skip
    made = operations.found(fields=fields, by=boss, now=founded)
    for number, key in enumerate(row["members"]):
        rank = Membership.Rank.MANAGER if number == 0 else Membership.Rank.MEMBER
        joined = founded + timedelta(days=3 + number)
        operations.join(organization=made, user=people[key], rank=rank, added_by=boss, now=joined)
    if row["verified"] or row.get("asked"):
        _verify(made, row, people, places, now)
    if row.get("closed"):
        operations.close(organization=made, by=boss, now=now - timedelta(days=20))
    return made


def _verify(made: Organization, row: Row, people: dict[str, User], places: dict[str, Place], now: datetime) -> None:
    place = places[row.get("asks") or row["place"]]
    asked = now - timedelta(days=row["days_ago"] // 2)
    request = operations.ask_for_verification(
        organization=made,
        place=place,
        note="등록증 사본을 담당 부서에 제출하였습니다.",
        by=people[row["by"]],
        now=asked,
    )
    if row["verified"]:
        _answer(request, people, asked + timedelta(days=2))


def _answer(request: VerificationRequest, people: dict[str, User], now: datetime) -> None:
    code = request.place.code if request.place.parent_id is None else request.place.code[:2]
    officer = people["of-gg" if code == "41" else "of-seoul"]
    operations.answer_verification(request=request, verified=True, reason=CONFIRMED, by=officer, now=now)


def _terms(people: dict[str, User], places: dict[str, Place], now: datetime) -> None:
    """Advisers are named for a time; one of them is told these days that it ends."""
    for key, place, kind, days in (
        ("ex-welfare", "41110", Role.Kind.EXPERT, 12),
        ("ex-access", "41110", Role.Kind.EXPERT, 240),
        ("ev-indep", "41110", Role.Kind.EVALUATOR, 180),
        ("ex-econ", "11440", Role.Kind.EXPERT, 25),
    ):
        admin = people["ad-suwon" if place == "41110" else "ad-mapo"]
        operations.grant(
            user=people[key], kind=kind, place=places[place], by=admin, now=now - timedelta(days=120),
            reason=APPOINTED, expires_at=now + timedelta(days=days),
        )  # fmt: skip


def _invite(people: dict[str, User], offices: dict[str, Office], now: datetime) -> None:
    operations.invite_to_role(
        email="new.librarian@example.org", kind=Role.Kind.STAFF, office=offices["suwon-library"],
        by=people["ad-suwon"], now=now - timedelta(days=1), reason=APPOINTED,
    )  # fmt: skip


def _settings(people: dict[str, User], places: dict[str, Place], now: datetime) -> None:
    """A rule of one place's own, with its history."""
    for days, ago, reason in (
        (10, 80, "접수 뒤 빠르게 배정하려는 조치입니다."),
        (5, 40, "시범 운영 결과 5일이면 충분하였습니다."),
    ):
        operations.change_settings(
            place=places["41110"], values={"response_days": days}, reason=reason, by=people["ad-suwon"],
            now=now - timedelta(days=ago),
        )  # fmt: skip
