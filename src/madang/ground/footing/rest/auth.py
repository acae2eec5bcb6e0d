"""Who may call an operation: somebody signed in, and with a token only where it carries the scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from madang.ground.footing.rest.errors import ProblemError

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True)
class Needs:
    """The door (`madang.web.api.door`) has named the person already; this asks for one, and for the scope."""

    scope: str

    def __call__(self, request: HttpRequest) -> object:
        if not request.user.is_authenticated:
            return None
        token = getattr(request, "token", None)
        if token is not None and self.scope not in token.scopes:
            raise ProblemError(
                "insufficient-scope",
                _("This token does not carry the scope %(scope)s. Make one that does.") % {"scope": self.scope},
                {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{self.scope}"'},
            )
        return request.user


def needs(scope: str) -> Needs:
    """Ask for a person, and of a token for this scope."""
    return Needs(scope)
