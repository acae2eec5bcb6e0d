"""Forms of the counter: handing sheets out, and what somebody reads on one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.people.verification import Identity
from madang.ground.places.models import Place
from madang.plan.budgets.operations.paper import Reading

if TYPE_CHECKING:
    from madang.plan.budgets.models import Budget

VOID = (
    ("", _("It is a vote")),
    ("blank_void", _("Void: the mark cannot be told")),
    ("torn", _("Void: damaged, or not one of ours")),
    ("named", _("Void: a name or a message is written on it")),
    ("rules", _("Void: too many, or against the rules of the ballot")),
)
SEX = (("", "—"), ("F", _("Woman")), ("M", _("Man")))


def _districts(budget: Budget) -> Any:
    here = Q(pk=budget.place_id) | Q(parent=budget.place_id)
    return Place.objects.filter(here, valid_to=None).defer("boundary").order_by("code")


class _Identified(forms.Form):
    """A person as their identity card says; hashed at once, never kept."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    born = forms.DateField(label=_("Date of birth"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(label=_("Sex"), choices=SEX, required=False)
    namesake = forms.IntegerField(
        label=_("Which of several namesakes born on that day"), min_value=0, max_value=99, required=False
    )

    def identity(self) -> Identity | None:
        """The person, where all of it was given."""
        told = self.cleaned_data
        if not (told.get("name") and told.get("born") and told.get("sex")):
            return None
        return Identity(told["name"], told["born"], told["sex"], namesake=told.get("namesake") or 0)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        given = [bool(told.get(name)) for name in ("name", "born", "sex")]
        if any(given) and not all(given):
            raise forms.ValidationError(_("Give name, date of birth and sex, or none of them."))
        return told


class RangeForm(forms.Form):
    """Numbered sheets for a counter."""

    first = forms.CharField(label=_("First number"), max_length=40, help_text=_("Such as A-0001"))
    last = forms.CharField(label=_("Last number"), max_length=40)
    district = forms.ModelChoiceField(label=_("District of the counter"), queryset=Place.objects.none(), required=False)

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "range", **kwargs})
        self.fields["district"].queryset = _districts(budget)  # type: ignore[attr-defined]


class SheetForm(_Identified):
    """One sheet for one person."""

    serial = forms.CharField(label=_("Number on the sheet"), max_length=40)
    district = forms.ModelChoiceField(label=_("District"), queryset=Place.objects.none(), required=False)
    field_order = ("serial", "name", "born", "sex", "namesake", "district")

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "sheet", **kwargs})
        self.fields["district"].queryset = _districts(budget)  # type: ignore[attr-defined]
        for name in ("name", "born", "sex"):
            self.fields[name].required = True


class ReadingForm(_Identified):
    """What one person reads on a sheet. Projects are named by number, in the order of a ranking; points as 3:5."""

    serial = forms.CharField(label=_("Number on the sheet"), max_length=40)
    marks = forms.CharField(
        label=_("Projects marked, by number"), required=False, max_length=2000,
        help_text=_("Separated by spaces: 3 12 7. A ranking: the best first. Points: number:points, as 3:5 12:2."),
        validators=[RegexValidator(r"^[0-9:,\s]*$", _("Only numbers, spaces and colons."))],
    )  # fmt: skip
    district = forms.ModelChoiceField(label=_("District on the sheet"), queryset=Place.objects.none(), required=False)
    void = forms.ChoiceField(label=_("Validity"), choices=VOID, required=False)
    field_order = ("serial", "marks", "district", "void", "name", "born", "sex", "namesake")

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.budget = budget
        self.fields["district"].queryset = _districts(budget)  # type: ignore[attr-defined]

    def reading(self) -> Reading:
        """What was read, for the operation."""
        told = self.cleaned_data
        choices, points = self._marks(told["marks"])
        return Reading(
            serial=told["serial"], choices=choices, points=points, district=told["district"],
            identity=self.identity(), void=told["void"],
        )  # fmt: skip

    def _marks(self, text: str) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
        pairs = [one.partition(":") for one in text.replace(",", " ").split()]
        numbers = tuple(int(head) for head, _colon, _tail in pairs if head and len(head) < 9)
        if self.budget.ballot_type != "cumulative":
            return numbers, None
        return numbers, tuple(int(tail[:9] or 0) if tail else 0 for _head, _colon, tail in pairs)
