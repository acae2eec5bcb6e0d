"""`madang demo`: everything that a newcomer needs, in one command."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
import webbrowser
from pathlib import Path

import click

from madang.web import embedded
from madang.web.site import site


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _open_later(url: str) -> None:
    def wait() -> None:
        time.sleep(3)
        webbrowser.open(url)

    threading.Thread(target=wait, daemon=True).start()


def _remove(folder: Path) -> None:
    """Empty the data folder; only one that Madang made (it holds `postgres`)."""
    if not (folder / "postgres").exists():
        return
    server = embedded.start(folder)
    server.cleanup()
    for name in ("postgres", "media", "static", "tokenizer.sock", "secret"):
        target = folder / name
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--data",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Load real voices from this folder (../shared/data) through the public importers instead of our sample.",
)
@click.option("--fresh", is_flag=True, help="Begin anew: remove the demo's database.")
@click.option(
    "--scale",
    type=click.Choice(["small", "city"]),
    default="small",
    show_default=True,
    help="city: the sample's sentences resampled to 20,000 proposals.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--no-serve", is_flag=True, help="Load and stop.")
def demo(port: int, source: Path | None, fresh: bool, scale: str, no_browser: bool, no_serve: bool) -> None:
    """Start the embedded PostgreSQL, load a living sample of Gyeonggi and Seoul, serve it."""
    folder = embedded.data_folder()
    if source is not None and "MADANG_DATA_DIR" not in os.environ:
        # The real voices live apart from our own sample: neither start disturbs the other.
        folder = folder / "real"
        os.environ["MADANG_DATA_DIR"] = str(folder)
    if not no_serve and not _port_is_free(port):
        raise click.ClickException(
            f"Port {port} is taken. Stop what uses it, or choose another: make demo PORT={port + 1}"
        )
    if fresh:
        _remove(folder)
    # Mails of the demo lead back to it.
    os.environ.setdefault("MADANG_BASE_URL", f"http://127.0.0.1:{port}")
    with site("demo"):
        _prepare(source, scale)
        if no_serve:
            return
        code = _serve(port, open_browser=not no_browser and sys.stdout.isatty())
    sys.exit(code)


def _prepare(source: Path | None, scale: str) -> None:
    from django.core.management import call_command

    from madang.web.demo import loader

    started = time.monotonic()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if loader.is_loaded():
        click.echo(
            f"The demo's data are there already ({time.monotonic() - started:.1f} s); --fresh begins anew.",
            err=True,
        )
        return
    loader.load(
        source=source,
        scale=scale,
        say=lambda line: click.echo(f"[{time.monotonic() - started:5.1f} s] {line}", err=True),
    )


def _serve(port: int, *, open_browser: bool) -> int:
    from madang.web.commands.serve import run
    from madang.web.demo import loader

    url = f"http://127.0.0.1:{port}/"
    click.echo(f"\n  Madang  {url}\n")
    for line in loader.sign_ins():
        click.echo(f"  {line}")
    click.echo("\n  Ctrl-C stops everything.\n")
    if open_browser:
        _open_later(url)
    return run(host="127.0.0.1", port=port, workers=1, threads=8)
