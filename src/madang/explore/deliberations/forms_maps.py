"""Forms about maps: taking a statement to the agenda, and loading a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models import Taken
from madang.ground.agenda.models import AgendaItem
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from django.db.models import QuerySet

LARGEST = 10 * 1024 * 1024


class TakingForm(forms.Form):
    item = forms.ModelChoiceField(label=_("Agenda item"), queryset=AgendaItem.objects.none())
    why = forms.ChoiceField(label=_("What it shows"), choices=Taken.Why.choices)
    note = forms.CharField(
        label=_("What follows from it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown beside the statement on the page of the agenda item."),
    )  # fmt: skip

    def __init__(self, *args: Any, items: QuerySet[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class LoadForm(forms.Form):
    place = forms.ModelChoiceField(label=_("Place"), queryset=Place.objects.none())
    votes = forms.FileField(label="votes.csv", help_text=_("As Polis exports it, at most 10 MB."))
    comments = forms.FileField(label="comments.csv", help_text=_("The statements, at most 10 MB."))
    summary = forms.FileField(
        label="summary.csv", required=False, help_text=_("Topic and description, if there is one.")
    )
    title = forms.CharField(
        label=_("Question"), max_length=150, required=False, help_text=_("Empty: the topic in summary.csv.")
    )
    attribution = forms.CharField(
        label=_("Source and licence"), max_length=500,
        help_text=_("Whose conversation it is, and under which licence it may be shown. It stands on every page."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the statements"), choices=[("ko", "한국어"), ("en", "English")])
    sign = forms.ChoiceField(
        label=_("What stands for “agree” in votes.csv"),
        choices=[
            ("auto", _("Find out by comparing with comments.csv")),
            ("plus", _("1, as in Polis’ exports")),
            ("minus", _("-1, as in Polis’ raw database")),
        ],
    )

    def __init__(self, *args: Any, places: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("votes", "comments", "summary"):
            file = cleaned.get(name)
            if file and file.size > LARGEST:
                self.add_error(
                    name, _("This file is larger than 10 MB. Load it with the command: madang import deliberation")
                )
        return cleaned
