"""Filtering the list, moving an item, writing a note, scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import AgendaItem, Field, Referral, Stage
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from madang.ground.agenda.lineage import Choice
    from madang.ground.agenda.models import Criterion, Score
    from madang.ground.agenda.stages import Way
    from madang.ground.places.models import Office, Place


class FilterForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[("", _("Every stage")), *Stage.choices])
    place = forms.ChoiceField(label=_("Place"), required=False)
    field = forms.ChoiceField(label=_("Field"), required=False, choices=[("", _("Every field")), *Field.choices])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found = {place.code: place for place in places()}
        names = [(code, place.name if not place.parent_id else f"— {place.name}") for code, place in self.found.items()]
        self.fields["place"].choices = [("", _("Every place")), *names]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, object]:
        """What was asked for; whatever makes no sense is left out, as a shared link may be old."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "stage": data.get("stage", ""),
            "field": data.get("field", ""),
            "place": self.found.get(data.get("place", "")),
        }


def _reason(*, required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=2000, required=required, widget=forms.Textarea(attrs={"rows": rows}),
        help_text=_("It stands in the public record beside the decision."),
    )  # fmt: skip


class StageForm(forms.Form):
    """Where to, why, and whether to go ahead though something is missing."""

    stage = forms.ChoiceField(label=_("Where to"), widget=forms.RadioSelect)
    reason = _reason()
    forced = forms.BooleanField(
        label=_("Go ahead though something is missing"), required=False,
        help_text=_("The public record then says which rule was set aside, and your reason for it."),
    )  # fmt: skip
    seen = forms.ChoiceField(choices=Stage.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, ways: Sequence[Way], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        passable = [way for way in ways if way.passable]
        self.fields["stage"].choices = [(way.transition.target, way.transition.label) for way in passable]  # type: ignore[attr-defined]
        if all(way.open for way in passable):
            del self.fields["forced"]

    def clean(self) -> dict[str, object]:
        return {"forced": False, "seen": "", **super().clean()}  # type: ignore[dict-item]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Everybody reads it in the public record of this item."),
    )  # fmt: skip


class RevisionForm(forms.ModelForm):
    class Meta:
        model = AgendaItem
        fields = ("title", "summary", "field")
        widgets = {"summary": forms.Textarea(attrs={"rows": 6})}


class ItemsField(forms.ModelMultipleChoiceField):
    """Items to tick, each with its place and stage."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: AgendaItem) -> str:
        return f"{obj.title} ({obj.place} · {obj.get_stage_display()})"


class InspirationForm(forms.Form):
    sources = ItemsField(
        AgendaItem.objects.filter(merged_into=None).select_related("place").defer("place__boundary"),
        label=_("Agenda items that inspired this one"), required=False,
    )  # fmt: skip

    def offer(self, *groups: Sequence[AgendaItem]) -> None:
        """Draw only these; any other item may still be sent."""
        field = self.fields["sources"]
        rows = [one for group in groups for one in group]
        field.widget.choices = [(one.pk, field.label_from_instance(one)) for one in rows]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = _reason(rows=3)


class AnswerForm(forms.Form):
    """An answer with its reason; some answers may go without."""

    outcome = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    reason = _reason(required=False, rows=3)

    INVITATION = (("accept", _("Take part")), ("decline", _("Decline, with a reason")))
    REFERRAL = (
        (Referral.Status.TAKEN_OVER, _("Take it over: the item moves here, and the other place takes part")),
        (Referral.Status.JOINT, _("Take part: the item stays where it is, and we pursue it jointly")),
        (Referral.Status.SENT_BACK, _("Send it back")),
    )

    def __init__(self, *args: object, outcomes: Sequence[tuple[str, object]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        # Only who accepts an invitation owes no reason.
        self.fields["reason"].required = outcomes != self.INVITATION


class _PlaceForm(forms.Form):
    """A place out of those offered, in the groups of their provinces, and a reason."""

    place = forms.ChoiceField(label=_("Place"))
    reason = _reason(rows=3)

    def __init__(self, *args: object, places: Sequence[Place], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found = {place.code: place for place in places}
        names = [(one.code, one.name if not one.parent_id else f"— {one.name}") for one in places]
        start = [("", _("Choose a place"))] if len(names) > 1 else []
        self.fields["place"].choices = [*start, *names]  # type: ignore[attr-defined]

    def chosen(self) -> Place:
        return self.found[self.cleaned_data["place"]]


class InvitationForm(_PlaceForm):
    """Which place is asked to take part, and why."""


class ReferralForm(_PlaceForm):
    """To whom an item is referred, and why."""


class CoOwnerForm(forms.Form):
    """Which office owns the item too, and why."""

    office = forms.ChoiceField(label=_("Office"))
    reason = _reason(rows=3)

    def __init__(self, *args: object, offices: Sequence[Office], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found = {str(office.pk): office for office in offices}
        names = [(str(one.pk), f"{one.place.name} {one.name}") for one in offices]
        self.fields["office"].choices = [("", _("Choose an office")), *names]  # type: ignore[attr-defined]

    def chosen(self) -> Office:
        return self.found[self.cleaned_data["office"]]


class MergerForm(forms.Form):
    """Into which item, and why."""

    target = forms.ChoiceField(label=_("Into which item"), widget=forms.RadioSelect)
    reason = _reason()

    def __init__(self, *args: object, items: Sequence[AgendaItem], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found = {str(item.pk): item for item in items}
        names = [(str(one.pk), f"{one.title} ({one.place} · {one.get_stage_display()})") for one in items]
        self.fields["target"].choices = names  # type: ignore[attr-defined]

    def chosen(self) -> AgendaItem:
        return self.found[self.cleaned_data["target"]]


class DivisionForm(forms.ModelForm):
    """The words of the new item, the evidence that goes along, and why."""

    chosen = forms.MultipleChoiceField(label=_("Voices that go along"), widget=forms.CheckboxSelectMultiple)
    reason = _reason()

    class Meta:
        model = AgendaItem
        fields = ("title", "summary", "field")
        widgets = {"summary": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: object, choices: Sequence[Choice], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = [(str(one.key), f"{one.title} ({one.remark})" if one.remark else one.title) for one in choices]
        self.fields["chosen"].choices = names  # type: ignore[attr-defined]
        self.order_fields(["chosen", "title", "summary", "field", "reason"])


class ScoreForm(forms.Form):
    """One scale of five and one remark for each criterion."""

    SCALE = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")]

    def __init__(
        self, *args: object, criteria: Sequence[Criterion], given: Mapping[str, Score] | None = None, **kwargs: object
    ) -> None:
        given = given or {}
        kwargs["initial"] = {f"value_{key}": str(row.value) for key, row in given.items()} | {
            f"note_{key}": row.note for key, row in given.items()
        }
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.keys = [criterion.key for criterion in criteria]
        for one in criteria:
            self.fields[f"value_{one.key}"] = forms.ChoiceField(
                label=one.name, help_text=one.help, choices=self.SCALE, required=False, widget=forms.RadioSelect
            )
            self.fields[f"note_{one.key}"] = forms.CharField(
                label=_("Why (%(criterion)s)") % {"criterion": one.name}, required=False, max_length=400
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The scale and the remark of each criterion."""
        return [(self[f"value_{key}"], self[f"note_{key}"]) for key in self.keys]

    def values(self) -> dict[str, int]:
        return {
            key: int(self.cleaned_data[f"value_{key}"]) for key in self.keys if self.cleaned_data.get(f"value_{key}")
        }

    def notes(self) -> dict[str, str]:
        return {key: self.cleaned_data.get(f"note_{key}", "") for key in self.keys}
