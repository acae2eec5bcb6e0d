"""What `madang check` asks of the parts that belong to the whole site."""

from __future__ import annotations

from dataclasses import dataclass

from madang.ground.footing.checks import CHECKS, Check, Problem, register
from madang.web.checks import outside, settings, stores, work


@dataclass(frozen=True)
class Found:
    """A problem, and the part of the site in which it was found."""

    part: str
    problem: Problem


def problems() -> list[Found]:
    """Every problem found; empty where everything answers. A check that breaks is itself a problem."""
    found: list[Found] = []
    for check in CHECKS:
        try:
            found += [Found(check.key, problem) for problem in check.problems()]
        except Exception as error:  # noqa: BLE001 - the next check must still be asked
            what = f"The check of {check.label.lower()} could not be carried out: {type(error).__name__}: {error}"
            found.append(Found(check.key, Problem(what, "Mend what is told above first; else report this as a fault.")))
    return found


def plug() -> None:
    """Register them all."""
    for order, (key, label, asked) in enumerate(
        (
            ("settings", "Settings", settings.problems),
            ("secrets", "Secrets", settings.secrets),
            ("database", "Database", stores.database),
            ("migrations", "Migrations", stores.migrations),
            ("record", "Public record", stores.record),
            ("storage", "Uploads", stores.uploads),
            ("disk", "Disk", stores.disk),
            ("workers", "Background jobs", work.problems),
            ("tokenizer", "Tokenizer", outside.tokenizer),
            ("mail", "Mail", outside.mail),
            ("push", "Web push", outside.push),
            ("deliveries", "Deliveries", outside.deliveries),
        )
    ):
        register(Check(key, label, asked, order))
