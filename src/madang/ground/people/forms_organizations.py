"""Entering an organization, inviting into it, asking to be verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.ground.people import registration
from madang.ground.people.models import Membership, Organization
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.places.models import Place

# Those that public innovation here has worked with; any other is typed as two letters.
COUNTRIES = (
    "AU", "AT", "BE", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HK",
    "ID", "IE", "IN", "IS", "IT", "JP", "MX", "MY", "NL", "NO", "NZ", "PH", "PL", "PT", "SE", "SG", "TH", "TW", "US",
    "VN", "ZA",
)  # fmt: skip
NAMES = {
    "AU": gettext_lazy("Australia"), "AT": gettext_lazy("Austria"), "BE": gettext_lazy("Belgium"),
    "BR": gettext_lazy("Brazil"), "CA": gettext_lazy("Canada"), "CH": gettext_lazy("Switzerland"),
    "CL": gettext_lazy("Chile"), "CN": gettext_lazy("China"), "CO": gettext_lazy("Colombia"),
    "CZ": gettext_lazy("Czechia"), "DE": gettext_lazy("Germany"), "DK": gettext_lazy("Denmark"),
    "EE": gettext_lazy("Estonia"), "ES": gettext_lazy("Spain"), "FI": gettext_lazy("Finland"),
    "FR": gettext_lazy("France"), "GB": gettext_lazy("United Kingdom"), "GR": gettext_lazy("Greece"),
    "HK": gettext_lazy("Hong Kong"), "ID": gettext_lazy("Indonesia"), "IE": gettext_lazy("Ireland"),
    "IN": gettext_lazy("India"), "IS": gettext_lazy("Iceland"), "IT": gettext_lazy("Italy"),
    "JP": gettext_lazy("Japan"), "MX": gettext_lazy("Mexico"), "MY": gettext_lazy("Malaysia"),
    "NL": gettext_lazy("Netherlands"), "NO": gettext_lazy("Norway"), "NZ": gettext_lazy("New Zealand"),
    "PH": gettext_lazy("Philippines"), "PL": gettext_lazy("Poland"), "PT": gettext_lazy("Portugal"),
    "SE": gettext_lazy("Sweden"), "SG": gettext_lazy("Singapore"), "TH": gettext_lazy("Thailand"),
    "TW": gettext_lazy("Taiwan"), "US": gettext_lazy("United States"), "VN": gettext_lazy("Viet Nam"),
    "ZA": gettext_lazy("South Africa"),
}  # fmt: skip


def country_name(code: str) -> str:
    """The name of a country in the reader's language; its code where it is none of the list."""
    return str(NAMES.get(code, code))


def place_choices(rows: Sequence[Place]) -> list[tuple[str, str]]:
    """Places by code, municipalities under their provinces."""
    return [(place.code, place.name if not place.parent_id else f"— {place.name}") for place in rows]


class DirectoryForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of organization"), required=False,
        choices=[("", gettext_lazy("Every kind")), *Organization.Kind.choices],
    )  # fmt: skip
    place = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    verified = forms.BooleanField(label=gettext_lazy("Verified only"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.found = {place.code: place for place in places()}
        choices = [("", _("Every place")), *place_choices(list(self.found.values()))]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was asked for; whatever makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "search": data.get("q", ""),
            "kind": data.get("kind", ""),
            "place": self.found.get(data.get("place", "")),
            "verified": bool(data.get("verified")),
        }


class OrganizationForm(forms.ModelForm):
    """kind decides what else is needed: a home in this country, or the other country."""

    home = forms.ChoiceField(
        label=gettext_lazy("Home place"), required=False,
        help_text=gettext_lazy("The city, county, district or province where it has its seat."),
    )  # fmt: skip
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False, help_text=gettext_lazy("Only for an overseas organization.")
    )

    website = forms.URLField(
        label=gettext_lazy("Website"), required=False, max_length=300, assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip

    class Meta:
        model = Organization
        fields = (
            "kind", "name_ko", "name_en", "home", "country", "website", "description", "registration_number",
            "registration_public",
        )  # fmt: skip
        widgets = {
            "kind": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 5}),
            "registration_number": forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "123-45-67890"}),
        }
        help_texts = {
            "name_en": gettext_lazy("Shown to those who read the site in English."),
            "registration_number": gettext_lazy("Ten digits. Officials see it when they verify; nobody else does."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.places = {place.code: place for place in places()}
        self.fields["kind"].choices = Organization.Kind.choices  # type: ignore[attr-defined]
        self.fields["home"].choices = [("", "—"), *place_choices(list(self.places.values()))]  # type: ignore[attr-defined]
        known = sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda pair: pair[1])
        self.fields["country"].choices = [("", "—"), *known]  # type: ignore[attr-defined]
        # With marks between its parts it is longer than what is kept.
        self.fields["registration_number"] = forms.CharField(
            label=_("Business registration number"), required=False, max_length=20,
            widget=self.fields["registration_number"].widget, help_text=self.fields["registration_number"].help_text,
        )  # fmt: skip
        self.fields["registration_number"].widget.attrs.pop("maxlength", None)
        if self.instance.pk:
            self.initial["home"] = self.instance.home.code if self.instance.home else ""
            self.initial["registration_number"] = self.instance.formatted_number

    def clean_registration_number(self) -> str:
        number = registration.digits_of(self.cleaned_data["registration_number"])
        if number and not registration.is_valid(number):
            raise forms.ValidationError(_("The digits do not fit together. Copy the number from the certificate."))
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        overseas = data.get("kind") == Organization.Kind.OVERSEAS
        if overseas and not data.get("country"):
            self.add_error("country", _("Choose the country where it has its seat."))
        if not overseas and data.get("kind") and not data.get("home"):
            self.add_error("home", _("Choose the place where it has its seat."))
        data["home"] = None if overseas else self.places.get(data.get("home", ""))
        data["country"] = data.get("country") if overseas else "KR"
        return data

    def _post_clean(self) -> None:
        """The rows are written by the operation; the database holds what belongs together."""


class InviteMemberForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    rank = forms.ChoiceField(
        label=gettext_lazy("As"), choices=Membership.Rank.choices, initial=Membership.Rank.MEMBER,
        help_text=gettext_lazy(
            "A member belongs to it, a manager keeps its page and members, a representative speaks for it."
        ),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"),
        choices=[("ko", gettext_lazy("Korean")), ("en", gettext_lazy("English"))],
    )


class RankForm(forms.Form):
    rank = forms.ChoiceField(choices=Membership.Rank.choices)
    represents = forms.BooleanField(required=False)


class VerificationForm(forms.Form):
    place = forms.ChoiceField(
        label=gettext_lazy("Ask the officials of"), help_text=gettext_lazy("They see the registration number too.")
    )
    note = forms.CharField(
        label=gettext_lazy("What shows who you are"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Such as where the certificate can be seen, or whom to call. Only officials read this."),
    )  # fmt: skip

    def __init__(self, *args: object, organization: Organization, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        home = organization.home
        rows = [home, *([home.parent] if home.parent else [])] if home else list(places())
        self.found = {place.code: place for place in rows}
        self.fields["place"].choices = [(code, place.name) for code, place in self.found.items()]  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        return self.found[self.cleaned_data["place"]]


class AnswerForm(forms.Form):
    verified = forms.TypedChoiceField(
        label=gettext_lazy("Answer"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("It is what it says")), ("no", gettext_lazy("This could not be verified"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands in the public record. Name no person in it."),
    )  # fmt: skip
