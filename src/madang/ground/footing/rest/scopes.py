"""What a token may do. Rooms register their scopes in `ready()`; the page on which tokens are made offers them all."""

from __future__ import annotations

from dataclasses import dataclass

from madang.ground.footing.registry import Registry


@dataclass(frozen=True)
class Scope:
    """key: such as `write:proposals`, kept in tokens and never renamed; label: lazy string; official: it is of use to
    officials alone, and so is offered to them alone.

    A scope never adds to what its person may do; it says how much of that the token may.
    """

    key: str
    label: object
    official: bool = False
    order: int = 100


_scopes: Registry[Scope] = Registry("scope of tokens")
register, find = _scopes.register, _scopes.find


def registered() -> list[Scope]:
    """Every scope, in the order of the form."""
    return list(_scopes)
