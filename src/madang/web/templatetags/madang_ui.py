"""Template tags of the design system. `{% load madang_ui %}`; each is shown on the style guide."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from madang.explore.proposals import text
from madang.web import tilemap
from madang.web.templatetags import _figures
from madang.web.templatetags._icons import ICONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.forms import BoundField
    from django.utils.safestring import SafeString

register = template.Library()
COMPONENTS = "web/components/"
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def markdown(value: str) -> SafeString:
    """Safe HTML of what a person or an office wrote in Markdown."""
    return text.render(value)


@register.filter
def plain(value: str, length: int = 160) -> str:
    """The first words of Markdown without its marks, for lists and descriptions."""
    return text.excerpt(value, length)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An inline line icon; hidden from screen readers unless it has a label."""
    name_of = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    path = mark_safe(f'<path d="{ICONS[name]}"/>')  # noqa: S308 - a constant of ours
    return format_html('<svg class="icon {}" viewBox="0 0 24 24" {}>{}</svg>', css, name_of, path)


@register.filter(expects_localtime=True)
def day(when: datetime | None) -> str:
    """A date as people write it: 2026. 11. 20. in Korean, Nov 20, 2026 in English."""
    if not when:
        return ""
    return date_format(when, "Y. n. j." if (get_language() or "ko").startswith("ko") else "M j, Y")


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, CHOICES):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "hidden" if widget.is_hidden else "input"


def _control(field: BoundField, kind: str, *, counter: int) -> SafeString:
    """The widget, tied to its help, counter and errors. A counted field is not cut off: nothing typed is lost."""
    parts = {"help": bool(field.help_text), "count": bool(counter), "error": bool(field.errors)}
    named = " ".join(f"{field.auto_id}_{part}" for part, there in parts.items() if there)
    attrs: dict[str, Any] = {} if kind == "choices" else {"aria-describedby": named or False}
    if counter:
        attrs |= {"maxlength": False, "data-counter": f"{field.auto_id}_count", "data-max": counter}
    return field.as_widget(attrs=attrs)


@register.inclusion_tag(COMPONENTS + "_field.html")
def field(bound: BoundField, *, counter: int = 0, css: str = "", label: str = "", help: str = "") -> dict[str, Any]:  # noqa: A002
    """A form field with label, help, control, counter and errors. css: field--voice, field__choices--cards, …"""
    if help:
        bound.help_text = help
    kind = _kind(bound.field.widget)
    return {
        "field": bound,
        "kind": kind,
        "control": _control(bound, kind, counter=counter),
        "counter": counter,
        "used": len(str(bound.value() or "")),
        "label": label or bound.label,
        "css": css,
    }


@register.inclusion_tag(COMPONENTS + "_fields.html")
def fields(form: forms.Form) -> dict[str, Any]:
    """Every field of a form, hidden ones too, after the errors that belong to no field."""
    return {"form": form}


@register.inclusion_tag(COMPONENTS + "_meter.html")
def meter(
    value: float, whole: float, *, label: str, tone: str = "", text: str = "", bare: bool = False
) -> dict[str, Any]:
    """A share of a whole as a bar; `text` is shown beside the label, `bare` draws the bar alone."""
    return {
        "percent": _figures.share(value, whole),
        "value": value,
        "whole": whole,
        "label": label,
        "tone": tone,
        "text": text,
        "bare": bare,
    }


@register.inclusion_tag(COMPONENTS + "_sparkline.html")
def sparkline(values: Iterable[float], *, label: str, unit: str = "") -> dict[str, Any]:
    """A short series as a line; its numbers are said in words to a screen reader."""
    series = list(values)
    return {"spark": _figures.spark(series), "values": series, "label": label, "unit": unit}


@register.inclusion_tag(COMPONENTS + "_score_dots.html")
def score_dots(values: Iterable[int], *, label: str, lowest: int = 1, highest: int = 5) -> dict[str, Any]:
    """How raters spread over a criterion: one dot each, the median marked, n said."""
    return {"strip": _figures.strip(list(values), lowest=lowest, highest=highest), "label": label}


def clock_state(
    *, met_at: datetime | None, due_at: datetime | None, answered_at: datetime | None, now: datetime
) -> str:
    """Gathering, waiting, overdue or answered."""
    if answered_at:
        return "answered"
    if met_at is None or due_at is None:
        return "gathering"
    return "overdue" if timezone.localdate(due_at) < timezone.localdate(now) else "waiting"


def _clock(supports: int, needed: int, dates: dict[str, datetime | None]) -> dict[str, Any]:
    now = dates.pop("now") or timezone.now()
    met_at, due_at, answered_at = dates["met_at"], dates["due_at"], dates["answered_at"]
    left = (timezone.localdate(due_at) - timezone.localdate(now)).days if due_at else 0
    took = (timezone.localdate(answered_at) - timezone.localdate(met_at)).days if answered_at and met_at else None
    state = clock_state(**dates, now=now)
    return {
        "supports": supports,
        "needed": needed,
        "missing": max(0, needed - supports),
        "state": state,
        **dates,
        "left": left,
        "late": -left,
        "took": took,
    }


@register.inclusion_tag(COMPONENTS + "_clock.html")
def clock(
    supports: int,
    needed: int,
    *,
    met_at: datetime | None = None,
    due_at: datetime | None = None,
    answered_at: datetime | None = None,
    now: datetime | None = None,
    compact: bool = False,
) -> dict[str, Any]:
    """The public service clock: supports so far and needed, then the days until the answer is due."""
    # A name missing from a template's context arrives as "".
    dates = {"met_at": met_at or None, "due_at": due_at or None, "answered_at": answered_at or None, "now": now or None}
    return {"compact": compact, **_clock(supports, needed, dates)}


@register.inclusion_tag(COMPONENTS + "_thread_line.html")
def thread_line(stations: Sequence[dict[str, Any]], *, label: str = "") -> dict[str, Any]:
    """The thread as a picture and a list. Five stations: label, state (done, now, waiting), count, date, url, icon."""
    waiting = [station.get("state") == "waiting" for station in stations]
    return {"stations": stations, "waiting": waiting, "label": label}


def _tiles(region: str, tiles: dict[str, dict[str, Any]], bounds: list[float]) -> list[dict[str, Any]]:
    korean = (get_language() or "ko").startswith("ko")
    return [
        {
            **tiles[code],
            "col": at.col,
            "row": at.row,
            "step": tilemap.step(tiles[code]["value"] or 0, bounds),
            "short": at.ko if korean else at.en,
        }
        for code, at in tilemap.GRIDS[region].items()
        if code in tiles
    ]


@register.inclusion_tag(COMPONENTS + "_tile_map.html")
def tile_map(
    tiles: Iterable[dict[str, Any]], *, caption: str = "", column: str = "", current: str = ""
) -> dict[str, Any]:
    """Equal tiles for municipalities, colored in five steps, with a table twin.

    tiles: dicts of code, name, url, value (a number) and label ("34 proposals"). Regions appear if they have tiles;
    colors are compared within all tiles given.
    """
    by_code = {str(tile["code"]): tile for tile in tiles}
    values = [tile["value"] or 0 for tile in by_code.values()]
    bounds = tilemap.breaks(values)
    regions = [(region, _tiles(region, by_code, bounds)) for region in ("41", "11")]
    shown = [(region, found) for region, found in regions if found]
    table = sorted(by_code.values(), key=lambda tile: (-(tile["value"] or 0), tile["name"]))
    return {
        "regions": shown,
        "legend": tilemap.legend(bounds, values),
        "table": table,
        "caption": caption,
        "column": column,
        "current": current,
    }
