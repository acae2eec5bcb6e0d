"""Who somebody is in a deliberation, and why they may not vote in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from madang.explore.deliberations.models import Deliberation, Participant
from madang.ground.people import keyed
from madang.ground.people.identities import level_of, residence
from madang.ground.people.models import Level, User

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Bar:
    """Why somebody may not vote: a code, what to say, and where it is mended ("" where nothing helps)."""

    code: str
    message: str
    url: str = ""
    label: str = ""


def guest_key(deliberation_id: int, cookie: str) -> str:
    """What is kept of a guest: a keyed hash that differs from one deliberation to the next."""
    return keyed.digest("deliberation-guest", cookie, str(deliberation_id))


def participant_of(deliberation: Deliberation, user: object, guest: str = "") -> Participant | None:
    """The participant that a signed-in person, or a guest's cookie, is here (one query)."""
    rows = Participant.objects.filter(deliberation=deliberation)
    if isinstance(user, User):
        return rows.filter(user=user).first()
    return rows.filter(guest_key=guest_key(deliberation.pk, guest)).first() if guest else None


def bar(deliberation: Deliberation, user: object, *, now: datetime) -> Bar | None:
    """What keeps this person from voting now, or None."""
    return _bar_of_time(deliberation, now) or bar_of_person(deliberation, user)


def _bar_of_time(deliberation: Deliberation, now: datetime) -> Bar | None:
    if deliberation.takes_votes(now):
        return None
    if deliberation.status == Deliberation.Status.CLOSED or now >= deliberation.closes_at:
        return Bar("closed", _("Voting has ended. You can still read the results and comment on them."))
    if deliberation.status == Deliberation.Status.HIDDEN:
        return Bar("closed", _("This deliberation is hidden, so it takes no votes."))
    return Bar("not_open", _("Voting has not begun. Follow the deliberation and you will be told when it does."))


def bar_of_person(deliberation: Deliberation, user: object) -> Bar | None:
    """What keeps this person from voting at any time: no account, or too little known of them."""
    if not isinstance(user, User) or not user.is_active:
        return None if deliberation.level == Level.NONE and not deliberation.residents_only else _sign_in(deliberation)
    if level_of(user) < deliberation.level:
        words = _("This deliberation asks for: %(level)s. It takes a few minutes, and what is learned stays sealed.")
        told = words % {"level": Level(deliberation.level).label}
        return Bar("level", told, reverse("people:verification"), _("Confirm who you are"))
    return _bar_of_residence(deliberation, user) if deliberation.residents_only else None


def _sign_in(deliberation: Deliberation) -> Bar:
    back = f"{reverse('account_login')}?next={deliberation.get_absolute_url()}"
    return Bar("sign_in", _("Sign in to take part; an account is made in a minute."), back, _("Sign in"))


def _bar_of_residence(deliberation: Deliberation, user: User) -> Bar | None:
    home = residence(user)
    if home is None:
        return Bar(
            "residence", _("Only residents vote here. Confirm where you live."), reverse("people:verification"),
            _("Confirm who you are"),
        )  # fmt: skip
    if deliberation.place_id in {home.pk, home.parent_id}:  # type: ignore[attr-defined]
        return None
    told = _("Only residents of %(place)s vote here. Everybody may read and comment.")
    return Bar("elsewhere", told % {"place": deliberation.place.name})
