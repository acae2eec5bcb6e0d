"""Forms of routing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from madang.ground.places.models import Office

REASON = forms.Textarea(attrs={"rows": 3})


class AssignmentForm(forms.Form):
    """Confirm the proposed owner or choose another; the reason is public either way.

    offices: those that may own the item, in the order in which their places come. proposed: the suggested one's id.
    """

    office = forms.TypedChoiceField(label=_("Owner office"), coerce=int)
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=REASON, help_text=_("It stands on the public record.")
    )

    def __init__(self, *args: object, offices: Iterable[Office], proposed: int | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offices = {office.pk: office for office in offices}
        self.proposed = proposed
        self.fields["office"].choices = [("", "—"), *self._grouped()]  # type: ignore[attr-defined]

    def _grouped(self) -> list[tuple[str, list[tuple[int, str]]]]:
        grouped = groupby(self.offices.values(), key=lambda office: office.place)
        return [(place.name, [(one.pk, self._label(one)) for one in offices]) for place, offices in grouped]

    def _label(self, office: Office) -> str:
        return _("%(office)s (proposed)") % {"office": office.name} if office.pk == self.proposed else office.name

    def clean_office(self) -> Office:
        return self.offices[self.cleaned_data["office"]]


class AnswerForm(forms.Form):
    """Accept, or hand back with a reason. `seen` is the status that the page showed."""

    decision = forms.ChoiceField(choices=[("accept", _("Accept")), ("hand_back", _("Hand back"))])
    seen = forms.ChoiceField(choices=[("pending", ""), ("accepted", "")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=REASON,
        help_text=_("Needed to hand back. It stands on the public record."),
    )

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("decision") == "hand_back" and not str(data.get("reason", "")).strip():
            self.add_error("reason", _("Say why: the officer needs it to choose another office."))
        return data
