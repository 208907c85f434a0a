"""Drive Debian's headless Chromium against a page, cut off from every network.

`open_page` gives a `Visit`: the Playwright page and everything that the page tried to do outside
itself. Without Chromium tests are skipped, except in CI, where they fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Route, sync_playwright

from tests.helpers.system import program

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Visit:
    """An open page and what it did."""

    page: Page
    requests: list[str] = field(default_factory=list)  # all but the page itself and data: URIs
    errors: list[str] = field(default_factory=list)  # console errors and exceptions
    dialogs: list[str] = field(default_factory=list)

    def failures(self) -> list[str]:
        """Return the errors other than the tiles that could not be fetched."""
        return [e for e in self.errors if "net::ERR_" not in e]


def chromium() -> str:
    """Return Chromium's path, or skip (in CI: fail) the test."""
    return program("chromium", "chromium-browser", package="chromium")


@contextmanager
def launch() -> Iterator[Browser]:
    """Start one browser for many pages."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(
    browser: Browser, file: Path, *, width: int = 1400, height: int = 900, allow: str = ""
) -> Iterator[Visit]:
    """Open `file` without a network and record what it asks for; `allow` is a loopback address."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ja-JP")
    page = context.new_page()
    visit = Visit(page)

    def block(route: Route) -> None:
        url = route.request.url
        if url == file.as_uri():
            route.continue_()
            return
        visit.requests.append(url)
        if allow and url.startswith(allow):
            route.continue_()
            return
        route.abort("internetdisconnected")

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            visit.errors.append(message.text)

    def dialog(box: Dialog) -> None:
        visit.dialogs.append(box.message)
        box.dismiss()

    page.on("console", console)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("dialog", dialog)
    context.route("**/*", block)
    try:
        page.goto(file.as_uri())
        page.wait_for_selector("body.ready", timeout=20_000)
        yield visit
    finally:
        context.close()
