"""Asking the tokenizer's process, and doing without it when it does not answer."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
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

_local = threading.local()
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
        with contextlib.suppress(NoServerError):
            return Planned(_query_plan(_ask({"ask": "plan", "text": text}, QUERY_SECONDS)), _server_engine())
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


def _server_engine() -> str:
    if not hasattr(_local, "engine"):
        _local.engine = health()["engine"]
    return _local.engine


def _ask(message: dict[str, Any], seconds: float) -> dict[str, Any]:
    """One question on this thread's connection, once more on a new one if the server was restarted meanwhile."""
    global _resting_until  # noqa: PLW0603
    if not settings.TOKENIZER_SOCKET or time.monotonic() < _resting_until:
        raise NoServerError("No tokenizer is running.")
    for fresh in (False, True):
        try:
            answer = _exchange(message, seconds, fresh=fresh)
        except TimeoutError as error:
            _forget()
            _resting_until = time.monotonic() + REST_SECONDS
            raise NoServerError("The tokenizer did not answer in time.") from error
        except (OSError, ValueError) as error:
            _forget()
            if fresh:
                raise NoServerError("No tokenizer answers.") from error
        else:
            return answer
    raise AssertionError


def _exchange(message: dict[str, Any], seconds: float, *, fresh: bool) -> dict[str, Any]:
    connection = _connection(fresh=fresh)
    connection.settimeout(seconds)
    protocol.send(connection, message)
    answer = protocol.receive(connection)
    if answer is None:
        raise ConnectionResetError
    if "error" in answer:
        raise NoServerError(answer["error"])
    return answer


def _connection(*, fresh: bool) -> socket.socket:
    path = settings.TOKENIZER_SOCKET
    if not fresh and getattr(_local, "path", None) == path:
        return _local.connection
    _forget()
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(QUERY_SECONDS)
        with protocol.reachable(path) as name:
            connection.connect(name)
    except OSError:
        connection.close()
        raise
    _local.connection, _local.path = connection, path
    return connection


def _forget() -> None:
    if hasattr(_local, "connection"):
        _local.connection.close()
    _local.__dict__.clear()
