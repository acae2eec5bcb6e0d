"""What numbers of a map say, in sentences: the same on pages, in documents and in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from madang.engines.opinions.intervals import share

if TYPE_CHECKING:
    from madang.engines.opinions.results import Share
    from madang.explore.deliberations.models import Deliberation, Map
    from madang.explore.deliberations.queries.showing import Bar, Belief, Shown


def percent(part: float) -> str:
    return f"{100 * part:.0f}%"


def interval(part: Share) -> str:
    return f"{100 * part.low:.0f}–{100 * part.high:.0f}%"


def answer(bar: Bar, direction: str) -> str:
    """Such as "81% agree (76–85%, n = 204)"."""
    part = bar.agree if direction == "agree" else bar.disagree
    values = {"percent": percent(part.p), "interval": interval(part), "n": f"{bar.n:,}"}
    if direction == "agree":
        return _("%(percent)s agree (%(interval)s, n = %(n)s)") % values
    return _("%(percent)s disagree (%(interval)s, n = %(n)s)") % values


def passes(bar: Bar) -> str:
    values = {"percent": percent(bar.passed.p), "interval": interval(bar.passed), "n": f"{bar.n:,}"}
    return _("%(percent)s passed (%(interval)s, n = %(n)s)") % values


def whole(bar: Bar) -> str:
    """A bar in words, for those who don't see it."""
    values = {"agree": percent(bar.agree.p), "passed": percent(bar.passed.p), "disagree": percent(bar.disagree.p)}
    return _("Agree %(agree)s, pass %(passed)s, disagree %(disagree)s") % values


def short(bar: Bar) -> str:
    return f"{bar.letter} {percent(bar.agree.p)}"


def belief(one: Belief) -> str:
    """What a group answers, beside the rest, with intervals and both numbers of people."""
    own, rest = share(round(one.own * one.n), one.n), share(round(one.rest * one.n_rest), one.n_rest)
    values = {
        "own": percent(one.own), "rest": percent(one.rest), "n": f"{one.n:,}", "n_rest": f"{one.n_rest:,}",
        "range": interval(own), "range_rest": interval(rest),
    }  # fmt: skip
    if one.direction == "agree":
        return _("%(own)s agree (%(range)s, n = %(n)s), of the rest %(rest)s (%(range_rest)s, n = %(n_rest)s)") % values
    return _("%(own)s disagree (%(range)s, n = %(n)s), of the rest %(rest)s (%(range_rest)s, n = %(n_rest)s)") % values


def verdict(found: Shown) -> str:
    """Why groups are shown or not, and what would be needed, in plain words."""
    stability = found.map.result["stability"]
    needed, key = found.needed, found.verdict
    if key == "shown":
        return _(
            "The votes support %(k)s groups: when a fifth of the votes is left out again and again, people fall into "
            "the same groups (agreement %(ari)s of 1), which chance alone does not reach (%(null)s)."
        ) % {"k": len(found.groups), "ari": f"{stability['ari']:.2f}", "null": f"{stability['null_ari_95']:.2f}"}
    if key == "not-tested":
        return _("These groups are drawn as Polis draws them. Whether they are more than chance was not tested.")
    return f"{_why(key, stability)} {_what(needed)}".strip()


def _why(key: str, stability: dict[str, float | None]) -> str:
    ari = f"{stability['ari'] or 0:.2f}"
    words = {
        "few-people": _("These votes support no groups yet: too few people have voted."),
        "few-votes": _("These votes support no groups yet: too few people have voted on enough statements."),
        "all-alike": _("These votes support no groups: nearly everybody answers alike."),
        "unstable": _(
            "These votes support no groups yet: with some votes left out, people would fall into other groups "
            "(agreement %(ari)s of 1)."
        )
        % {"ari": ari},
        "no-better-than-chance": _(
            "These votes support no groups yet: votes dealt out by chance would form groups as firm as these."
        ),
        "nothing-to-tell": _(
            "These votes support no groups yet: people could be divided, but no statement tells the parts apart."
        ),
    }
    return words.get(key, _("These votes support no groups yet."))


def _what(needed: dict[str, float]) -> str:
    """What would be needed, where it can be said."""
    if "people" in needed and needed.get("people_now", 0) < needed["people"]:
        return _("Needed: %(people)s people with at least %(votes)s votes each; so far there are %(now)s.") % {
            "people": f"{needed['people']:.0f}", "votes": f"{needed.get('votes_per_person', 7):.0f}",
            "now": f"{needed.get('people_now', 0):.0f}",
        }  # fmt: skip
    if "votes_per_person" in needed:
        return _("About %(votes)s votes per person might settle it; now it is %(now)s.") % {
            "votes": f"{needed['votes_per_person']:.0f}", "now": f"{needed.get('votes_per_person_now', 0):.0f}",
        }  # fmt: skip
    if "growth_per_doubling" in needed:
        return _("More of the same votes promise little: other statements might tell more.")
    return ""


def source(deliberation: Deliberation) -> str:
    """Where votes come from, wherever they are not our own."""
    if deliberation.source == deliberation.Source.SIMULATED:
        return _("Simulated: %(how)s") % {"how": deliberation.attribution}
    if deliberation.source == deliberation.Source.IMPORTED:
        return _("Imported: %(whose)s") % {"whose": deliberation.attribution}
    return ""


def method(drawn: Map) -> str:
    """How it was computed, so that it can be computed again."""
    return _("Method %(method)s, engine %(version)s, seed %(seed)s; votes read: %(digest)s") % {
        "method": drawn.method, "version": drawn.engine_version, "seed": drawn.seed, "digest": drawn.input_digest[:16],
    }  # fmt: skip


def reading() -> str:
    return _(
        "Whoever takes part chooses to: shares describe those who voted, not all residents. A range in brackets holds "
        "the true share of such people 19 times in 20; n is how many saw the statement. Pass is an answer of its own."
    )
