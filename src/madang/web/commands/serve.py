"""`madang serve`, `madang work` and `madang tokenizer`: the processes of a site."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import click

from madang.web.site import site
from madang.web.supervise import Child, supervised

if TYPE_CHECKING:
    from types import FrameType

# Seconds for which a stopping site waits for a running job; the worker itself gives jobs 20.
GRACE = 30.0
# Threads of a web process that wait for the lanes' commits, beyond those of Django; waiting costs next to nothing.
LANE_THREADS = 64


class Stopped(Exception):  # noqa: N818 - a signal, not an error
    """Ctrl-C or a termination request."""


def _stop(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise Stopped


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
        str(threads + LANE_THREADS),
        "--backpressure",
        str(threads * 4 + LANE_THREADS),
        "--log-level",
        "warning",
    ]
    # Of the web processes alone: the worker keeps a connection of its own, outside any pool.
    threads_in_django = ["env", f"MADANG_SERVER_THREADS={threads}"]
    command = [sys.executable, "-m", *granian, *limits, "--no-access-log", "madang.web.wsgi:application"]
    return [*threads_in_django, *command]


def _madang(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "madang.web.cli", *arguments]


def _measure_together() -> None:
    """A new folder through which the web processes add up what they counted."""
    from madang.web.embedded import data_folder

    folder = data_folder() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def run(*, host: str, port: int, workers: int, threads: int, jobs: int = 2) -> int:
    """Serve until a signal, or until the web process ends by itself; returns the exit code.

    jobs: how many jobs run at once in the worker; 0 starts none.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    _measure_together()
    children = [Child("tokenizer", _madang("tokenizer"))]
    if jobs:
        children.append(Child("worker", _madang("work", "--concurrency", str(jobs)), grace=GRACE))
    children.append(Child("web", _web(host, port, workers, threads), essential=True))
    try:
        with supervised(children, say=lambda line: click.echo(line, err=True)) as watch:
            return watch()
    except Stopped:
        click.echo("Stopped.", err=True)
        return 0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--threads", default=4, show_default=True, help="Threads in each.")
@click.option("--jobs", default=2, show_default=True, help="Background jobs at once in the worker.")
@click.option("--no-worker", is_flag=True, help="Start no worker: `madang work` runs elsewhere.")
def serve(host: str, port: int, workers: int, threads: int, jobs: int, no_worker: bool) -> None:
    """Serve the site with its job worker and its tokenizer (DATABASE_URL, else the embedded server)."""
    with site():
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")
        click.echo(f"Madang listens on http://{host}:{port}", err=True)
        code = run(host=host, port=port, workers=workers, threads=threads, jobs=0 if no_worker else jobs)
    sys.exit(code)


@click.command()
@click.option("--concurrency", default=1, show_default=True, help="Jobs at once.")
@click.option("--queues", default="", help="Only these queues, comma-separated; default: all.")
@click.option("--once", is_flag=True, help="Stop when no job is left.")
@click.option("--grace", default=20.0, show_default=True, help="Seconds a running job may take after a stop request.")
def work(concurrency: int, queues: str, once: bool, grace: float) -> None:
    """Run background jobs until a signal; a running job finishes, or goes back to the queue."""
    with site():
        from madang.ground.footing.jobs.worker import work as run_jobs

        names = [name.strip() for name in queues.split(",") if name.strip()]
        run_jobs(concurrency=concurrency, queues=names, wait=not once, grace=grace)


@click.command()
def tokenizer() -> None:
    """Answer tokenizing requests on a Unix socket, so that no web process carries the language model."""
    from madang.ground.participation.search.server import serve_forever
    from madang.web.embedded import data_folder

    path = os.environ.get("MADANG_TOKENIZER_SOCKET", str(data_folder() / "tokenizer.sock"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve_forever(path)
