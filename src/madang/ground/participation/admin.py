"""What operators look at: deliveries and why some were given up, addresses to which no mail goes."""

from __future__ import annotations

from django.contrib import admin

from madang.ground.participation.models import Delivery, Suppression
from madang.ground.people.readonly import ReadOnly


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("id", "channel", "state", "attempts", "due_at", "finished_at", "trouble")
    list_filter = ("state", "channel")
    list_select_related = ("user",)
    ordering = ("-id",)


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Operators add an address and lift one; what the mail service reports arrives by itself."""

    list_display = ("email", "cause", "detail", "created_at")
    list_filter = ("cause",)
    search_fields = ("email",)
