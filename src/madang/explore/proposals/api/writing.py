"""Writing proposals and backing them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field as About
from pydantic import model_validator

from madang.explore.proposals.operations import supporting, writing
from madang.explore.proposals.operations.voices import locked
from madang.explore.proposals.queries import detail as details
from madang.explore.proposals.shapes import ProposalOut, proposal_out, words_version
from madang.ground.agenda.models import Field
from madang.ground.footing.rest import Given, Shape, needs, refuse, unchanged_since, versioned
from madang.ground.people.permissions import require
from madang.ground.places.queries import place_by_code

router = Router()
WRITES = needs("write:proposals")
refuse("conflict", writing.NotEditableError, writing.NotWithdrawableError, supporting.NotOpenToSupportError)
refuse("invalid", writing.UnfitTextError)


class Words(Given):
    """A proposal as it is written. Personal data is masked before publishing."""

    title: str = About(min_length=1, max_length=writing.TITLE_LENGTH, examples=["버스 정류장에 그늘을 만들어 주세요"])
    body: str = About(min_length=1, max_length=writing.BODY_LENGTH, description="Markdown.")
    field: Field | None = None
    latitude: float | None = About(None, ge=-90, le=90)
    longitude: float | None = About(None, ge=-180, le=180)
    keep_contacts: bool = About(default=False, description="Publish telephone numbers and e-mails as written.")

    @model_validator(mode="after")
    def _whole(self) -> Words:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("A point needs both latitude and longitude, or neither.")
        return self

    def typed(self) -> writing.Text:
        values = self.model_dump(include={"title", "body", "latitude", "longitude", "keep_contacts"})
        return writing.Text(**values, field=self.field or "")


class ProposalIn(Words):
    place: str = About(max_length=10, description="Code of the government that should answer.", examples=["41110"])


class WithdrawalIn(Given):
    reason: str = About("", max_length=500, description="Stands in the public record; need not be given.")


class Backing(Shape):
    supports: int
    supported: bool


def _by(request: HttpRequest) -> Any:
    return request.user


def _out(request: HttpRequest, pk: int) -> dict[str, object]:
    found = details.detail(pk, viewer=request.user, now=timezone.now())
    versioned(request, words_version(found.proposal))
    return proposal_out(found)


@router.post(
    "/proposals", response={201: ProposalOut}, auth=WRITES, operation_id="addProposal", summary="Propose something"
)
def add_proposal(request: HttpRequest, given: ProposalIn) -> Status:
    """Publish a proposal under one's own name."""
    place = place_by_code(given.place)
    written = writing.write(by=_by(request), place=place, typed=given.typed(), now=timezone.now())
    return Status(201, _out(request, written.proposal.pk))


@router.patch(
    "/proposals/{int:pk}",
    response=ProposalOut,
    auth=WRITES,
    operation_id="editProposal",
    summary="Change one's own",
    openapi_extra={"x-if-match": True},
)
def edit_proposal(request: HttpRequest, pk: int, given: Words) -> dict[str, object]:
    """Give one's own proposal other words, as long as nobody builds on them; its history keeps the old ones."""
    require(request.user, "proposals.edit", details.find(pk, viewer=request.user))
    check = unchanged_since(request)
    with transaction.atomic():
        check(words_version(locked([pk])[0]))
        writing.edit(proposal_id=pk, by=_by(request), typed=given.typed(), now=timezone.now())
    return _out(request, pk)


@router.put(
    "/proposals/{int:pk}/withdrawal",
    response=ProposalOut,
    auth=WRITES,
    operation_id="withdrawProposal",
    summary="Withdraw one's own",
)
def withdraw_proposal(request: HttpRequest, pk: int, given: WithdrawalIn) -> dict[str, object]:
    """Take one's own proposal back; twice changes nothing."""
    writing.withdraw(proposal_id=pk, by=_by(request), reason=given.reason, now=timezone.now())
    return _out(request, pk)


@router.put(
    "/proposals/{int:pk}/support", response=Backing, auth=WRITES, operation_id="support", summary="Back a proposal"
)
def support(request: HttpRequest, pk: int) -> dict[str, object]:
    """Back a proposal; a second time changes nothing."""
    done = supporting.support(proposal_id=pk, by=_by(request), now=timezone.now())
    return {"supports": done.proposal.support_count, "supported": True}


@router.delete(
    "/proposals/{int:pk}/support", response=Backing, auth=WRITES, operation_id="takeBack", summary="Take it back"
)
def take_back(request: HttpRequest, pk: int) -> dict[str, object]:
    """Take one's support back; where there is none nothing changes."""
    done = supporting.take_back_support(proposal_id=pk, by=_by(request))
    return {"supports": done.proposal.support_count, "supported": False}
