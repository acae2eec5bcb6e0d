"""Hiding with a reason, showing again, and the inbox."""

from __future__ import annotations

import pytest
from django.utils import timezone

from madang.explore.proposals.models import DuplicateGroup, GroupMember, Proposal
from madang.explore.proposals.operations import grouping, moderation
from madang.ground.participation.models import Notice, SearchDocument
from madang.ground.record.models import Entry
from tests.factories import AgendaItemFactory, ProposalFactory, officer_at, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def officer():
    return officer_at(suwon())


@pytest.fixture
def voice():
    voice = ProposalFactory()
    SearchDocument.objects.create(subject=voice.subject, place=voice.place, indexed_at=NOW)
    return voice


def test_hiding_and_lifting_leave_both_marks(voice, officer):
    moderation.hide(proposal=voice, reason="개인정보가 들어 있습니다.", by=officer, now=NOW)
    voice.refresh_from_db()
    assert (voice.status, voice.is_visible) == ("hidden", False)
    assert SearchDocument.objects.get(pk=voice.pk).visible is False
    moderation.lift(proposal=voice, by=officer, now=NOW)
    voice.refresh_from_db()
    assert voice.status == "open"
    assert SearchDocument.objects.get(pk=voice.pk).visible is True
    assert list(Entry.objects.values_list("kind", flat=True)) == ["hidden", "restored"]
    assert Notice.objects.filter(user=voice.author).count() == 2


@pytest.mark.parametrize("reason", ["", " \n "])
def test_no_hiding_without_a_reason(voice, officer, reason):
    with pytest.raises(moderation.HidingReasonError):
        moderation.hide(proposal=voice, reason=reason, by=officer, now=NOW)


def test_hidden_once_only_and_lifted_once_only(voice, officer):
    moderation.hide(proposal=voice, reason="광고", by=officer, now=NOW)
    with pytest.raises(moderation.AlreadyHiddenError):
        moderation.hide(proposal=voice, reason="광고", by=officer, now=NOW)
    moderation.lift(proposal=voice, by=officer, now=NOW)
    with pytest.raises(moderation.NotHiddenError):
        moderation.lift(proposal=voice, by=officer, now=NOW)


def test_a_promoted_voice_returns_to_its_item(officer):
    item = AgendaItemFactory()
    voice = ProposalFactory(status="promoted", agenda_item=item)
    moderation.hide(proposal=voice, reason="광고", by=officer, now=NOW)
    assert moderation.lift(proposal=voice, by=officer, now=NOW).status == "promoted"


def test_a_merged_voice_is_separated_first(officer):
    a, b = ProposalFactory.create_batch(2)
    group = DuplicateGroup.objects.create(place=suwon(), found_at=NOW, engine_version="t", size=2)
    GroupMember.objects.bulk_create(GroupMember(group=group, proposal=one, score=1) for one in (a, b))
    grouping.accept_group(group=group, canonical=a, by=officer, now=NOW)
    with pytest.raises(moderation.NotHideableError):
        moderation.hide(proposal=b, reason="광고", by=officer, now=NOW)


def test_seen_counts_only_what_was_new(officer):
    voices = ProposalFactory.create_batch(3)
    ids = [voice.pk for voice in voices]
    assert moderation.mark_seen(proposals=ids[:2], by=officer, now=NOW) == 2
    assert moderation.mark_seen(proposals=ids, by=officer, now=NOW) == 1
    assert not Proposal.objects.filter(seen_at=None).exists()
