"""The letters of invitations, written by a job outside any transaction of a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from madang.ground.people.models import Invitation
from madang.ground.people.operations.invitations import RELATED, token_of
from madang.ground.people.queries.invitations import what_of

if TYPE_CHECKING:
    from datetime import datetime


def send_invitation(*, invitation_id: int, now: datetime) -> bool:
    """Send the letter unless it was sent, answered or taken back; returns whether it was sent.

    A run that is killed between sending and noting it sends the same letter with the same link again: the message
    carries the same id, by which a mailbox can tell.
    """
    invitation = Invitation.objects.select_related(*RELATED).filter(pk=invitation_id).first()
    if invitation is None or invitation.sent_at or invitation.accepted_at or invitation.withdrawn_at:
        return False
    with translation.override(invitation.language):
        letter(invitation).send()
    Invitation.objects.filter(pk=invitation_id, token_hash=invitation.token_hash).update(sent_at=now)
    return True


def letter(invitation: Invitation) -> EmailMessage:
    """The letter in the current language."""
    url = settings.BASE_URL.rstrip("/") + reverse("invitations:detail", args=[token_of(invitation)])
    what = what_of(invitation)
    context = {"invitation": invitation, "url": url, "what": what, "inviter": invitation.invited_by}
    return EmailMessage(
        subject=_("Invitation to Madang: %(what)s") % {"what": what},
        body=render_to_string("people/mail/invitation.txt", context),
        to=[invitation.email],
        headers={"Message-ID": f"<invitation.{invitation.token_hash[:32]}@madang>"},
    )
