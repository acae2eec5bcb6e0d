"""Forms of projects: ideas, examination, cost, what ties them to others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.operations.writing import Text
from madang.ground.agenda.models import Field
from madang.ground.footing.pictures import ImageRefusedError, prepare
from madang.plan.budgets.forms import amount_field
from madang.plan.budgets.models import Screening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.footing.pictures import Picture
    from madang.ground.places.models import Office, Place
    from madang.plan.budgets.models import Pot, Project
    from madang.plan.budgets.queries.screening import Fit

LINE = re.compile(r"^\s*(?P<label>.+?)\s*[:：]\s*(?P<amount>[\d, ]+)\s*원?\s*$")


class LinesField(forms.CharField):
    """Parts with amounts, one a line: "그늘막 2조: 60,000,000"."""

    widget = forms.Textarea(attrs={"rows": 5})

    def clean(self, value: Any) -> list[tuple[str, int]]:
        text = super().clean(value)
        found = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            match = LINE.match(line)
            if match is None or not int(re.sub(r"\D", "", match["amount"]) or 0):
                message = _("Line %(n)s: write what it is for, a colon, and the amount in won.")
                raise forms.ValidationError(message, params={"n": number})
            found.append((match["label"][:120], int(re.sub(r"\D", "", match["amount"]))))
        return found

    @staticmethod
    def shown(lines: Sequence[Any], name: str) -> str:
        return "\n".join(f"{getattr(one, name)}: {one.amount:,}" for one in lines)


class PictureMixin(forms.Form):
    """One picture with its description, encoded anew here."""

    image = forms.FileField(
        label=_("Picture"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    image_alt = forms.CharField(
        label=_("What the picture shows, for those who cannot see it"), required=False, max_length=200
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.pictures: list[Picture] = []
        if file := data.get("image"):
            try:
                self.pictures = [prepare(file=file, name=file.name, description=data.get("image_alt") or "")]
            except ImageRefusedError as refused:
                self.add_error("image", str(refused))
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            self.add_error("longitude", _("A point needs both latitude and longitude, or neither."))
        return data


class IdeaForm(PictureMixin):
    """A citizen's idea, written at once for a budget; it becomes a proposal too."""

    title = forms.CharField(label=_("Title"), max_length=150, help_text=_("What should be done, in one sentence."))
    body = forms.CharField(
        label=_("What the money is for"), max_length=20000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Where, for whom, and why. You need not know what it costs: an office estimates that."),
    )  # fmt: skip
    place = forms.TypedChoiceField(label=_("District"), coerce=int)
    field = forms.ChoiceField(label=_("Theme"), required=False, choices=[("", _("I am not sure")), *Field.choices])
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    field_order = ("title", "body", "place", "field", "image", "image_alt", "latitude", "longitude")

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {one.pk: one for one in places}
        self.fields["place"].choices = [(one.pk, one.name) for one in places]  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]

    @property
    def typed(self) -> Text:
        names = ("title", "body", "field", "latitude", "longitude")
        return Text(**{name: self.cleaned_data[name] for name in names})


class ProjectForm(PictureMixin):
    """The words and facts of a project; its author sees the words alone."""

    title = forms.CharField(label=_("Title"), max_length=150)
    summary = forms.CharField(label=_("In one sentence"), max_length=200, required=False)
    body = forms.CharField(
        label=_("What is to be done"), max_length=20000, required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    field = forms.ChoiceField(label=_("Theme"), required=False, choices=[("", "—"), *Field.choices])
    place = forms.TypedChoiceField(label=_("District"), coerce=int)
    pot = forms.TypedChoiceField(label=_("Pot"), coerce=int, required=False, empty_value=None)
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    OFFICIAL = ("field", "place", "pot", "latitude", "longitude")

    def __init__(
        self, *args: Any, project: Project, pots: Sequence[Pot], places: Sequence[Place], official: bool, **kwargs: Any
    ) -> None:
        names = ("title", "summary", "body", "field", "latitude", "longitude")
        first = {name: getattr(project, name) for name in names} | {"place": project.place_id, "pot": project.pot_id}
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.pots, self.places = {one.pk: one for one in pots}, {one.pk: one for one in places}
        self.fields["pot"].choices = [("", "—"), *((one.pk, one.name) for one in pots)]  # type: ignore[attr-defined]
        self.fields["place"].choices = [(one.pk, one.name) for one in places]  # type: ignore[attr-defined]
        for name in () if official else self.OFFICIAL:
            del self.fields[name]
        self.order_fields([*names[:3], *self.OFFICIAL, "image", "image_alt"])

    def clean_pot(self) -> Pot | None:
        return self.pots.get(self.cleaned_data["pot"])

    def clean_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]

    @property
    def changed_fields(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"image", "image_alt"}}


class CostForm(forms.Form):
    cost = amount_field(_("Cost to this budget"), required=False, least=0, help=_("Empty: the sum of its parts."))
    lines = LinesField(
        label=_("Parts of the cost"), required=False, help_text=_("One a line, such as “Design: 4,000,000”.")
    )
    co_fundings = LinesField(
        label=_("What others pay beside it"), required=False, help_text=_("One a line: who pays, a colon, the amount.")
    )


class AskForm(forms.Form):
    """Which office examines it, and for how long."""

    office = forms.TypedChoiceField(label=_("Office"), coerce=int)
    days = forms.IntegerField(label=_("Days for the examination"), min_value=1, max_value=180, required=False)

    def __init__(self, *args: Any, fits: Sequence[Fit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offices = {one.office.pk: one.office for one in fits}
        self.fields["office"].choices = [(one.office.pk, f"{one.office.name} ({one.office.place})") for one in fits]  # type: ignore[attr-defined]

    def clean_office(self) -> Office:
        return self.offices[self.cleaned_data["office"]]


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Screening.Verdict.choices, widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("Reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody reads them: law, competence, cost, what was changed."),
    )  # fmt: skip
    cost = amount_field(_("Estimated cost"), required=False, help=_("Needed unless it is not feasible."))
    lines = LinesField(
        label=_("Parts of the cost"), required=False, help_text=_("One a line, such as “Design: 4,000,000”.")
    )


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Why it should be examined again"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Somebody else examines it. What you write is public."),
    )  # fmt: skip


class MergeForm(forms.Form):
    number = forms.IntegerField(label=_("Number of the project that stands"), min_value=1)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NeedForm(forms.Form):
    number = forms.IntegerField(
        label=_("Wins only together with number"), min_value=1, required=False, help_text=_("Empty: by itself.")
    )


class ConflictForm(forms.Form):
    numbers = forms.CharField(label=_("Numbers of the projects"), max_length=200, help_text=_("Such as 3, 8"))
    reason = forms.CharField(label=_("Why at most one of them can win"), max_length=200)

    def clean_numbers(self) -> list[int]:
        return [int(one) for one in re.findall(r"\d{1,7}", self.cleaned_data["numbers"])]


class WithdrawalForm(forms.Form):
    reason = forms.CharField(max_length=500, required=False)
