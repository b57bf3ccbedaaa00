"""A real Chromium on a real server, on each engine, on a phone and in an office."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright
from werkzeug.serving import make_server

from crm.accounts.models import User
from crm.web.application import Application
from seeds import demo
from tests import chromium
from tests.factories import PASSWORD

WIDTHS = {"phone": (360, 740), "office": (1280, 900)}


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """One Chromium for the worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.executable()), args=chromium.LAUNCH_ARGS, headless=True
        )
        yield browser
        browser.close()


@pytest.fixture
def server(app: Application) -> Iterator[str]:
    """The application behind a real socket of this machine; its address."""
    running = make_server("127.0.0.1", 0, app, threaded=True)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@dataclass
class Visitor:
    """Someone in front of a screen. `look()` keeps a picture and checks the page with axe."""

    page: Page
    address: str
    width: str
    pictures: Path | None
    guide: Path | None

    def open(self, path: str) -> None:
        """Go to an address of the application."""
        self.page.goto(self.address + path)

    def sign_in(self, user: User) -> None:
        """Sign in through the page."""
        self.sign_in_as(user.email, PASSWORD)

    def sign_in_as(self, email: str, password: str) -> None:
        """Sign in through the page, by what is typed there."""
        self.open("/connexion")
        self.page.get_by_label("Adresse e-mail").fill(email)
        self.page.get_by_label("Mot de passe").fill(password)
        self.page.get_by_role("button", name="Se connecter").click()
        self.page.wait_for_url("**/aujourdhui")

    def sign_in_again(self, user: User) -> None:
        """Sign in after the session ended."""
        self.page.context.clear_cookies()
        self.sign_in(user)

    def look(self, name: str) -> None:
        """No serious nor critical fault for axe, nothing wider than the screen; a picture when asked for."""
        if self.pictures:
            self.page.screenshot(path=self.pictures / f"{name}-{self.width}.png", full_page=True)
        found = Axe().run(self.page).response["violations"]
        grave = [
            (fault["id"], node["html"])
            for fault in found
            for node in fault["nodes"]
            if fault["impact"] in {"serious", "critical"}
        ]
        assert grave == [], f"{name} at {self.width}"
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {self.width}"

    def show(self, name: str, beginning: Locator | None = None) -> None:
        """A picture for the user guide when asked for: one screen of a phone, from `beginning` downwards."""
        if self.guide and self.width == "phone":
            if beginning is not None:
                beginning.evaluate("part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 110)")
            self.page.screenshot(path=self.guide / f"{name}.png", animations="disabled", caret="hide")


@pytest.fixture
def demonstration(app: Application) -> Iterator[None]:
    """The demonstration, loaded on a Tuesday like any other: the digest leaves the next morning."""
    with time_machine.travel("2027-03-09T09:10:00+01:00"):
        with app.app_context():
            demo.load()
        yield


@pytest.fixture(params=list(WIDTHS))
def width(request: pytest.FixtureRequest) -> str:
    """A phone of 360 px, an office screen of 1280 px."""
    return str(request.param)


@pytest.fixture
def visitor(chrome: Browser, server: str, width: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """One visitor; anything the browser complains of fails the test."""
    with _visiting(chrome, server, width, request) as visitor:
        yield visitor


@pytest.fixture
def another(chrome: Browser, server: str, width: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A second visitor, with cookies of their own."""
    with _visiting(chrome, server, width, request) as visitor:
        yield visitor


class _visiting:  # noqa: N801  used as a with statement
    def __init__(self, chrome: Browser, server: str, width: str, request: pytest.FixtureRequest) -> None:
        self.chrome, self.server, self.width = chrome, server, width
        folder, guide = request.config.getoption("--pictures"), request.config.getoption("--guide")
        self.pictures, self.guide = (Path(one) if one else None for one in (folder, guide))
        self.complaints: list[str] = []

    def __enter__(self) -> Visitor:
        across, down = WIDTHS[self.width]
        phone = self.width == "phone"
        self.context = self.chrome.new_context(
            viewport={"width": across, "height": down}, locale="fr-FR", has_touch=phone, is_mobile=phone
        )
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return Visitor(page, self.server, self.width, self.pictures, self.guide)

    def __exit__(self, kind: Any, *_rest: Any) -> None:
        self.context.close()
        if kind is None:
            assert self.complaints == []

    def _hear(self, message: ConsoleMessage) -> None:
        expected = "Failed to load resource: the server responded with a status of 4"  # a refusal, shown as such
        if message.type == "error" and not message.text.startswith(expected):
            self.complaints.append(message.text)
