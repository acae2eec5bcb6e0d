"""Roles, offices, settings and successions, as administrators fill them in."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.ground.people.authority import BELOW_AN_ADMINISTRATOR, GRANT
from madang.ground.people.models import Role
from madang.ground.people.permissions import can
from madang.ground.places.models import Office, Place
from madang.ground.places.operations import Named
from madang.ground.places.settings import SettingValueError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from madang.ground.people.queries.administration import SettingRow

REASON = gettext_lazy("It stands in the public record. Name no person in it.")


def end_of(day: date | None) -> datetime | None:
    """The end of a day at the place: a role "until May 31" still counts on that evening."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}), help_text=REASON
    )


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TermForm(ReasonForm):
    until = forms.DateField(
        label=gettext_lazy("Until and including"), required=False, widget=DayInput(),
        help_text=gettext_lazy("Empty: without end."),
    )  # fmt: skip
    field_order: tuple[str, ...] = ("until", "reason")


class InviteToRoleForm(TermForm):
    """What the administrator may give here, and nothing else, is offered."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254,
        help_text=gettext_lazy("A letter goes there; the role begins when the person accepts."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Role"))
    office = forms.ChoiceField(
        label=gettext_lazy("Office"), required=False, help_text=gettext_lazy("Needed for department staff.")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"),
        choices=[("ko", gettext_lazy("Korean")), ("en", gettext_lazy("English"))],
    )
    field_order = ("email", "kind", "office", "until", "reason", "language")

    def __init__(self, *args: object, place: Place, by: object, offices: Sequence[Office], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.place, self.offices = place, {str(one.pk): one for one in offices}
        kinds = [*sorted(BELOW_AN_ADMINISTRATOR, key=list(Role.Kind).index)]
        if can(by, GRANT, Role(kind=Role.Kind.MUNICIPAL_ADMIN, place=place)):
            kinds.insert(0, Role.Kind.MUNICIPAL_ADMIN)
        self.fields["kind"].choices = [(kind, Role.Kind(kind).label) for kind in kinds]  # type: ignore[attr-defined]
        choices = [("", _("None: for the whole place")), *((pk, one.name) for pk, one in self.offices.items())]
        self.fields["office"].choices = choices  # type: ignore[attr-defined]

    def invited(self) -> dict[str, Any]:
        """Arguments of `invite_to_role`."""
        data = self.cleaned_data
        office = self.offices.get(data["office"]) if data["kind"] == Role.Kind.STAFF else None
        return {
            "email": data["email"], "kind": data["kind"], "office": office, "place": None if office else self.place,
            "reason": data["reason"], "expires_at": end_of(data["until"]), "language": data["language"],
        }  # fmt: skip


class OfficeForm(forms.ModelForm):
    class Meta:
        model = Office
        fields = ("kind", "name_ko", "name_en", "parent", "is_innovation_officer", "mandate", "business_plan")
        labels = {
            "kind": gettext_lazy("Kind of office"),
            "name_ko": gettext_lazy("Name in Korean"),
            "name_en": gettext_lazy("Name in English"),
            "parent": gettext_lazy("Under"),
            "is_innovation_officer": gettext_lazy("The Social Innovation Officer of this place"),
            "mandate": gettext_lazy("Mandate"),
            "business_plan": gettext_lazy("Business plan"),
        }
        help_texts = {
            "is_innovation_officer": gettext_lazy("Owns what crosses departments or fits none. There is one."),
            "mandate": gettext_lazy("One sentence a line. Owners of agenda items are suggested by these words."),
        }
        widgets = {"mandate": forms.Textarea(attrs={"rows": 6}), "business_plan": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: object, offices: Sequence[Office], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offices = {str(one.pk): one for one in offices if one.active and one.pk != self.instance.pk}
        initial = str(self.instance.parent_id or "")
        self.fields["parent"] = forms.ChoiceField(
            label=_("Under"), required=False, initial=initial, help_text=_("The bureau or office to which it belongs."),
            choices=[("", _("None: it stands alone")), *((pk, one.name) for pk, one in self.offices.items())],
        )  # fmt: skip
        self.order_fields(self.Meta.fields)

    def clean_parent(self) -> Office | None:
        return self.offices.get(self.cleaned_data["parent"])

    def _post_clean(self) -> None:
        """The rows are written by the operation; the database holds what belongs together."""


class RetirementForm(ReasonForm):
    into = forms.ChoiceField(
        label=gettext_lazy("Who takes over"), required=False,
        help_text=gettext_lazy("Agenda items, people and offices under it go there. Nobody: the roles in it end."),
    )  # fmt: skip
    field_order = ("into", "reason")

    def __init__(self, *args: object, offices: Sequence[Office], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offices = {str(one.pk): one for one in offices}
        choices = [("", _("Nobody")), *((pk, one.name) for pk, one in self.offices.items())]
        self.fields["into"].choices = choices  # type: ignore[attr-defined]

    def clean_into(self) -> Office | None:
        return self.offices.get(self.cleaned_data["into"])


class SettingForm(ReasonForm):
    """One setting: inherited or set here. `seen` is what stood here when the page was drawn."""

    how = forms.ChoiceField(label=gettext_lazy("Which value counts here"), widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ("how", "value", "reason", "seen")

    def __init__(self, *args: object, row: SettingRow, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.row, setting = row, row.setting
        inherit = _("The inherited one: %(value)s") % {"value": row.above_words}
        self.fields["how"].choices = [("inherit", inherit), ("own", _("A value of our own"))]  # type: ignore[attr-defined]
        self.fields["how"].initial = "inherit" if row.own is None else "own"
        self.fields["value"] = self._field(setting)
        self.fields["value"].initial = row.in_force.value
        self.fields["seen"].initial = "" if row.own is None else str(row.own)
        self.order_fields(self.field_order)

    def _field(self, setting: Any) -> forms.Field:
        common: dict[str, Any] = {"label": _("Our own value"), "required": False}
        if setting.type is bool:
            return forms.TypedChoiceField(
                choices=[("True", _("yes")), ("False", _("no"))], coerce=lambda value: value == "True", **common
            )
        if setting.type is str:
            return (
                forms.ChoiceField(choices=setting.choices, **common) if setting.choices else forms.CharField(**common)
            )
        unit = {"days": _("In days."), "people": _("Number of people.")}.get(setting.unit, "")
        span = _("From %(low)s to %(high)s.") % {"low": f"{setting.minimum:,}", "high": f"{setting.maximum:,}"}
        return forms.IntegerField(help_text=f"{unit} {span}".strip(), **common)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("how") == "own" and "value" in data:
            try:
                data["value"] = self.row.setting.read(data["value"])
            except SettingValueError as problem:
                self.add_error("value", str(problem))
        return data

    def changes(self) -> dict[str, Any]:
        """Arguments of `change_settings`."""
        data, key = self.cleaned_data, self.row.setting.key
        as_drawn = None if data["seen"] == "" else self._seen(data["seen"])
        return {
            "values": {key: data["value"] if data["how"] == "own" else None},
            "seen": {key: as_drawn},
            "reason": data["reason"],
        }

    def _seen(self, text: str) -> Any:
        kind = self.row.setting.type
        if kind is int:
            return int(text) if text.lstrip("-").isdigit() else text
        return text == "True" if kind is bool else text


class SuccessionForm(ReasonForm):
    """One place renamed or recoded, merged with its neighbors, or divided."""

    on = forms.DateField(label=gettext_lazy("Takes effect on"), widget=DayInput())
    others = forms.MultipleChoiceField(
        label=gettext_lazy("Merged with"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Leave empty unless several places become one."),
    )  # fmt: skip
    successors = forms.CharField(
        label=gettext_lazy("What follows"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One place a line: code, name in Korean, name in English, with commas between. The first takes over."
        ),
    )  # fmt: skip
    field_order = ("on", "successors", "others", "reason")

    def __init__(self, *args: object, place: Place, siblings: Sequence[Place], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.place, self.siblings = place, {one.code: one for one in siblings if one.pk != place.pk}
        self.fields["others"].choices = [(code, one.name) for code, one in self.siblings.items()]  # type: ignore[attr-defined]
        if not self.siblings:
            del self.fields["others"]
        self.fields["successors"].initial = f"{place.code}, {place.name_ko}, {place.name_en}"

    def clean_successors(self) -> list[Named]:
        lines = [line for line in self.cleaned_data["successors"].splitlines() if line.strip()]
        found = []
        for number, line in enumerate(lines, 1):
            parts = [part.strip() for part in line.split(",")]
            if len(parts) != 3 or not all(parts) or not (parts[0].isascii() and parts[0].isalnum()):
                raise forms.ValidationError(
                    _("Line %(n)s: write code, name in Korean, name in English, with commas between.") % {"n": number}
                )
            if len(parts[0]) > 10 or max(len(parts[1]), len(parts[2])) > 60:
                raise forms.ValidationError(_("Line %(n)s: the code or a name is too long.") % {"n": number})
            found.append(Named(*parts))
        return found

    def predecessors(self) -> list[Place]:
        return [self.place, *(self.siblings[code] for code in self.cleaned_data.get("others", []))]
