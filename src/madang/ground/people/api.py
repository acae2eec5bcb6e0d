"""The person to whom a token belongs."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from madang.ground.footing.rest import Shape, needs
from madang.ground.people import queries
from madang.ground.people.models import Role

router = Router(tags=["me"])


class RoleOut(Shape):
    kind: str
    place: str | None = Field(None, description="Code of the place at which it is held.")
    office: int | None = None
    expires_at: datetime | None = None


class Me(Shape):
    """Who asks, and as what."""

    name: str = Field(description="The name that others see.")
    language: str
    roles: list[RoleOut] = Field(description="Those in force.")
    scopes: list[str] | None = Field(None, description="Of the token; null for a session of the site.")


def role_out(role: Role) -> dict[str, object]:
    place = role.place.code if role.place else None
    return {"kind": role.kind, "place": place, "office": role.office_id, "expires_at": role.expires_at}


@router.get("/me", response=Me, auth=needs("read"), operation_id="getMe", summary="Who I am here")
def get_me(request: HttpRequest) -> dict[str, object]:
    """The person behind the token, the roles in force, and what the token may do."""
    token = getattr(request, "token", None)
    roles = [role_out(role) for role in queries.roles_of(request.user)]
    user = request.user
    return {
        "name": queries.display_name(user),  # type: ignore[arg-type]
        "language": user.language,  # type: ignore[union-attr]
        "roles": roles,
        "scopes": token.scopes if token else None,
    }
