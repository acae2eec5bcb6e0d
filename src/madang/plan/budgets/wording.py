"""Ballots, rules and options in plain words, as an official reads them before choosing."""

from django.utils.translation import gettext_lazy as _

BALLOTS = {
    "approval": _("Each voter marks every project they support. Quick on a phone, and fair to count."),
    "k-approval": _("Each voter marks at most a fixed number. It makes voters weigh, and splits support a little."),
    "knapsack": _("Each voter fills a basket until the money is used up, and so feels what things cost."),
    "ranking": _("Each voter puts projects in order. It says most, and asks most."),
    "cumulative": _("Each voter shares out points, several to one project where it matters to them."),
    "choose-1": _("Each voter chooses one project. For small budgets with few projects."),
}
RULES = {
    "equal-shares": _(
        "Every voter gets an equal share of the money. A project wins when its supporters can pay for it out of their "
        "shares, and whoever has paid has less left for the next. Small groups and districts get their due."
    ),
    "greedy": _(
        "Projects win in the order of their votes while the money lasts. Easy to tell; but one large group can take "
        "everything, and others get nothing."
    ),
    "greedy-per-cost": _("As most votes first, but counted per won: many cheap projects win before a dear one."),
    "phragmen": _(
        "Projects win one after another so that their costs weigh on as many shoulders as evenly as possible. "
        "Proportional, without shares that may be left over."
    ),
    "bounded-overspending": _(
        "As equal shares, but supporters may overdraw a little, so that more of the money is spent at once."
    ),
    "knapsack-optimal": _(
        "The set of projects with the greatest total of votes. It takes no account of who has got something already."
    ),
}
UTILITIES = {
    "cost": _("By money: a voter gets more from a dear project that they support. Usual in cities."),
    "cardinality": _("By number: each project that a voter supports counts the same. It favors small ones."),
    "sqrt-cost": _("Between the two: by the square root of the cost."),
}
COMPLETIONS = {
    "none": _("None: what the shares do not reach stays unspent."),
    "add1": _("Raise every share step by step while the winners can be paid."),
    "add1u": _("Raise the shares, and then spend the rest by most votes. Recommended."),
    "utilitarian": _("Spend the rest by most votes."),
    "add1u+utilitarian": _("Raise the shares with every voter’s support counted, and then spend the rest by votes."),
}
TIES = {
    "cost-votes-lot": _("Lower cost first, then more votes, then a lot drawn from the published seed. Recommended."),
    "lot": _("A lot drawn from the published seed."),
    "file": _("The lower number of the project."),
}
STOPS = {
    "cities": _("As cities do it: until the next step could no longer be paid."),
    "exhaustive": _("Until nothing more fits."),
}
KINDS = {
    "ideas": _("Residents put ideas forward."),
    "screening": _("Offices examine them and publish their reasons."),
    "codesign": _("Residents and offices make the projects better."),
    "vote": _("Residents vote; everything is frozen when it opens."),
    "result": _("The count is shown and explained."),
    "execution": _("The winners are carried out."),
}


def choices(words: dict[str, object], names: object) -> list[tuple[str, object]]:
    """(key, name) pairs of those that have words, for a form."""
    named = dict(names)  # type: ignore[call-overload]
    return [(key, named.get(key, key)) for key in words]
