"""How rooms below participation tell people something.

Notices lie above places and people, so those cannot import them; participation plugs itself in when it is ready. Rooms
above call `madang.ground.participation.operations.tell` itself.
"""

from __future__ import annotations

from collections.abc import Callable

Teller = Callable[..., object]
_tellers: list[Teller] = []


def plug(teller: Teller) -> None:
    """Name the function that tells; a second, different one raises ValueError."""
    if _tellers and _tellers[0] is not teller:
        raise ValueError("Notices are plugged in already.")
    _tellers[:] = [teller]


def told(**notice: object) -> None:
    """Tell people something, once: users (ids), kind, message (a msgid), params, url, key, now.

    Where nothing delivers notices, nothing is told: no decision hangs on it.
    """
    if _tellers:
        _tellers[0](**notice)
