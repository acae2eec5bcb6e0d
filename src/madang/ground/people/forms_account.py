"""Forms of a person's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madang.ground.footing import pictures
from madang.ground.people import profiles
from madang.ground.people.models import User
from madang.ground.people.operations.profile import SIDE, Profile
from madang.ground.people.verification import Identity
from madang.ground.places.models import Place
from madang.ground.places.queries import municipalities


class ProfileForm(forms.Form):
    display_name = forms.CharField(
        label=_("Name shown to others"), max_length=40, help_text=_("Others always see this name.")
    )
    avatar = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("Others always see it. JPEG, PNG or WebP, up to 5 MB; where it was taken is removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_avatar = forms.BooleanField(label=_("Take my picture away"), required=False)
    bio = forms.CharField(label=_("About me"), max_length=200, required=False, widget=forms.Textarea({"rows": 3}))
    home: forms.ModelChoiceField[Place] = forms.ModelChoiceField(
        label=_("Home municipality"), queryset=None, required=False
    )
    language = forms.ChoiceField(label=_("Language of mails and notices"), choices=settings.LANGUAGES)
    shown = forms.MultipleChoiceField(
        label=_("What others may see"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing else of your account is public. What you write is signed with your name."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        names = ("display_name", "bio", "home", "language", "shown")
        kwargs["initial"] = {name: getattr(user, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["home"].queryset = municipalities()  # type: ignore[attr-defined]
        self.fields["shown"].choices = [(one.key, one.label) for one in profiles.registered()]  # type: ignore[attr-defined]
        if not user.avatar:
            del self.fields["remove_avatar"]

    def clean_avatar(self) -> pictures.Picture | None:
        file = self.cleaned_data["avatar"]
        if not file:
            return None
        try:
            return pictures.prepare(file=file, name=file.name, side=SIDE)
        except pictures.ImageRefusedError as refused:
            raise forms.ValidationError(str(refused)) from refused

    def profile(self) -> Profile:
        """What was typed and chosen."""
        data = self.cleaned_data
        names = ("display_name", "bio", "home", "language", "shown", "avatar")
        return Profile(**{name: data[name] for name in names}, remove_avatar=data.get("remove_avatar", False))


class PhoneForm(forms.Form):
    number = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        help_text=_("Like 010-1234-5678. Only a keyed hash of it is kept, so that one phone has one account."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code that you received"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class CounterForm(forms.Form):
    """What an official types at the counter, the person and the card before them."""

    RESIDENT, OFFICIAL = "resident", "official"
    code = forms.CharField(label=_("Code on the slip"), max_length=12, widget=forms.TextInput({"autocomplete": "off"}))
    place: forms.ModelChoiceField[Place] = forms.ModelChoiceField(label=_("Municipality"), queryset=None)
    what = forms.ChoiceField(
        label=_("What you confirm"),
        choices=[(RESIDENT, _("A resident, by an identity card")), (OFFICIAL, _("An official of this municipality"))],
        initial=RESIDENT,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Name on the card"), max_length=60)
    born = forms.DateField(
        label=_("Day of birth"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"})
    )
    sex = forms.ChoiceField(
        label=_("Sex on the card"),
        choices=[("f", _("Female")), ("m", _("Male"))],
        widget=forms.RadioSelect,
    )
    namesake = forms.IntegerField(
        label=_("Namesake number"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_(
            "Only where another resident with the same name, birthday and sex is confirmed already: 1 for the second "
            "person, 2 for the third."
        ),
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        for name in ("name", "born", "sex"):
            self.fields[name].required = self.data.get("what") != self.OFFICIAL
            self.fields[name].error_messages["required"] = _(
                "Copy it from the card: it is hashed at once and not kept."
            )

    def identity(self) -> Identity | None:
        """Who the card says this is; None where an official is confirmed."""
        data = self.cleaned_data
        if data["what"] == self.OFFICIAL:
            return None
        return Identity(data["name"], data["born"], data["sex"], namesake=data["namesake"] or 0)


class LeavingForm(forms.Form):
    texts = forms.ChoiceField(
        label=_("What happens to what you wrote"),
        choices=[
            ("keep", _("It stays, without my name")),
            ("remove", _("It is removed")),
        ],
        initial="keep",
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label=_("I understand that after these days nothing can be brought back"))


class ConsentForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=40)
    relationship = forms.ChoiceField(
        label=_("You are the child's"),
        choices=[
            ("parent", _("parent")),
            ("guardian", _("legal guardian")),
        ],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(
        label=_("I am the legal representative of this child and consent to the use of its e-mail, name and texts here")
    )
