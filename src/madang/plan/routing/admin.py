"""For the platform administrator's eyes."""

from django.contrib import admin

from madang.plan.routing.models import Assignment


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin):
    list_display = ("item", "office", "status", "assigned_at", "due_at")
    list_filter = ("status",)
    raw_id_fields = ("item", "office", "suggestion", "assigned_by", "answered_by")
