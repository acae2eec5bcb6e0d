"""Making a token of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.queries import is_official

if TYPE_CHECKING:
    from madang.ground.people.models import User

LIFETIMES = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("A year"))]


class TokenForm(forms.Form):
    """What the token is for, what it may do, and how long."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Which program will use it? You will know it again by this name."),
        error_messages={"required": _("Give the token a name, so that you know later which program uses it.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the program needs. A token never may more than you may."),
        error_messages={"required": _("Choose at least one thing that the token may do.")},
    )
    days = forms.TypedChoiceField(label=_("How long it lives"), choices=LIFETIMES, coerce=int, initial=90)

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = [one for one in scopes.registered() if is_official(user) or not one.official]
        self.fields["scopes"].choices = [(one.key, one.label) for one in offered]  # type: ignore[attr-defined]
        self.initial.setdefault("scopes", ["read"])

    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])
