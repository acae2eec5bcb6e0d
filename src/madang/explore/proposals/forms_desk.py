"""What an officer fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Theme
from madang.explore.proposals.queries.desk import Filters
from madang.ground.agenda.models import AgendaItem, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.explore.proposals.queries.desk import Scope
    from madang.ground.places.models import Office, Place

REASONS = {
    "personal": _("It contains personal data of the writer or of others."),
    "insult": _("It insults or threatens people or groups."),
    "advertising": _("It is advertising."),
    "false": _("It states as a fact what is plainly false, to somebody's harm."),
    "unlawful": _("It breaks the law."),
    "nonsense": _("It cannot be understood as a proposal."),
    "other": _("Another reason, in your own words"),
}


class InboxForm(forms.Form):
    place = forms.ChoiceField(label=_("Place"), required=False)
    field = forms.ChoiceField(label=_("Field"), required=False, choices=[("", _("Every field")), *Field.choices])
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("newest", _("Newest")), ("supported", _("Most supported"))]
    )
    tab = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found = {place.code: place for place in scope.places}
        names = [(code, place.name if not place.parent_id else f"— {place.name}") for code, place in self.found.items()]
        self.fields["place"].choices = [("", _("All my places")), *names]  # type: ignore[attr-defined]

    def chosen(self) -> Filters:
        """What was asked for; whatever makes no sense is left out, as a shared link may be old."""
        self.is_valid()
        data = self.cleaned_data
        return Filters(
            tab="due" if data.get("tab") == "due" else "new",
            place=self.found.get(data.get("place", "")),
            field=data.get("field", ""),
            order=data.get("order") or "newest",
        )


class AnswerForm(forms.Form):
    office = forms.ChoiceField(label=_("Answering office"))
    body = forms.CharField(
        label=_("Answer"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Markdown is possible: **bold**, lists with “- ”, links. "
            "The answer is public and stops the clock."),
    )  # fmt: skip

    def __init__(self, *args: object, offices: Sequence[Office], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offices = {str(office.pk): office for office in offices}
        self.fields["office"].choices = [(pk, f"{one.place} {one}") for pk, one in self.offices.items()]  # type: ignore[attr-defined]

    def answering(self) -> Office:
        return self.offices[self.cleaned_data["office"]]


class HidingForm(forms.Form):
    why = forms.ChoiceField(label=_("Reason"), choices=list(REASONS.items()), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("More about it, in your own words"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The reason stands publicly where the text stood. Do not repeat personal data in it."),
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("why") == "other" and not str(data.get("words", "")).strip():
            raise ValidationError({"words": _("Write the reason in your own words, or choose one of the list.")})
        return data

    def rule(self) -> int:
        """The rule of conversation that the reason falls under, in the numbering of the shipped code."""
        return {"personal": 3, "insult": 1, "advertising": 4, "false": 5, "unlawful": 6}.get(
            self.cleaned_data["why"], 4
        )

    def reason(self) -> str:
        """The sentence that stands where the text stood."""
        why, words = self.cleaned_data["why"], self.cleaned_data["words"].strip()
        return words if why == "other" else f"{REASONS[why]} {words}".strip()


class PromotionForm(forms.Form):
    title = forms.CharField(label=_("Title of the agenda item"), max_length=120)
    summary = forms.CharField(
        label=_("Summary"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What the problem is, for whom, and since when. "
            "Filled in from the voices; word it as the problem, not the solution."),
    )  # fmt: skip
    field = forms.ChoiceField(label=_("Field"), choices=Field.choices, widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("Place that pursues it"))
    reason = forms.CharField(
        label=_("Why it is taken up"), required=False, max_length=500,
        help_text=_("Stands in the public record beside the decision."),
    )  # fmt: skip

    def __init__(self, *args: object, places: Sequence[Place], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found = {place.code: place for place in places}
        self.fields["place"].choices = [(code, place.name) for code, place in self.found.items()]  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """Keyword arguments of the promotion."""
        return {**self.cleaned_data, "place": self.found[self.cleaned_data["place"]]}


class EvidenceForm(forms.Form):
    item = forms.ChoiceField(label=_("Agenda item"), widget=forms.RadioSelect)

    def __init__(self, *args: object, items: Sequence[AgendaItem], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.items = {str(one.pk): one for one in items}
        label = "{} ({} · {})"
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (pk, label.format(one.title, one.place, one.get_stage_display())) for pk, one in self.items.items()
        ]

    def chosen(self) -> AgendaItem:
        return self.items[self.cleaned_data["item"]]


class ThemeNameForm(forms.ModelForm):
    class Meta:
        model = Theme
        fields = ("name",)
        labels = {"name": _("Name of the theme")}
