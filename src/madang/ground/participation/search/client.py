"""Asking the tokenizer's process, and doing without it when it does not answer."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from madang.engines.texts import query, tokens
from madang.engines.texts.light import LightTokenizer
from madang.engines.texts.query import QueryPlan
from madang.ground.participation.search import protocol
from madang.ground.participation.search.analysis import Analysis, Text, analyse, engine_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.engines.texts.tokens import Tokenizer

# Somebody is waiting for a query; a document of 20,000 letters takes the model half a second.
QUERY_SECONDS = 0.5
DOCUMENT_SECONDS = 3.0
# After a server was too slow, do without it for a moment instead of letting every page wait.
REST_SECONDS = 2.0

# Connections that nobody is using, for any thread: with the socket's path and the process that opened them.
KEPT = 32
_idle: deque[tuple[str, int, socket.socket]] = deque()
_light = LightTokenizer()
_chosen: Tokenizer | None = None
_resting_until = 0.0


class NoServerError(ConnectionError):
    """No tokenizer answers (settings.TOKENIZER_SOCKET); `madang tokenizer` starts one."""


@dataclass(frozen=True)
class Planned:
    """How to carry out a query, and the tokenizer that read it."""

    plan: QueryPlan
    engine: str


@contextlib.contextmanager
def using(tokenizer: Tokenizer):  # noqa: ANN201 - a context manager
    """Use this tokenizer in this process instead of the server: for commands, benches and tests."""
    global _chosen  # noqa: PLW0603 - one choice per process is the point
    before, _chosen = _chosen, tokenizer
    try:
        yield
    finally:
        _chosen = before


def plan(text: str) -> Planned:
    """The plan of a query; read without the model where no server answers in time."""
    if _chosen is None:
        # A KeyError: a server of another version still runs beside this one during an upgrade.
        with contextlib.suppress(NoServerError, KeyError):
            answer = _ask({"ask": "plan", "text": text}, QUERY_SECONDS)
            return Planned(_query_plan(answer["plan"]), answer["engine"])
    tokenizer = _chosen or _light
    return Planned(query.query_plan(text, tokenizer), engine_name(tokenizer))


def terms(text: str) -> list[str]:
    """The words of a text with the parts of compounds; read without the model where no server answers in time."""
    if _chosen is None:
        with contextlib.suppress(NoServerError):
            return list(_ask({"ask": "words", "text": text}, DOCUMENT_SECONDS)["terms"])
    tokenizer = _chosen or _light
    return list(tokens.with_parts(tokenizer.tokenise(text), tokenizer))


def analyses(texts: Sequence[Text]) -> list[Analysis]:
    """What to index of each text. Raises NoServerError: only the caller knows whether a lesser reading will do."""
    if _chosen is not None:
        return [analyse(text, _chosen) for text in texts]
    found: list[Analysis] = []
    for text in texts:
        answer = _ask({"ask": "analyse", "texts": [[text.title, text.body]]}, DOCUMENT_SECONDS)
        found += [Analysis(**one) for one in answer["analyses"]]
    return found


def light_analysis(text: Text) -> Analysis:
    """What to index until the model has read the text."""
    return analyse(text, _light)


def health() -> dict[str, Any]:
    """What the server says of itself. Raises NoServerError."""
    return _ask({"ask": "health"}, QUERY_SECONDS)


def is_alive() -> bool:
    """Whether the model can be asked."""
    try:
        health()
    except NoServerError:
        return False
    return True


def is_light(engine: str) -> bool:
    """Whether an analysis was made without the model and should be made again."""
    return engine.endswith("+light")


def _query_plan(answer: dict[str, Any]) -> QueryPlan:
    return QueryPlan(**{name: tuple(value) for name, value in answer.items()})


def _ask(message: dict[str, Any], seconds: float) -> dict[str, Any]:
    """One question; once more on a new connection if the server was restarted since the kept one was opened."""
    global _resting_until  # noqa: PLW0603
    if not settings.TOKENIZER_SOCKET or time.monotonic() < _resting_until:
        raise NoServerError("No tokenizer is running.")
    while True:
        kept = _kept()
        try:
            return _exchange(kept or _connected(), message, seconds)
        except TimeoutError as error:
            _resting_until = time.monotonic() + REST_SECONDS
            raise NoServerError("The tokenizer did not answer in time.") from error
        except (OSError, ValueError) as error:
            if kept is None:
                raise NoServerError(f"No tokenizer answers: {error}") from error


def _exchange(connection: socket.socket, message: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Ask and keep the connection for the next question; whatever goes wrong closes it."""
    try:
        connection.settimeout(seconds)
        protocol.send(connection, message)
        answer = protocol.receive(connection)
    except BaseException:
        connection.close()
        raise
    if answer is None:
        connection.close()
        raise ConnectionResetError("The connection was closed.")
    if len(_idle) < KEPT:
        _idle.append((settings.TOKENIZER_SOCKET, os.getpid(), connection))
    else:
        connection.close()
    if "error" in answer:
        raise NoServerError(answer["error"])
    return answer


def _kept() -> socket.socket | None:
    """A connection that another question has left open, by this process and to this server."""
    with contextlib.suppress(IndexError):
        while True:
            path, process, connection = _idle.pop()
            if (path, process) == (settings.TOKENIZER_SOCKET, os.getpid()):
                return connection
            connection.close()
    return None


def _connected() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(QUERY_SECONDS)
        with protocol.reachable(settings.TOKENIZER_SOCKET) as name:
            connection.connect(name)
    except BaseException:
        connection.close()
        raise
    return connection


def forget() -> None:
    """Close the connections that are kept."""
    with contextlib.suppress(IndexError):
        while True:
            _idle.pop()[2].close()
