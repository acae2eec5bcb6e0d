"""Forms of measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.pictures import ImageRefusedError, Picture, prepare
from madang.plan.measures.models import Measure, Milestone, Spending

if TYPE_CHECKING:
    from collections.abc import Iterable

    from madang.ground.places.models import Office

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MeasureForm(forms.ModelForm):
    """What is done, by which office, with which money, from when to when."""

    reason = forms.CharField(
        label=_("Reason of the change"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands on the public record."),
    )  # fmt: skip

    class Meta:
        model = Measure
        fields = ("title", "body", "office", "budget", "starts_on", "ends_on")
        labels = {"office": _("Owner office"), "starts_on": _("Begins on"), "ends_on": _("Ends on")}
        help_texts = {"budget": _("In won, without commas.")}
        widgets = {"starts_on": DAY, "ends_on": DAY, "body": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, offices: Iterable[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        if self.instance.pk is None:
            del self.fields["reason"]

    def typed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("State"), choices=Measure.Status.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to stop. People who follow the measure read it."),
    )  # fmt: skip


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ("title", "due_on")
        widgets = {"due_on": DAY}


class MoveForm(forms.Form):
    due_on = forms.DateField(label=_("New day"), widget=DAY)
    reason = forms.CharField(label=_("Reason"), max_length=500)


class FinishForm(forms.Form):
    done_on = forms.DateField(label=_("Reached on"), widget=DAY)
    note = forms.CharField(
        label=_("What was reached"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class SpendingForm(forms.ModelForm):
    class Meta:
        model = Spending
        fields = ("kind", "label", "amount", "spent_on")
        labels = {"kind": _("Kind")}
        widgets = {"spent_on": DAY}
        help_texts = {"amount": _("In won. A negative amount corrects a line before it.")}


class PhotoForm(forms.Form):
    """One picture with its description; decoded and encoded anew before anything is stored."""

    file = forms.FileField(label=_("Picture"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    description = forms.CharField(label=_("description for those who cannot see it"), max_length=200)
    milestone = forms.TypedChoiceField(label=_("Step"), coerce=int, empty_value=None, required=False)
    taken_on = forms.DateField(label=_("Taken on"), widget=DAY, required=False)

    def __init__(self, *args: Any, steps: Iterable[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["milestone"].choices = [("", "—"), *((one.pk, one.title) for one in steps)]  # type: ignore[attr-defined]
        self.picture: Picture | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file:
            try:
                self.picture = prepare(file=file, name=file.name, description=data.get("description", ""))
            except ImageRefusedError as refused:
                self.add_error("file", str(refused))
        return data
