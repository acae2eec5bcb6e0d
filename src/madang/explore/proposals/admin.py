"""For the platform administrator's eyes: what citizens wrote is changed by its operations alone."""

from __future__ import annotations

from django.contrib import admin

from madang.explore.proposals.models import Hiding, Proposal
from madang.ground.people.readonly import ReadOnly


@admin.register(Proposal)
class ProposalAdmin(ReadOnly):
    list_display = ("title", "place", "status", "support_count", "answer_due_at", "created_at")
    list_filter = ("status", "field")
    list_select_related = ("place",)


@admin.register(Hiding)
class HidingAdmin(ReadOnly):
    list_display = ("proposal", "reason", "hidden_by", "hidden_at", "lifted_at")
    list_select_related = ("proposal", "hidden_by")
