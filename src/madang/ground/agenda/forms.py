"""Filtering the list, moving an item, writing a note, scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import AgendaItem, Field, Stage
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from madang.ground.agenda.models import Criterion, Score


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


class StageForm(forms.Form):
    stage = forms.ChoiceField(label=_("Where to"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands in the public record beside the decision."),
    )  # fmt: skip

    def __init__(self, *args: object, stages: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["stage"].choices = [(stage, Stage(stage).label) for stage in stages]  # type: ignore[attr-defined]


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


class InspirationForm(forms.Form):
    sources = forms.MultipleChoiceField(
        label=_("Agenda items that inspired this one"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, items: Sequence[AgendaItem], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["sources"].choices = [(str(item.pk), item.title) for item in items]  # type: ignore[attr-defined]


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
