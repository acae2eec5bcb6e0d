"""Forms of budgets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Field
from madang.ground.people.models import Level
from madang.plan.budgets import outlines, wording
from madang.plan.budgets.models import Budget
from madang.plan.budgets.models.budgets import BallotType, Kind, Rule
from madang.plan.budgets.operations.setup import PotTyped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.places.models import Place
    from madang.plan.budgets.models import Phase, Pot
    from madang.plan.budgets.outlines import Outline

MOST_MONEY = 10**15


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def amount_field(label: Any, *, required: bool = True, least: int = 1, help: Any = "") -> forms.IntegerField:  # noqa: A002
    """Money in whole won; commas and spaces that people type are left out by `MoneyField`."""
    return MoneyField(label=label, required=required, min_value=least, max_value=MOST_MONEY, help_text=help)


class MoneyField(forms.IntegerField):
    """An amount as people type it: 350,000,000 or 350 000 000."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        text = str(value).replace(",", "").replace(" ", "").replace("원", "") if value is not None else value
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


class BasicsForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    year = forms.IntegerField(label=_("Year in which the money is spent"), min_value=2000, max_value=2100)
    description = forms.CharField(
        label=_("What this budget is about"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("For residents, in plain words: what the money is for, and what is decided."),
    )  # fmt: skip


class NewBudgetForm(BasicsForm):
    """A new budget: place and outline beside the basics; the phases follow from the first day."""

    place = forms.TypedChoiceField(label=_("Place"), coerce=int)
    outline = forms.ChoiceField(label=_("Begin from"), widget=forms.RadioSelect)
    first = day_field(_("First day"))
    field_order = ("place", "title", "year", "description", "outline", "first")

    def __init__(self, *args: Any, places: Sequence[Place], offered: Sequence[Outline], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {one.pk: one for one in places}
        self.offered = {one.key: one for one in offered}
        self.fields["place"].choices = [(one.pk, one.name) for one in places]  # type: ignore[attr-defined]
        self.fields["outline"].choices = [  # type: ignore[attr-defined]
            (one.key, f"{one.name}: {one.about}" if one.about else one.name) for one in offered
        ]

    def clean_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]

    def clean_outline(self) -> Outline:
        return self.offered[self.cleaned_data["outline"]]


class PotForm(forms.Form):
    """One pot; a row left empty is no pot."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    amount = amount_field(_("Amount"), required=False)
    place = forms.TypedChoiceField(label=_("District"), coerce=int, required=False, empty_value=None)
    field = forms.ChoiceField(label=_("Theme"), required=False, choices=[("", _("Every theme")), *Field.choices])
    most_cost = amount_field(_("A project may cost at most"), required=False)

    def __init__(self, *args: Any, districts: Sequence[Place] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = {one.pk: one for one in districts}
        self.fields["place"].choices = [("", _("Every district")), *((one.pk, one.name) for one in districts)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("name")) != bool(data.get("amount")) and not self.errors:
            self.add_error("amount", _("A pot needs both a name and an amount. Empty both to leave it out."))
        return data

    @property
    def typed(self) -> PotTyped | None:
        data = self.cleaned_data
        if not data.get("name"):
            return None
        place = self.districts.get(data["place"]) if data.get("place") else None
        return PotTyped(data["name"], data["amount"], data.get("pk"), place, data["field"], data["most_cost"])


EMPTY_ROWS = 3


def pot_rows(pots: Sequence[Pot], districts: Sequence[Place], data: Any = None) -> list[PotForm]:
    """A form a pot, and some empty ones."""
    if data is not None:
        count = min(int(data.get("rows", "0")) if str(data.get("rows", "")).isdecimal() else 0, 200)
        return [PotForm(data, prefix=f"p{at}", districts=districts) for at in range(count)]
    known = [
        {"pk": one.pk, "name": one.name, "amount": one.amount, "place": one.place_id, "field": one.field,
         "most_cost": one.most_cost}
        for one in pots
    ]  # fmt: skip
    known += [{} for _ in range(EMPTY_ROWS)]
    return [PotForm(initial=row, prefix=f"p{at}", districts=districts) for at, row in enumerate(known)]


class DistrictPotsForm(forms.Form):
    """The same amount for every district at once."""

    each = amount_field(_("Amount for each district"))


class ElectorateForm(forms.ModelForm):
    """Who may vote and how many ideas one person may put forward."""

    level = forms.TypedChoiceField(
        label=_("How surely a voter must be known"), coerce=int,
        choices=[one for one in Level.choices if one[0] in {1, 2, 3}],
        help_text=_("Resident confirmed is what makes one ballot a resident; phone alone lets others in."),
    )  # fmt: skip

    class Meta:
        model = Budget
        fields = ("level", "least_age", "admits_workers", "admits_firms", "admits_paper", "eligible", "most_ideas")


class PhasesForm(forms.Form):
    """First and last day of each phase; one left empty is left out."""

    def __init__(self, *args: Any, phases: Sequence[Phase] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {one.kind: one for one in phases}
        for kind, label in Kind.choices:
            phase = known.get(kind)
            for part, name in (("first", _("first day")), ("last", _("last day"))):
                field = day_field(f"{label}: {name}", required=False)
                if phase:
                    moment = phase.starts_at if part == "first" else phase.ends_at - timedelta(minutes=1)
                    field.initial = timezone.localdate(moment)
                self.fields[f"{kind}_{part}"] = field

    @property
    def rows(self) -> list[tuple[object, object, forms.BoundField, forms.BoundField]]:
        return [
            (label, wording.KINDS[kind], self[f"{kind}_first"], self[f"{kind}_last"]) for kind, label in Kind.choices
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for kind in Kind.values:
            first, last = data.get(f"{kind}_first"), data.get(f"{kind}_last")
            if bool(first) != bool(last):
                self.add_error(f"{kind}_last", _("Give both days, or leave both empty to leave the phase out."))
            elif first and last and last < first:
                self.add_error(f"{kind}_last", _("The last day comes before the first."))
        return data

    @property
    def spans(self) -> list[tuple[str, datetime, datetime]]:
        data = self.cleaned_data
        found = []
        for kind in Kind.values:
            if first := data.get(f"{kind}_first"):
                end = data[f"{kind}_last"] + timedelta(days=1)
                found.append((kind, outlines.begin_of(first), outlines.begin_of(end)))
        return found


class BallotForm(forms.ModelForm):
    """Ballot and count, each option in plain words."""

    ballot_type = forms.ChoiceField(label=_("How residents vote"), choices=BallotType.choices, widget=forms.RadioSelect)
    rule = forms.ChoiceField(label=_("How it is counted"), choices=Rule.choices, widget=forms.RadioSelect)
    utility = forms.ChoiceField(
        label=_("What a winner is worth to its supporters"), choices=[*wording.UTILITIES.items()]
    )
    completion = forms.ChoiceField(label=_("What happens with the rest"), choices=[*wording.COMPLETIONS.items()])
    stop = forms.ChoiceField(label=_("When raising the shares stops"), choices=[*wording.STOPS.items()])
    tie = forms.ChoiceField(label=_("When two are equally good"), choices=[*wording.TIES.items()])

    class Meta:
        model = Budget
        fields = (
            "ballot_type", "least_choices", "most_choices", "points", "own_district_and", "rule", "utility",
            "completion", "stop", "tie", "comparison", "threshold",
        )  # fmt: skip
        help_texts = {
            "least_choices": _("0 lets a voter hand in a blank ballot."),
            "most_choices": _("Empty: as many as they like."),
            "points": _("Only where points are shared out."),
            "own_district_and": _("How many districts beside their own a voter may choose from. Empty: all of them."),
            "comparison": _("If most votes first would make strictly more voters happy, its winners stand."),
            "threshold": _("A project with fewer votes cannot win. 0: no threshold."),
        }

    def clean(self) -> dict[str, Any]:
        """Constraints are told by the operation, with what to mend."""
        data = super().clean() or {}
        self._validate_unique = False
        return data

    def validate_constraints(self) -> None:
        """The operation says it in words."""


class SimulationForm(forms.Form):
    """On which ballots to try the rule."""

    basis = forms.ChoiceField(
        label=_("On which ballots"), widget=forms.RadioSelect,
        choices=[("earlier", _("An earlier budget")), ("file", _("A .pb file")), ("generated", _("Drawn by chance"))],
    )  # fmt: skip
    earlier = forms.TypedChoiceField(label=_("Earlier budget"), coerce=int, required=False, empty_value=None)
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ".pb,text/plain"}),
        help_text=_("In the format of Pabulib, up to 60 MB. It is kept with this run, and shown to nobody else."),
    )  # fmt: skip
    voters = forms.IntegerField(
        label=_("How many voters"), min_value=10, max_value=200_000, initial=3000, required=False
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31, initial=1, required=False,
        help_text=_("The same seed draws the same ballots again."),
    )  # fmt: skip

    def __init__(self, *args: Any, budgets: Sequence[Budget] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.budgets = {one.pk: one for one in budgets}
        self.fields["earlier"].choices = [("", "—"), *((one.pk, str(one)) for one in budgets)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("basis") == "earlier" and not data.get("earlier"):
            self.add_error("earlier", _("Choose the budget whose ballots are counted."))
        if data.get("basis") == "file" and not data.get("file"):
            self.add_error("file", _("Choose a file."))
        return data

    @property
    def asked(self) -> dict[str, Any]:
        """What the operation takes."""
        data = self.cleaned_data
        if data["basis"] == "earlier":
            return {"earlier": self.budgets[data["earlier"]]}
        if data["basis"] == "file":
            return {
                "text": data["file"].read().decode("utf-8-sig", "replace").replace("\x00", ""),
                "name": data["file"].name,
            }
        return {"voters": data["voters"] or 3000, "seed": data["seed"] or 0}


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("Name of the template"), max_length=80)


class StepsForm(TemplateForm):
    """A kept template: its name, and days and gap of each phase (0 days leave a phase out)."""

    def __init__(self, *args: Any, steps: Sequence[outlines.Step] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {one.kind: one for one in steps}
        for kind, label in Kind.choices:
            step = known.get(kind)
            self.fields[f"{kind}_days"] = forms.IntegerField(
                label=_("%(phase)s: days") % {"phase": label},
                min_value=0,
                max_value=2000,
                initial=step.days if step else 0,
            )
            self.fields[f"{kind}_gap"] = forms.IntegerField(
                label=_("%(phase)s: days before it") % {"phase": label}, min_value=0, max_value=365,
                initial=step.gap if step else 0,
            )  # fmt: skip

    @property
    def steps(self) -> list[outlines.Step]:
        data = self.cleaned_data
        kinds = [kind for kind in Kind.values if data.get(f"{kind}_days")]
        return [outlines.Step(kind, data[f"{kind}_days"], data[f"{kind}_gap"]) for kind in kinds]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands on the public record."),
    )  # fmt: skip
