"""How the numbers of a map are drawn and said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from madang.explore.deliberations.queries import wording

if TYPE_CHECKING:
    from madang.engines.opinions.results import Share
    from madang.explore.deliberations.models import Deliberation, Map
    from madang.explore.deliberations.queries.showing import Bar, Belief, Ranked, Shown

register = template.Library()
WIDE = 200


@register.filter
def percent(part: Share | float) -> str:
    return wording.percent(part if isinstance(part, float) else part.p)


@register.filter
def interval(part: Share) -> str:
    return wording.interval(part)


@register.filter
def in_bar(bar: Bar) -> dict[str, Any]:
    """Widths of the parts of a bar 200 wide, and where the interval of the agreeing share ends."""
    agree, passed = WIDE * bar.agree.p, WIDE * bar.passed.p
    return {
        "agree": f"{agree:.1f}", "passed": f"{passed:.1f}", "passed_at": f"{agree:.1f}",
        "disagree": f"{WIDE * bar.disagree.p:.1f}", "disagree_at": f"{agree + passed:.1f}",
        "low": f"{WIDE * bar.agree.low:.1f}", "high": f"{WIDE * bar.agree.high:.1f}",
        "alt": wording.whole(bar),
    }  # fmt: skip


@register.filter
def told(one: Ranked) -> str:
    """The answer on which a list rests, with n and interval."""
    return wording.answer(one.line.everybody, one.direction)


@register.filter
def strong(bar: Bar) -> str:
    return wording.answer(bar, bar.more)


@register.filter
def passes(bar: Bar) -> str:
    return wording.passes(bar)


@register.filter
def belief(one: Belief) -> str:
    return wording.belief(one)


@register.filter
def verdict(shown: Shown) -> str:
    return wording.verdict(shown)


@register.filter
def source(deliberation: Deliberation) -> str:
    return wording.source(deliberation)


@register.filter
def method(drawn: Map) -> str:
    return wording.method(drawn)


@register.simple_tag
def how_to_read() -> str:
    return wording.reading()


@register.filter
def numbers(taken: dict[str, Any]) -> str:
    """What kept evidence rests on, in words."""
    from django.utils.translation import gettext as _

    values = {
        "percent": wording.percent(taken["p"]), "n": f"{taken['n']:,}",
        "interval": f"{100 * taken['low']:.0f}–{100 * taken['high']:.0f}%",
    }  # fmt: skip
    if taken["direction"] == "agree":
        return _("%(percent)s agree (%(interval)s, n = %(n)s)") % values
    return _("%(percent)s disagree (%(interval)s, n = %(n)s)") % values


@register.filter
def swarm(shown: Shown) -> dict[str, Any]:
    """Dots of the beeswarm: from what all answer alike to what divides, 560 by 96, none over another."""
    lines = shown.by_division
    most = max((line.extremity for line in lines), default=0.0) or 1.0
    taken: list[tuple[float, float]] = []
    dots = []
    for line in lines[:400]:
        x = 12 + 536 * line.extremity / most
        y = next(
            (y for step in range(24) for y in (48 + 8 * step, 48 - 8 * step) if 6 <= y <= 90 and _free(taken, x, y)),
            48.0,
        )
        taken.append((x, y))
        dots.append({"x": f"{x:.1f}", "y": f"{y:.1f}", "line": line})
    return {"dots": dots}


def _free(taken: list[tuple[float, float]], x: float, y: float) -> bool:
    return all((x - a) ** 2 + (y - b) ** 2 >= 72 for a, b in taken)
