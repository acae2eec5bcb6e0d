"""The one process that carries the language model, answering on a Unix socket that only its owner may open."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madang.engines.texts import query, tokens
from madang.ground.participation.search import protocol
from madang.ground.participation.search.analysis import Text, analyse, engine_name

if TYPE_CHECKING:
    from madang.engines.texts.tokens import Tokenizer


class AlreadyServedError(RuntimeError):
    """Another tokenizer answers on this socket."""


class Answers:
    """What the server can be asked. Threads share the model; analysis lets go of Python's lock."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        # One text at a time for everything in bulk, so that a query shares the processor with one at most.
        self._bulk = threading.Lock()

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """The reply to one message; a mistake in it is a reply too."""
        try:
            return getattr(self, f"_{message.get('ask')}", self._unknown)(message)
        except (KeyError, TypeError, ValueError) as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def _unknown(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"error": f"unknown request {message.get('ask')!r}"}

    def _health(self, message: dict[str, Any]) -> dict[str, Any]:
        del message
        return {"engine": engine_name(self.tokenizer), "pid": os.getpid()}

    def _plan(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "plan": asdict(query.query_plan(message["text"], self.tokenizer)),
            "engine": engine_name(self.tokenizer),
        }

    def _words(self, message: dict[str, Any]) -> dict[str, Any]:
        found = self.tokenizer.tokenise(message["text"])
        return {"words": found, "terms": tokens.with_parts(found, self.tokenizer)}

    def _analyse(self, message: dict[str, Any]) -> dict[str, Any]:
        found = []
        for title, body in message["texts"]:
            with self._bulk:
                found.append(asdict(analyse(Text(title, body), self.tokenizer)))
        return {"analyses": found}


class _Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, ValueError):
            while (message := protocol.receive(self.request)) is not None:
                protocol.send(self.request, self.server.answers.answer(message))


class Server(socketserver.ThreadingUnixStreamServer):
    """A thread per connection; clients keep theirs open."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: str, tokenizer: Tokenizer) -> None:
        self.answers = Answers(tokenizer)
        self._open: set[socket.socket] = set()
        super().__init__(path, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening, and let go of everybody who is connected."""
        super().server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        before = os.umask(0o177)
        try:
            super().server_bind()
        finally:
            os.umask(before)


def _make_way(path: Path) -> None:
    """Remove the socket of a server that died; refuse to push aside one that lives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            with protocol.reachable(str(path)) as name:
                probe.connect(name)
        except OSError:
            path.unlink(missing_ok=True)
        else:
            raise AlreadyServedError(f"A tokenizer already answers on {path}: stop it, or use that one.")


def serve_forever(path: str, tokenizer: Tokenizer | None = None) -> None:
    """Load the model, then answer until the process ends. Raises AlreadyServedError."""
    chosen = tokenizer or tokens.default_tokenizer()
    chosen.tokenise("준비")
    _make_way(Path(path))
    with protocol.reachable(path) as name, Server(name, chosen) as server:
        try:
            server.serve_forever(poll_interval=0.5)
        finally:
            Path(path).unlink(missing_ok=True)
