"""The forms of the office and of those who take part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.operations.opening import Plan
from madang.explore.deliberations.operations.statements import LENGTH
from madang.ground.people.models import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.explore.deliberations.models import Statement
    from madang.ground.places.models import Place

LEVELS = [
    (Level.NONE, _("Everybody, also guests without an account (for a meeting hall)")),
    (Level.EMAIL, _("Everybody with an account")),
    (Level.PHONE, _("Whoever has confirmed a phone")),
    (Level.RESIDENT, _("Confirmed residents of anywhere")),
]


def moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """A day and a time in the zone of the site."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(
        label=label, help_text=help_text, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )


class SettingsForm(forms.Form):
    """What is asked, of whom, and when."""

    place: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Place"), queryset=None, to_field_name="code", help_text=_("Whose deliberation it is.")
    )
    title = forms.CharField(
        label=_("Question"),
        max_length=150,
        help_text=_("One open question in plain words, such as: How should our night buses run?"),
    )
    description = forms.CharField(
        label=_("What it is about"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What is known, what is decided already, and what the result will be used for."),
    )
    level = forms.TypedChoiceField(label=_("Who may take part"), choices=LEVELS, coerce=int, initial=Level.EMAIL)
    residents_only = forms.BooleanField(
        label=_("Only confirmed residents of this place"),
        required=False,
        help_text=_("Asks for a confirmed residence, whatever is chosen above."),
    )
    opens_at = moment(_("Voting opens"), _("From then on these settings are fixed."))
    closes_at = moment(_("Voting closes"), _("It can be extended, with a reason."))
    statements_open = forms.BooleanField(label=_("Participants may add statements"), required=False, initial=True)
    moderation = forms.ChoiceField(
        label=_("Their statements"), choices=Deliberation.Moderation.choices, widget=forms.RadioSelect
    )
    statement_limit = forms.IntegerField(label=_("Statements per person"), min_value=1, max_value=50, initial=5)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Statements can be translated into each. The first is the one of the question."),
    )

    def __init__(self, *args: Any, offered: Sequence[Place] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["autocomplete"] = "off"
        if not offered:
            del self.fields["place"]
            return
        from madang.ground.places.models import Place

        field = self.fields["place"]
        field.queryset = Place.objects.filter(pk__in=[one.pk for one in offered])  # type: ignore[attr-defined]
        field.choices = [(one.code, one.name) for one in offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The end comes after the beginning."""
        data = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Choose an end later than the beginning."))
        return data

    def plan(self) -> Plan:
        """The settings as the operations take them."""
        return Plan(**{name: value for name, value in self.cleaned_data.items() if name != "place"})


def initial_of(deliberation: Deliberation) -> dict[str, Any]:
    """What the form shows of a deliberation."""
    names = (
        "title", "description", "level", "residents_only", "opens_at", "closes_at", "moderation", "languages",
        "statements_open", "statement_limit",
    )  # fmt: skip
    found = {name: getattr(deliberation, name) for name in names}
    return found | {name: timezone.localtime(found[name]) for name in ("opens_at", "closes_at")}


class StatementForm(forms.Form):
    """One statement. Its length is said, not cut off by the browser."""

    text = forms.CharField(
        label=_("Your statement"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One thought in one sentence that people can agree or disagree with."),
        error_messages={"required": _("Write your statement.")},
    )
    length = LENGTH


class WordingForm(forms.Form):
    """The words of a statement in every language of its deliberation."""

    text = forms.CharField(label=_("Statement"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    is_meta = forms.BooleanField(
        label=_("It is about the process, not the matter"),
        required=False,
        help_text=_("People vote on it, but it takes no part in forming groups."),
    )

    def __init__(self, *args: Any, statement: Statement, languages: Sequence[str], **kwargs: Any) -> None:
        kwargs["initial"] = {"text": statement.text, "is_meta": statement.is_meta}
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        self.codes = [code for code in languages if code != statement.language and code in names]
        for code in self.codes:
            self.fields[f"translation_{code}"] = forms.CharField(
                label=_("In %(language)s") % {"language": names[code]},
                required=False,
                max_length=300,
                initial=statement.translations.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )

    def translations(self) -> dict[str, str]:
        """Words by language."""
        return {code: self.cleaned_data[f"translation_{code}"] for code in self.codes}


class ReasonForm(forms.Form):
    """A decision with its reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands on the public record."),
    )


class ExtensionForm(ReasonForm):
    """A later end."""

    closes_at = moment(_("New end of voting"))
    field_order = ("closes_at", "reason")
