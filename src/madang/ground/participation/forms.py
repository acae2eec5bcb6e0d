"""Asking to be told, and choosing how."""

from __future__ import annotations

import json
import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings as site
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Field
from madang.ground.participation.models import Rhythm
from madang.ground.participation.operations import Wanted, Wishes
from madang.ground.people.models import User
from madang.ground.places.models import Office
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from madang.ground.participation.queries.following import Settings
    from madang.ground.places.models import Place


class WatchForm(forms.Form):
    """What to be told of. `place` is a code; office and author are ids, and come from the pages of these."""

    KEYS = ("place", "field", "words", "office", "author")

    words = forms.CharField(
        label=_("With these words"),
        required=False,
        max_length=100,
        help_text=_("As you would type them into the search, such as “bus stop”."),
    )
    place = forms.ChoiceField(label=_("At this place"), required=False)
    field = forms.ChoiceField(label=_("In this field"), required=False)
    office = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    author = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._places = list(places())
        self.fields["place"].choices = [("", _("Everywhere")), *self._by_province()]  # type: ignore[attr-defined]
        self.fields["field"].choices = [("", _("Every field")), *Field.choices]  # type: ignore[attr-defined]

    def _by_province(self) -> list[tuple[str, list[tuple[str, str]]]]:
        tops = [place for place in self._places if not place.parent_id]
        inside = {top.pk: [one for one in self._places if top.pk in {one.pk, one.parent_id}] for top in tops}
        return [(top.name, [(one.code, one.name) for one in inside[top.pk]]) for top in tops]

    def clean_office(self) -> Office | None:
        return _row(Office.objects.filter(active=True), self.cleaned_data["office"])

    def clean_author(self) -> User | None:
        return _row(User.objects.filter(is_active=True), self.cleaned_data["author"])

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        place: Place | None = next((one for one in self._places if one.code == data["place"]), None)
        return Wanted(place, data["field"], data["office"], data["author"], data["words"])


def _row(rows: Any, pk: int | None) -> Any:
    if pk is None:
        return None
    found = rows.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise ValidationError(_("This is no longer there. Go back to its page and try again."))
    return found


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))


class SettingsForm(forms.Form):
    """Mail and push by group, quiet hours, a pause and the language."""

    language = forms.ChoiceField(label=_("Language of mails and push"), choices=site.LANGUAGES)
    quiet_from = _time(_("Quiet from"))
    quiet_to = _time(_("until"))
    paused_until = forms.DateField(
        label=_("Send no mail and no push before"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Everything stays on your page. After the pause it comes as one mail."),
    )

    def __init__(self, *args: Any, settings: Settings, language: str, **more: Any) -> None:
        own = settings.own
        paused = timezone.localtime(own.paused_until).date() if own.paused_until else None
        initial = {"language": language, "quiet_from": own.quiet_from, "quiet_to": own.quiet_to, "paused_until": paused}
        more["initial"] = initial
        super().__init__(*args, **more)
        self._settings = settings
        for wish in settings.wishes:
            key, label = wish.group.key, str(wish.group.label)
            self.fields[f"mail_{key}"] = forms.ChoiceField(label=label, choices=Rhythm.choices, initial=wish.mail)
            self.fields[f"mail_{key}"].widget.attrs["class"] = "select"
            self.fields[f"push_{key}"] = forms.BooleanField(label=label, required=False, initial=wish.push)

    def rows(self) -> list[dict[str, object]]:
        """The groups with their two controls, for the table."""
        return [
            {"group": wish.group, "mail": self[f"mail_{wish.group.key}"], "push": self[f"push_{wish.group.key}"]}
            for wish in self._settings.wishes
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("quiet_from"), data.get("quiet_to")
        if (start is None) != (end is None):
            self.add_error("quiet_to", _("Give both times, or neither."))
        elif start is not None and start == end:
            self.add_error("quiet_to", _("These hours would be the whole day or none of it. Choose another end."))
        return data

    def wishes(self) -> Wishes:
        data, zone = self.cleaned_data, timezone.get_default_timezone()
        day = data["paused_until"]
        groups = [wish.group.key for wish in self._settings.wishes]
        return Wishes(
            choices={key: (data[f"mail_{key}"], data[f"push_{key}"]) for key in groups},
            language=data["language"],
            paused_until=datetime.combine(day, time(), tzinfo=zone) if day else None,
            quiet_from=data["quiet_from"],
            quiet_to=data["quiet_to"],
        )


KEY = re.compile(r"^[A-Za-z0-9_-]+={0,2}\Z")


class DeviceForm(forms.Form):
    """A browser's push subscription."""

    endpoint = forms.URLField(max_length=1000, assume_scheme="https")
    p256dh = forms.RegexField(KEY, max_length=120, min_length=80)
    auth = forms.RegexField(KEY, max_length=60, min_length=16)

    @classmethod
    def of_json(cls, body: bytes) -> DeviceForm:
        """Read `PushSubscription.toJSON()`; whatever else arrives makes an invalid form."""
        try:
            sent = json.loads(body)
        except ValueError:
            sent = {}
        sent = sent if isinstance(sent, dict) else {}
        keys: dict[str, Any] = sent["keys"] if isinstance(sent.get("keys"), dict) else {}
        return cls({"endpoint": sent.get("endpoint"), "p256dh": keys.get("p256dh"), "auth": keys.get("auth")})
