"""Signing up: an e-mail, a password, and the name that others will see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.places.queries import municipalities

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


class SignupForm(forms.Form):
    display_name = forms.CharField(
        label=_("Name shown to others"), max_length=40, help_text=_("It need not be your real name.")
    )
    home: forms.ModelChoiceField[Place] = forms.ModelChoiceField(
        label=_("Home municipality"), queryset=None, required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["home"].queryset = municipalities()  # type: ignore[attr-defined]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.home = self.cleaned_data["home"]
        user.language = getattr(request, "LANGUAGE_CODE", "ko")
        user.save(update_fields=["display_name", "home", "language"])
