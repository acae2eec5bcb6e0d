"""Filters of the record, what to verify, and what officers and witnesses hand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.ground.places.models import Office
from madang.ground.places.queries import places
from madang.ground.record import kinds
from madang.ground.record.queries.browsing import Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.record.models import Checkpoint

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """The offices offered are those of the chosen place."""

    place = forms.ChoiceField(label=_("Place"), required=False)
    office = forms.ChoiceField(label=_("Office"), required=False)
    kind = forms.ChoiceField(label=_("What happened"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DAY)
    until = forms.DateField(label=_("Until"), required=False, widget=DAY)
    subject = forms.CharField(
        label=_("About"), required=False, max_length=60, widget=forms.TextInput(attrs={"placeholder": "agenda:17"})
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.places = {place.code: place for place in places()}
        place = self.places.get(str(self.data.get("place", "")))
        offices = Office.objects.filter(place=place).order_by("name_ko") if place else Office.objects.none()
        self.offices = {str(office.pk): office for office in offices}
        names = [(code, one.name if not one.parent_id else f"— {one.name}") for code, one in self.places.items()]
        self._offer("place", [("", _("Every place")), *names])
        self._offer("office", [("", _("Every office")), *((pk, one.name) for pk, one in self.offices.items())])
        self._offer("kind", [("", _("Everything")), *((one.key, one.label) for one in kinds.registered())])
        if not self.offices:
            del self.fields["office"]

    def _offer(self, name: str, choices: list[tuple[str, object]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> Filters:
        """What was asked for; whatever makes no sense is left out, as a shared link may be old."""
        self.is_valid()
        data = self.cleaned_data
        return Filters(
            place=self.places.get(data.get("place", "")),
            office=self.offices.get(data.get("office", "")),
            kind=data.get("kind", ""),
            subject=data.get("subject", "").strip(),
            since=data.get("since"),
            until=data.get("until"),
        )


class EntryForm(forms.Form):
    index = forms.IntegerField(label=_("Place in the log"), min_value=0, max_value=2**62)


class RangeForm(forms.Form):
    first = forms.IntegerField(label=_("From place"), min_value=0, max_value=2**62)
    last = forms.IntegerField(label=_("To place"), min_value=0, max_value=2**62)


class ConsistencyForm(forms.Form):
    old = forms.TypedChoiceField(label=_("Earlier checkpoint"), coerce=int)
    new = forms.TypedChoiceField(label=_("Later checkpoint"), coerce=int)

    def __init__(self, *args: object, offered: Sequence[Checkpoint], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(one.pk, _label(one)) for one in offered]
        for name in ("old", "new"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if len(choices) > 1:
            self.initial.setdefault("old", choices[1][0])


def _label(checkpoint: Checkpoint) -> str:
    at = timezone.localtime(checkpoint.at)
    return _("%(at)s: %(n)s entries") % {"at": f"{at:%Y-%m-%d %H:%M}", "n": f"{checkpoint.size:,}"}


class WithholdingForm(forms.Form):
    why = forms.CharField(
        label=_("Why the words are withheld"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands in the record in their place. Do not repeat what must not be public."),
    )  # fmt: skip


class CosignatureForm(forms.Form):
    note = forms.CharField(
        label=_("The checkpoint with your signature"), max_length=20_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "false"}),
        help_text=_("The whole text that “madang record cosign” printed."),
    )  # fmt: skip


class WitnessForm(forms.Form):
    organization = forms.CharField(label=_("Organization"), max_length=120)
    key = forms.CharField(label=_("Public key"), max_length=400, help_text=_("One line: name+id+base64."))
