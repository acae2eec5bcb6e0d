"""For the platform administrator's eyes: what citizens wrote is changed by its operations alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from madang.explore.proposals.models import Hiding, Proposal

if TYPE_CHECKING:
    from django.http import HttpRequest


class ReadOnly(admin.ModelAdmin):
    """A table that can be searched and read; every change has an operation and its record."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return False


@admin.register(Proposal)
class ProposalAdmin(ReadOnly):
    list_display = ("title", "place", "status", "support_count", "answer_due_at", "created_at")
    list_filter = ("status", "field")
    list_select_related = ("place",)


@admin.register(Hiding)
class HidingAdmin(ReadOnly):
    list_display = ("proposal", "reason", "hidden_by", "hidden_at", "lifted_at")
    list_select_related = ("proposal", "hidden_by")
