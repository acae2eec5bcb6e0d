"""Several routers as one, so that operations of different drawers may share an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Router
from ninja.operation import PathView

if TYPE_CHECKING:
    from collections.abc import Iterable


def gather(routers: Iterable[Router], *, tags: list[str] | None = None) -> Router:
    """One router with the operations of all: Django would give an address to the first router that names it."""
    whole = Router(tags=tags)
    for router in routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                operation.tags = operation.tags or router.tags or tags
            whole.path_operations.setdefault(path, PathView()).operations.extend(view.operations)
    return whole
