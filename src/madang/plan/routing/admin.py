"""For the platform administrator's eyes: assignments are made and answered by their operations."""

from __future__ import annotations

from django.contrib import admin

from madang.ground.people.readonly import ReadOnly
from madang.plan.routing.models import Assignment


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly):
    list_display = ("item", "office", "status", "assigned_at", "due_at")
    list_filter = ("status",)
    list_select_related = ("item", "office")
