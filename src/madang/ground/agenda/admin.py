"""Criteria and their weights, which a place sets for itself. Items are changed only by operations."""

from __future__ import annotations

from django.contrib import admin

from madang.ground.agenda.models import Criterion


@admin.register(Criterion)
class CriterionAdmin(admin.ModelAdmin):
    list_display = ("key", "name_ko", "name_en", "place", "weight", "order", "active")
    list_filter = ("active",)
    list_select_related = ("place",)
    autocomplete_fields = ()
    raw_id_fields = ("place",)
