"""What people type when they talk, suggest, report, decide and appeal."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models import Decision, Report
from madang.ground.participation.operations import COMMENT_LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.participation.conduct import Code
    from madang.ground.places.models import Office


class OnceForm(forms.Form):
    """A form that is taken once, however often it is sent, with the rules to take note of before the first time."""

    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    conduct = forms.BooleanField(
        label=_("I have read the rules of conversation and keep to them."),
        required=False,
        error_messages={"required": _("Please read the rules of conversation and tick the box below them first.")},
    )

    def __init__(self, *args: object, accepted: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.initial.setdefault("client_key", uuid.uuid4())
        if accepted:
            del self.fields["conduct"]

    @property
    def accepts(self) -> bool:
        return "conduct" not in self.fields or bool(self.cleaned_data.get("conduct"))


class CommentForm(OnceForm):
    """A comment, or a reply where `parent` names one; an official may speak for an office."""

    body = forms.CharField(
        label=_("Your comment"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Phone numbers, e-mail addresses and the like are masked."),
        error_messages={"required": _("Write something before you send it.")},
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31)
    office = forms.TypedChoiceField(label=_("Speak as"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: object, voices: Sequence[Office] = (), name: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not voices:
            del self.fields["office"]
            return
        choices = [("", name), *((office.pk, f"{office.place} {office}") for office in voices)]
        self.fields["office"].choices = choices  # type: ignore[attr-defined]


class EditForm(forms.Form):
    """Other words for one's own comment."""

    body = forms.CharField(
        label=_("Your comment"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Everybody can read what it said before."),
    )


class AmendmentForm(OnceForm):
    """Other words for somebody's title and text, and why."""

    title = forms.CharField(label=_("Title"), max_length=150)
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Change the words in place. Only what you change is shown as your suggestion."),
    )
    reason = forms.CharField(
        label=_("Why these words are better"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class JoinForm(forms.Form):
    """A suggestion and a text that has changed since, joined by its author."""

    title = forms.CharField(label=_("Title"), max_length=150)
    body = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label=_("Why you decline"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who suggested it is told, and everybody can read it."),
    )


class ReportForm(forms.Form):
    category = forms.ChoiceField(label=_("What is wrong"), choices=Report.Category.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the moderators read this, and they see who you are."),
    )


class DecisionForm(forms.Form):
    """What a moderator decides: hiding cites a rule, every decision has a reason."""

    outcome = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    rule = forms.TypedChoiceField(
        label=_("Rule that it breaks"), required=False, coerce=int, empty_value=None, help_text=_("Needed for hiding.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it. Do not repeat the words themselves, nor personal data."),
    )

    def __init__(self, *args: object, code: Code, outcomes: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        labels = dict(Decision.Outcome.choices)
        self.fields["outcome"].choices = [(key, labels[key]) for key in outcomes]  # type: ignore[attr-defined]
        rules = [(number, f"{number}. {words}") for number, words in enumerate(code.words, 1)]
        self.fields["rule"].choices = [("", _("Choose a rule")), *rules]  # type: ignore[attr-defined]
        if len(outcomes) == 1:
            self.fields["outcome"].widget, self.fields["outcome"].initial = forms.HiddenInput(), outcomes[0]
        if Decision.Outcome.HIDE not in outcomes:
            del self.fields["rule"]


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why the decision is wrong"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Somebody else than the first moderator reads it and decides. You can appeal once."),
    )


class AppealDecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("overturned", _("Show it again")), ("upheld", _("It stays hidden"))],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it. Do not repeat the words themselves, nor personal data."),
    )


class ConductForm(forms.Form):
    """A code of conduct, a rule a line, in both languages line by line."""

    ko = forms.CharField(
        label=_("Rules in Korean"),
        widget=forms.Textarea(attrs={"rows": 10, "lang": "ko"}),
        help_text=_("One rule a line; the first line is rule 1."),
    )
    en = forms.CharField(
        label=_("Rules in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "lang": "en"}),
        help_text=_("Line by line as in Korean. An empty line is shown in Korean."),
    )

    def rules(self) -> list[dict[str, str]]:
        korean, english = (self.cleaned_data[key].splitlines() for key in ("ko", "en"))
        length = max(len(korean), len(english))
        padded = ([*lines, *[""] * (length - len(lines))] for lines in (korean, english))
        return [{"ko": ko.strip(), "en": en.strip()} for ko, en in zip(*padded, strict=True)]
