"""The forms that citizens fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.operations import images
from madang.explore.proposals.operations.writing import BODY_LENGTH, TITLE_LENGTH, Text
from madang.explore.proposals.queries.listing import ORDERS, STATUSES
from madang.ground.agenda.models import Field
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.utils.functional import Promise
    from django.utils.safestring import SafeString

    from madang.explore.proposals.queries.listing import Choices, Filters

PICTURES = images.PER_PROPOSAL
Groups = list[tuple[str, Any]]


def place_choices(offered: Choices, *, empty: str | Promise) -> Groups:
    """Provinces as groups, each with itself first."""
    groups: Groups = [("", empty)]
    for province, inside in offered.provinces:
        whole = _("All of %(place)s") % {"place": province.name}
        groups.append((province.name, [(province.code, whole), *((one.code, one.name) for one in inside)]))
    return groups


class PlainSelect(forms.Select):
    """A select drawn without templates: Django renders two for each option, a sixth of the list's whole time."""

    def render(self, name: str, value: object, attrs: Any = None, renderer: object = None) -> SafeString:
        del renderer
        widget = self.get_context(name, value, attrs)["widget"]
        groups = []
        for label, options, _index in widget["optgroups"]:
            rows = ((one["value"], flatatt({"selected": one["selected"]}), one["label"]) for one in options)
            drawn = format_html_join("", '<option value="{}"{}>{}</option>', rows)
            groups.append((format_html('<optgroup label="{}">{}</optgroup>', label, drawn) if label else drawn,))
        inside = format_html_join("", "{}", groups)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), inside)


class FilterForm(forms.Form):
    """What the list can be narrowed by. It only draws the controls: reading is `queries.listing.filters_of`."""

    use_required_attribute = False
    q = forms.CharField(label=_("Search"), max_length=200)
    place = forms.ChoiceField(label=_("Place"), widget=PlainSelect)
    field = forms.ChoiceField(label=_("Field"), choices=[("", _("Every field")), *Field.choices], widget=PlainSelect)
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Every status")), *STATUSES.items()], widget=PlainSelect
    )
    # Empty: the best match where something is searched for, else the newest.
    order = forms.ChoiceField(
        label=_("Order"),
        widget=PlainSelect,
        choices=[("", _("Best match, newest")), *((key, ORDERS[key].label) for key in ("newest", "supported", "due"))],
    )
    theme = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, filters: Filters, offered: Choices) -> None:
        super().__init__(
            initial={
                "q": filters.q,
                "place": filters.place.code if filters.place else "",
                "field": filters.field,
                "status": filters.status,
                "order": filters.chosen_order,
                "theme": filters.theme.pk if filters.theme else "",
            }
        )
        self.fields["place"].choices = place_choices(offered, empty=_("Every place"))  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """A proposal as it is written. Lengths are said, not enforced by the browser: pasted text is never cut off."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("One sentence that says what should change."),
        error_messages={"required": _("Give your proposal a title.")},
    )
    body = forms.CharField(
        label=_("What you propose"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("What is the problem, whom does it touch, and what would help? Your own words are best."),
        error_messages={"required": _("Say what you propose.")},
    )
    place: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Place"),
        queryset=None,
        to_field_name="code",
        help_text=_("The government that should answer."),
        error_messages={"required": _("Choose the place that it concerns.")},
    )
    field = forms.ChoiceField(label=_("Field"), required=False, choices=[("", _("I am not sure")), *Field.choices])
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    keep_contacts = forms.BooleanField(
        label=_("Publish telephone numbers and e-mail addresses as I wrote them"),
        required=False,
        help_text=_("Otherwise they are masked. Resident registration, card, account and passport numbers always are."),
    )

    def __init__(self, *args: object, offered: Choices, pictures: int = PICTURES, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        place = self.fields["place"]
        place.queryset = places()  # type: ignore[attr-defined]
        place.choices = place_choices(offered, empty=_("Choose a place"))  # type: ignore[attr-defined]
        for number in range(1, pictures + 1):
            self.fields[f"image_{number}"] = _picture_field(number)
            self.fields[f"alt_{number}"] = _description_field(number)
        self.pictures = pictures

    def clean(self) -> dict[str, object]:
        """A point has two halves; a picture is encoded anew here, so that a broken one is a mistake in the form."""
        data = super().clean() or {}
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            self.add_error("longitude", _("A point needs both latitude and longitude, or neither."))
        self.prepared = list(self._prepared(data))
        return data

    def _prepared(self, data: dict[str, object]) -> Iterator[images.Picture]:
        for number in range(1, self.pictures + 1):
            file, description = data.get(f"image_{number}"), str(data.get(f"alt_{number}") or "")
            if not file:
                continue
            try:
                yield images.prepare(file=file, name=file.name, description=description)  # type: ignore[arg-type,attr-defined]
            except images.ImageRefusedError as refused:
                self.add_error(f"image_{number}", str(refused))

    @property
    def picture_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"image_{number}"], self[f"alt_{number}"]) for number in range(1, self.pictures + 1)]

    @property
    def lost_pictures(self) -> Sequence[str]:
        """Names of chosen files: a browser cannot choose them again by itself."""
        return [getattr(file, "name", "") or "" for file in self.files.values()]

    def typed(self) -> Text:
        """The cleaned words as the operations take them."""
        names = ("title", "body", "field", "latitude", "longitude", "keep_contacts")
        return Text(**{name: self.cleaned_data[name] for name in names})


def _picture_field(number: int) -> forms.FileField:
    return forms.FileField(
        label=_("Picture %(number)d") % {"number": number},
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


def _description_field(number: int) -> forms.CharField:
    return forms.CharField(
        label=_("What picture %(number)d shows, for those who cannot see it") % {"number": number},
        required=False,
        max_length=200,
    )


class EditForm(ProposalForm):
    """The words of a published proposal. Its place stays: others have supported it there."""

    def __init__(self, *args: object, stored: Sequence[object] = (), **kwargs: object) -> None:
        super().__init__(*args, pictures=max(0, PICTURES - len(stored)), **kwargs)  # type: ignore[arg-type]
        del self.fields["place"]
        if stored:
            choices = [(image.pk, image.description) for image in stored]  # type: ignore[attr-defined]
            self.fields["remove"] = forms.TypedMultipleChoiceField(
                label=_("Remove pictures"),
                choices=choices,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )


class WithdrawalForm(forms.Form):
    """Taking a proposal back."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not give one. What you write stands in the public record."),
    )
