"""Refusals, as RFC 9457 problems."""

from __future__ import annotations

from dataclasses import dataclass, field

from ninja import Schema
from pydantic import Field


class Mistake(Schema):
    """One mistake in what was sent."""

    where: str = Field(
        description="A JSON pointer into the body, or the name of a parameter.", examples=["/body/title"]
    )
    message: str


class Problem(Schema):
    """What went wrong and what to do next (RFC 9457)."""

    type: str = Field(description="Address of the description of this kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What happened, what was kept and what to do next, in the reader's language.")
    instance: str = Field(description="The address that was asked.")
    errors: list[Mistake] = Field(default_factory=list, description="Each mistake, where there are several.")


@dataclass
class ProblemError(Exception):
    """An answer that is a problem. code: one of `madang.web.api.problems.KINDS`."""

    code: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)


# Exceptions of operations, and the kind of problem that each is.
REFUSALS: dict[type[Exception], str] = {}


def refuse(code: str, *exceptions: type[Exception]) -> None:
    """Answer these exceptions of the app's operations with a problem; their message becomes its detail."""
    REFUSALS.update(dict.fromkeys(exceptions, code))
