"""What offices decide about voices: answered, hidden, taken up."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import Field as About

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations import answering, moderation, promotion
from madang.explore.proposals.operations.voices import DeskError
from madang.explore.proposals.permissions_desk import ANSWER, DECIDE
from madang.explore.proposals.queries import desk
from madang.explore.proposals.shapes import AnswerOut, answer_out
from madang.ground.agenda.models import Field
from madang.ground.agenda.queries import item as item_of
from madang.ground.agenda.queries import links_of
from madang.ground.agenda.shapes import ItemOut, item_out
from madang.ground.footing.rest import Given, Id, ProblemError, Shape, needs, refuse
from madang.ground.people.permissions import can, require

router = Router()
refuse("conflict", DeskError)
refuse("invalid", moderation.HidingReasonError, promotion.PromotionIncompleteError)
Voices = Annotated[list[Id], About(min_length=1, max_length=500, description="Ids of proposals.")]


class AnswerIn(Given):
    office: Id = About(description="Id of the office that answers.")
    body: str = About(min_length=1, max_length=10_000, description="Markdown.")


class HidingIn(Given):
    reason: str = About(min_length=1, max_length=500, description="Stands publicly where the words stood.")


class HidingOut(Shape):
    hidden: bool
    reason: str = ""


class PromotionIn(Given):
    """An agenda item, and the voices that it is made of."""

    title: str = About(min_length=1, max_length=120)
    summary: str = About(min_length=1, max_length=4000)
    field: Field
    proposals: Voices
    reason: str = About("", max_length=2000, description="Stands in the public record.")


class EvidenceIn(Given):
    proposals: Voices


class Added(Shape):
    added: int = About(description="How many voices were new to the item.")


def _by(request: HttpRequest) -> Any:
    return request.user


@router.post(
    "/proposals/{int:pk}/answers",
    response={201: AnswerOut},
    auth=needs("write:answers"),
    operation_id="addAnswer",
    summary="Answer as an office",
)
def add_answer(request: HttpRequest, pk: int, given: AnswerIn) -> Status:
    """Publish an office's answer; it stops the clock and reaches everybody behind the voice."""
    proposal = desk.voice(pk)
    require(request.user, ANSWER, proposal)
    offices = desk.offices_for(_by(request), proposal, decides=can(request.user, DECIDE, proposal))
    office = next((one for one in offices if one.pk == given.office), None)
    if office is None:
        raise ProblemError("forbidden", _("You do not answer for that office here."))
    answer = answering.answer(proposal=proposal, office=office, body=given.body, by=_by(request), now=timezone.now())
    return Status(201, answer_out(answer, proposal))


@router.put(
    "/proposals/{int:pk}/hiding",
    response=HidingOut,
    auth=needs("moderate"),
    operation_id="hideProposal",
    summary="Hide a proposal",
)
def hide_proposal(request: HttpRequest, pk: int, given: HidingIn) -> dict[str, object]:
    """Replace its words by the reason, on the public record; its author is told."""
    proposal = desk.voice(pk)
    require(request.user, DECIDE, proposal)
    hiding = moderation.hide(proposal=proposal, reason=given.reason, by=_by(request), now=timezone.now())
    return {"hidden": True, "reason": hiding.reason}


@router.delete(
    "/proposals/{int:pk}/hiding",
    response=HidingOut,
    auth=needs("moderate"),
    operation_id="showProposal",
    summary="Show it again",
)
def show_proposal(request: HttpRequest, pk: int) -> dict[str, object]:
    """Show a hidden proposal again, as it stood before."""
    proposal = desk.voice(pk)
    require(request.user, DECIDE, proposal)
    moderation.lift(proposal=proposal, by=_by(request), now=timezone.now())
    return {"hidden": False, "reason": ""}


@router.post(
    "/agenda",
    response={200: ItemOut, 201: ItemOut},
    auth=needs("write:agenda"),
    operation_id="promote",
    summary="Take voices up",
    tags=["agenda"],
)
def promote(request: HttpRequest, given: PromotionIn) -> Status:
    """Make an agenda item of voices, all of which stay as its evidence; the same voices again give the same item."""
    voices = _decided(request, given.proposals)
    place = promotion.joint_place([voice.place for voice in voices])
    require(request.user, DECIDE, place)
    words = given.model_dump(exclude={"proposals"})
    made = promotion.promote(**words, proposals=voices, place=place, by=_by(request), now=timezone.now())
    item = item_of(made.item.pk)
    return Status(201 if made.created else 200, item_out(item, links_of(item)))


@router.post(
    "/agenda/{int:pk}/evidence",
    response=Added,
    auth=needs("write:agenda"),
    operation_id="addEvidence",
    summary="Add voices to it",
    tags=["agenda"],
)
def add_evidence(request: HttpRequest, pk: int, given: EvidenceIn) -> dict[str, object]:
    """Add voices, and all that are merged into them, to an item as evidence."""
    item = item_of(pk)
    require(request.user, "agenda.edit", item)
    voices = _decided(request, given.proposals)
    return {"added": promotion.add_evidence(item=item, proposals=voices, by=_by(request), now=timezone.now())}


def _decided(request: HttpRequest, ids: list[int]) -> list[Proposal]:
    """The voices named, every one of which the person may decide on."""
    voices = list(Proposal.objects.filter(pk__in=ids).select_related("place__parent").defer("place__boundary"))
    if len(voices) < len(set(ids)):
        raise Proposal.DoesNotExist
    for voice in voices:
        require(request.user, DECIDE, voice)
    return voices
