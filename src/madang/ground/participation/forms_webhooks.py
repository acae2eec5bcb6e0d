"""Making a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.outbound import RefusedAddressError, checked
from madang.ground.participation.webhooks import messages, queries
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from madang.ground.people.models import Organization, User
    from madang.ground.places.models import Place


class WebhookForm(forms.Form):
    """Where to tell, and of what."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the webhook a name.")},
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/hooks/madang", "autocomplete": "off"}),
        help_text=_("Your program listens here. Only public https:// addresses are called."),
        error_messages={"required": _("Give the address at which your program listens.")},
    )
    place: forms.ModelChoiceField[Place] = forms.ModelChoiceField(
        label=_("Place"), queryset=None, to_field_name="code", required=False, empty_label=_("Every place")
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to be told of all of them."),
    )
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("For an organization"), queryset=None, required=False, empty_label=_("For myself")
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["place"].queryset = places()  # type: ignore[attr-defined]
        self.fields["kinds"].choices = messages.offered()  # type: ignore[attr-defined]
        mine = queries.represented(user)
        self.fields["organization"].queryset = mine  # type: ignore[attr-defined]
        if not mine:
            del self.fields["organization"]

    def clean_url(self) -> str:
        """An address that would never be called is said to be so here."""
        try:
            return checked(self.cleaned_data["url"]).geturl()
        except RefusedAddressError as refused:
            raise forms.ValidationError(str(refused)) from refused
