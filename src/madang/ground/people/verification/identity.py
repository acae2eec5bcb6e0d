"""Who a resident is: an identity becomes keyed hashes at once, and nothing else of it is kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from madang.ground.people import keyed

if TYPE_CHECKING:
    from datetime import date


class ServiceError(Exception):
    """The identity service did not answer as agreed. The text says what to do."""


@dataclass(frozen=True)
class Identity:
    """What an identity card or a service says of a person, for the moment in which it is hashed.

    token: the service's own stable token of a person (in Korea the 연계정보, CI), where it gives one. namesake: which
    of several residents with the same name, day of birth and sex, told apart by an official at a counter.
    """

    name: str
    born: date
    sex: str
    token: str = ""
    namesake: int = 0

    def digests(self) -> list[str]:
        """The keyed hashes under which this person is recognized: by person, and by token.

        The first is the same whichever way a person comes, so that the service and the counter find the same resident.
        """
        name = "".join(unicodedata.normalize("NFC", self.name).split()).casefold()
        person = keyed.digest("person", name, self.born.isoformat(), self.sex, str(self.namesake))
        return [person, *([keyed.digest("token", self.token)] if self.token else [])]


@dataclass(frozen=True)
class Begun:
    """A session at the service, and where the person goes."""

    session: str
    url: str


@dataclass(frozen=True)
class Confirmed:
    """What the service says at the end: the person, and the code of the municipality of residence if it knows it."""

    identity: Identity
    place: str


class IdentityService:
    """The HTTP contract that a site's identity agency fulfills, or a small bridge before it (docs/accounts.md)."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def begin(self, *, state: str, return_url: str) -> Begun:
        """POST /sessions {"state", "return_url"} → {"session", "redirect_url"}."""
        body = self._ask("POST", "/sessions", {"state": state, "return_url": return_url})
        try:
            return Begun(str(body["session"]), str(body["redirect_url"]))
        except KeyError as error:
            raise ServiceError(_unusable()) from error

    def result(self, *, session: str, state: str) -> Confirmed:
        """GET /sessions/<session> → {"state", "status": "confirmed", "name", "born", "sex", "token", "place"}."""
        from datetime import date

        body = self._ask("GET", f"/sessions/{session}")
        if body.get("status") != "confirmed" or body.get("state") != state:
            raise ServiceError(_("The identity service did not confirm who you are. Begin again."))
        try:
            born = date.fromisoformat(body["born"])
            identity = Identity(body["name"], born, body["sex"], str(body["token"]))
        except (KeyError, ValueError, TypeError) as error:
            raise ServiceError(_unusable()) from error
        return Confirmed(identity, str(body.get("place") or ""))

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, str]:
        try:
            answer = httpx.request(method, self._url + path, json=body, headers=self._headers, timeout=10)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ServiceError(_("The identity service does not answer. Try again later.")) from error
        if not isinstance(found, dict):
            raise ServiceError(_unusable())
        return found


def _unusable() -> str:
    return _("The identity service answered in a way that cannot be used. Tell the site's operator.")


def service() -> IdentityService | None:
    """The service that this site has set up, if any."""
    if not settings.IDENTITY_SERVICE:
        return None
    return IdentityService(settings.IDENTITY_SERVICE, settings.IDENTITY_SERVICE_TOKEN)
