"""Signing up: an e-mail, a password, the name that others will see, and whether one is 14."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.ground.people.operations.guardians import ask_guardian, surely_fourteen
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
    of_age = forms.BooleanField(label=_("I am 14 or older"), required=False)
    birth_year = forms.IntegerField(
        label=_("If you are younger: the year of your birth"), required=False, min_value=1900, max_value=2100
    )
    guardian_email = forms.EmailField(
        label=_("If you are younger: a parent's or guardian's e-mail"),
        required=False,
        help_text=_("We ask them whether you may take part. Until they agree, your account waits."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["home"].queryset = municipalities()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Of somebody of 14 nothing is asked; a child needs a guardian who is somebody else."""
        data = super().clean() or {}
        if data.get("of_age"):
            return data
        year, guardian = data.get("birth_year"), data.get("guardian_email")
        if not year and not guardian:
            self.add_error("of_age", _("Tick this if you are 14 or older. If you are younger, fill in the two fields."))
        elif not year:
            self.add_error("birth_year", _("Give the year of your birth, so that we know how long consent is needed."))
        elif surely_fourteen(year) <= timezone.localdate():
            self.add_error("birth_year", _("Born in that year you are 14 or older: tick the box instead."))
        elif not guardian:
            self.add_error("guardian_email", _("Give the e-mail of a parent or guardian, who will be asked."))
        elif guardian.casefold() == str(data.get("email", "")).casefold():
            self.add_error("guardian_email", _("This is your own address. Give that of your parent or guardian."))
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.home = self.cleaned_data["home"]
        user.language = getattr(request, "LANGUAGE_CODE", "ko")
        user.save(update_fields=["display_name", "home", "language"])
        if not self.cleaned_data["of_age"]:
            year, email = self.cleaned_data["birth_year"], self.cleaned_data["guardian_email"]
            ask_guardian(user=user, birth_year=year, email=email, now=timezone.now())
