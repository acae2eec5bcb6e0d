"""Pages of lists and versions of things, as the door turns them into `Link` and `ETag` headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

from django.utils.translation import gettext as _
from ninja import Query

from madang.ground.footing.rest.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from django.http import HttpRequest

CURSOR = Annotated[str, Query(max_length=1500, description="`next` or `previous` of another page.")]
SIZE = Annotated[int, Query(ge=1, le=100, description="How many rows a page holds.")]


class Found(Protocol):
    """A page of rows with the cursors of its neighbors, such as `footing.keyset.Page`."""

    @property
    def rows(self) -> Any: ...
    @property
    def next(self) -> str: ...
    @property
    def previous(self) -> str: ...


def paged(request: HttpRequest, found: Found, drawn: Callable[[Any], object]) -> dict[str, object]:
    """A page of a list as it goes out, its neighbors named for the `Link` header."""
    return link(request, [drawn(row) for row in found.rows], following=found.next, previous=found.previous)


def link(
    request: HttpRequest, items: Iterable[object], *, following: str = "", previous: str = ""
) -> dict[str, object]:
    """The same for rows that are drawn already."""
    links: dict[str, str] = {}
    for name, cursor in (("next", following), ("prev", previous)):
        if cursor:
            query = request.GET.copy()
            query["cursor"] = cursor
            links[name] = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    request.api_links = links  # type: ignore[attr-defined]
    return {"items": list(items), "next": following or None, "previous": previous or None}


def versioned(request: HttpRequest, version: object) -> None:
    """Name the version of the words that this answer shows: the first part of its ETag, which If-Match compares."""
    request.api_version = str(version)  # type: ignore[attr-defined]


def unchanged_since(request: HttpRequest) -> Callable[[object], None]:
    """What `If-Match` asks of a change, as a check of the version found under the lock. Raises ProblemError."""
    asked = request.headers.get("If-Match", "").strip()
    if not asked:
        raise ProblemError(
            "precondition-required",
            _("Send the ETag of the version that you read in If-Match, so that nobody's change is overwritten unseen."),
        )
    versions = {tag.strip().removeprefix("W/").strip('"').partition(".")[0] for tag in asked.split(",")}

    def check(version: object) -> None:
        if asked != "*" and str(version) not in versions:
            raise ProblemError(
                "precondition-failed",
                _("Somebody has changed this since you read it. Read it again, and send your change anew."),
            )

    return check
