"""The person to whom a token belongs."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from madang.ground.footing.rest import CURSOR, Paged, Shape, needs, paged
from madang.ground.people import queries
from madang.ground.people.models import Organization, Role
from madang.ground.places.queries import place_by_code

router = Router(tags=["me"])


class RoleOut(Shape):
    kind: str
    place: str | None = Field(None, description="Code of the place at which it is held.")
    office: int | None = None
    expires_at: datetime | None = None


class OrganizationOut(Shape):
    """An organization that takes part."""

    id: int
    kind: Organization.Kind
    name_ko: str
    name_en: str
    home: str | None = Field(None, description="Code of its home place; null overseas.")
    country: str = Field(description="ISO 3166-1 code.", examples=["KR"])
    website: str
    description: str
    verified: bool = Field(description="Whether a government has verified who it is.")
    url: str = Field(description="Its page on this site.")


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


def organization_out(one: Organization) -> dict[str, object]:
    names = ("kind", "name_ko", "name_en", "country", "website", "description")
    return {
        **{name: getattr(one, name) for name in names},
        "id": one.pk,
        "home": one.home.code if one.home else None,
        "verified": one.verified_at is not None,
        "url": one.get_absolute_url(),
    }


@router.get(
    "/organizations",
    response=Paged[OrganizationOut],
    operation_id="listOrganizations",
    summary="Organizations",
    tags=["organizations"],
)
def list_organizations(
    request: HttpRequest,
    q: str = Query("", max_length=80, description="Part of the name."),
    kind: Organization.Kind | None = None,
    place: str = Query("", max_length=10, description="Code of a place; those in it are included."),
    verified: bool = False,
    cursor: CURSOR = "",
) -> dict[str, object]:
    """Organizations that take part, newest first."""
    where = place_by_code(place) if place else None
    found = queries.directory(search=q, kind=kind or "", place=where, verified=verified, after=cursor)
    return paged(request, found, organization_out)


@router.get(
    "/organizations/{int:pk}",
    response=OrganizationOut,
    operation_id="getOrganization",
    summary="An organization",
    tags=["organizations"],
)
def get_organization(request: HttpRequest, pk: int) -> dict[str, object]:
    """One organization, by what it says of itself."""
    del request
    found = queries.organization_for_page(pk)
    if found is None:
        raise Organization.DoesNotExist
    return organization_out(found)
