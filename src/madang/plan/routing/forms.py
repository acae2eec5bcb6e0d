"""Forms of routing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.ground.places.models import Office


class AssignmentForm(forms.Form):
    """Confirm the proposed owner or choose another; the reason is public either way."""

    office = forms.ModelChoiceField(label=_("Owner office"), queryset=None)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands on the public record."),
    )

    def __init__(self, *args: object, offices: QuerySet[Office], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """Accept, or hand back with a reason."""

    decision = forms.ChoiceField(choices=[("accept", _("Accept")), ("hand_back", _("Hand back"))])
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("decision") == "hand_back" and not str(data.get("reason", "")).strip():
            self.add_error("reason", _("Say why: the officer needs it to choose another office."))
        return data
