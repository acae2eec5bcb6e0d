"""`madang serve`, `madang work` and `madang tokenizer`: the processes of a site."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import click

from madang.web.site import site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Stopped(Exception):  # noqa: N818 - a signal, not an error
    """Ctrl-C or a termination request."""


def _stop(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise Stopped


@contextlib.contextmanager
def _children(*commands: list[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the processes in their own sessions, so that Ctrl-C reaches them once and in order: the last first."""
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603
    try:
        yield running
    finally:
        for child in reversed(running):
            child.terminate()
        for child in reversed(running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
            if child.poll() is None:
                child.kill()


def _web(host: str, port: int, workers: int, threads: int) -> list[str]:
    granian = [
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    limits = [
        "--blocking-threads",
        str(threads),
        "--backpressure",
        str(threads * 4),
        "--log-level",
        "warning",
    ]
    return [sys.executable, "-m", *granian, *limits, "--no-access-log", "madang.web.wsgi:application"]


def _madang(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "madang.web.cli", *arguments]


def run(*, host: str, port: int, workers: int, threads: int) -> int:
    """Serve until a signal or until a process dies by itself; returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    commands = [_madang("tokenizer"), _madang("work"), _web(host, port, workers, threads)]
    try:
        with _children(*commands) as running:
            while all(child.poll() is None for child in running):
                time.sleep(0.3)
            dead, command = next(pair for pair in zip(running, commands, strict=True) if pair[0].poll() is not None)
            click.echo(f"A process ended by itself with {dead.returncode}: {' '.join(command[2:5])}", err=True)
            return 1
    except Stopped:
        click.echo("Stopped.", err=True)
        return 0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--threads", default=4, show_default=True, help="Threads in each.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the site with its job worker and its tokenizer (DATABASE_URL, else the embedded server)."""
    with site():
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")
        click.echo(f"Madang listens on http://{host}:{port}", err=True)
        code = run(host=host, port=port, workers=workers, threads=threads)
    sys.exit(code)


@click.command()
@click.option("--concurrency", default=1, show_default=True)
def work(concurrency: int) -> None:
    """Run background jobs: indexing, duplicates, themes, routing, escalation."""
    with site():
        from django.core.management import call_command

        call_command("procrastinate", "worker", concurrency=concurrency)


@click.command()
def tokenizer() -> None:
    """Answer tokenizing requests on a Unix socket, so that no web process carries the language model."""
    from madang.ground.participation.search.server import serve_forever
    from madang.web.embedded import data_folder

    path = os.environ.get("MADANG_TOKENIZER_SOCKET", str(data_folder() / "tokenizer.sock"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve_forever(path)
