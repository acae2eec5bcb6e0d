"""Which settings a place may choose. An app registers each in its `ready()`; pages, inheritance and history follow.

settings.register(Setting("answer_days", default=30, label=_("Time to answer"), unit="days", minimum=1))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.ground.footing.registry import Registry


class SettingValueError(ValueError):
    """A value that the setting does not take; the message says which would do."""


@dataclass(frozen=True)
class Setting:
    """One thing that a place may choose.

    key: at most 40 letters, never renamed; default: its value where no place set one, which also tells its type (bool,
    int or str); label, help: lazy strings; unit: "days", "people" or ""; choices: pairs of value and lazy label, for a
    str; validator: raises SettingValueError; public: shown on the page of the place.
    """

    key: str
    default: Any
    label: object = field(compare=False)
    help: object = field(default="", compare=False)
    unit: str = ""
    minimum: int = 0
    maximum: int = 1_000_000
    choices: tuple[tuple[str, object], ...] = field(default=(), compare=False)
    validator: Callable[[Any], None] | None = None
    public: bool = True
    order: int = 100

    @property
    def type(self) -> type:
        return type(self.default)

    def read(self, value: Any) -> Any:
        """The value as it is kept. Raises SettingValueError."""
        checked = {bool: self._bool, int: self._int, str: self._str}[self.type](value)
        if self.validator:
            self.validator(checked)
        return checked

    def _bool(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise SettingValueError(_("Choose yes or no."))
        return value

    def _int(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not self.minimum <= value <= self.maximum:
            raise SettingValueError(
                _("Enter a whole number from %(low)s to %(high)s.")
                % {"low": f"{self.minimum:,}", "high": f"{self.maximum:,}"}
            )
        return value

    def _str(self, value: Any) -> str:
        if not isinstance(value, str) or (self.choices and value not in dict(self.choices)):
            raise SettingValueError(_("Choose one of the values offered."))
        return value

    def in_words(self, value: Any) -> str:
        """A value as a reader takes it: 30 days, 50 people, yes."""
        if self.type is bool:
            return _("yes") if value else _("no")
        if self.type is str:
            return str(dict(self.choices).get(value, value))
        if self.unit == "days":
            return ngettext("%(n)s day", "%(n)s days", value) % {"n": f"{value:,}"}
        if self.unit == "people":
            return ngettext("%(n)s person", "%(n)s people", value) % {"n": f"{value:,}"}
        return f"{value:,}"


_settings: Registry[Setting] = Registry("setting")
register, get = _settings.register, _settings.__getitem__


def registered() -> list[Setting]:
    """Every setting, in the order of the pages."""
    return list(_settings)
