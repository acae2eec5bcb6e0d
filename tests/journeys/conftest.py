"""A real site for the journeys: the demo, loaded and served as a newcomer would, in a real browser.

It runs in processes of its own on a database of its own, once for all journeys.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.needs import require

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "madang-demo-2026"
# Should another worker run journeys too, it has a site of its own.
DATABASE = "madang_journeys_" + os.environ.get("PYTEST_XDIST_WORKER", "main")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _database() -> str:
    """A new empty database on the test run's server."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    head, _, tail = url.partition("//")
    place, _, rest = tail.partition("/")
    query = rest.partition("?")[2]
    return f"{head}//{place}/{DATABASE}" + (f"?{query}" if query else "")


def _wait_for(url: str, process: subprocess.Popen) -> None:
    """Until the demo is loaded and answers: half a minute alone, minutes beside other work."""
    until = time.monotonic() + 420
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"The demo ended by itself with {process.returncode}; what it said stands above.")
        try:
            with urllib.request.urlopen(url + "styleguide", timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("The demo did not answer within seven minutes.")


@pytest.fixture(scope="session")
def site():
    """The address of a running demo; MADANG_JOURNEYS_SITE names one that runs already, for work on a journey."""
    if CHROMIUM is None:
        require("no Chromium on this machine (apt-get install chromium fonts-nanum)", "MADANG_REQUIRE_BROWSER")
    if running := os.environ.get("MADANG_JOURNEYS_SITE"):
        yield running
        return
    folder = tempfile.mkdtemp(prefix="madang-journeys-")
    os.environ["MADANG_JOURNEYS_DATA"] = folder
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": _database(),
        "MADANG_DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "madang.web.settings.demo",
        "MADANG_ANONYMOUS_CACHE_SECONDS": "0",
    }
    command = [sys.executable, "-m", "madang.web.cli", "demo", "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def mailbox(site) -> Path:
    """The folder into which the site writes its mails; MADANG_JOURNEYS_MAIL names that of a site that runs already."""
    del site
    return Path(os.environ.get("MADANG_JOURNEYS_MAIL") or os.environ["MADANG_JOURNEYS_DATA"]) / "mail"


@pytest.fixture(scope="session")
def browser(site):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A person with a browser. Every page that they look at is checked."""

    def __init__(self, browser, site: str, *, language: str = "ko", viewport: dict | None = None, script: bool = True):
        # Without motion: a message that fades in would be judged while it is half there.
        self.context = browser.new_context(
            locale=language,
            viewport=viewport or WIDE,
            java_script_enabled=script,
            reduced_motion="reduce",
            extra_http_headers={"Accept-Language": language},
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.site = site
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str):
        response = self.page.goto(self.site + path.lstrip("/"))
        assert response.status < 400, f"{path}: {response.status}"
        return self.page

    def sign_in(self, email: str) -> None:
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()
        assert "/accounts/login" not in self.page.url, self.page.locator("main").inner_text()

    def check(self) -> None:
        """Axe finds nothing, nothing is cut at this width, the policy was not violated, no script failed."""
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        found = Axe().run(self.page, options=options).response["violations"]
        told = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
        assert told == [], f"{self.page.url}: {told}"
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{self.page.url} is {over}px too wide"
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"


@pytest.fixture
def visitor(browser, site):
    """Make visitors; their browsers close with the test."""
    made = []

    def make(**options) -> Visitor:
        made.append(Visitor(browser, site, **options))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
