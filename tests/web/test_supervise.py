"""The processes of a site: a dead worker is started again, the web process's end ends the site, all stop in order."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from madang.web.supervise import Child, supervised

FOREVER = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_dead_worker_starts_again_while_the_site_goes_on(tmp_path):
    mark = tmp_path / "lives"
    once = f"import sys, pathlib; p = pathlib.Path({str(mark)!r}); p.write_text(p.read_text() + 'x' if p.exists() else 'x')"
    web = Child("web", FOREVER, essential=True)
    said = []
    with supervised([Child("worker", [sys.executable, "-c", once]), web], say=said.append) as watch:

        def end() -> None:
            limit = time.monotonic() + 20
            while (not mark.exists() or len(mark.read_text()) < 2) and time.monotonic() < limit:
                time.sleep(0.05)
            web.process.kill()

        threading.Thread(target=end).start()
        assert watch() == 1
    assert len(mark.read_text()) >= 2
    assert said[0] == "The worker process ended with 0; it starts again in 1 s."
    assert said[-1] == "The web process ended by itself with -9."


def test_everything_stops_and_what_does_not_is_killed():
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    children = [Child("plain", FOREVER), Child("stubborn", [sys.executable, "-c", stubborn], grace=0.5)]
    with supervised(children, say=pytest.fail):
        time.sleep(0.5)
        processes = [child.process for child in children]
    assert all(one.poll() is not None for one in processes)


def test_pauses_grow_and_begin_anew_after_a_long_life(monkeypatch):
    child, clock = Child("worker", FOREVER), iter(range(0, 10**6, 1))
    monkeypatch.setattr("madang.web.supervise.time.monotonic", lambda: float(next(clock)))
    assert [child.mourn() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    child.began = -1000.0
    assert child.mourn() == 1
