"""For the platform administrator's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from madang.plan.routing.models import Assignment

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin):
    list_display = ("item", "office", "status", "assigned_at", "due_at")
    list_filter = ("status",)
    list_select_related = ("item", "office")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Assignments are made and answered by their operations, which write the public record."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return False
