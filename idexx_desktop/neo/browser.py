"""A browser that is on this computer already, started for one sign-in and closed right after it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from playwright.async_api import Error as PlaywrightError

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.finishing import to_the_end

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

_log = structlog.get_logger()

_QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--block-new-web-contents",  # no second window, which nobody would watch
    "--metrics-recording-only",
    "--mute-audio",
)
_SYSTEM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "microsoft-edge-stable",
    "brave-browser",
)
_SECRET_PREFIX = "IDEXX_DESKTOP_"  # noqa: S105 - our own settings: a passphrase, addresses; no browser needs them
_START_SECONDS = 20.0
_STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One browser to try: by its path, or by the name under which Playwright knows where it is installed."""

    name: str
    channel: str | None = None
    path: str | None = None


def candidates(configured: str | None, own_path: str) -> Iterator[Candidate]:
    """In the order in which they are tried. `own_path` is where Playwright keeps a browser of its own."""
    if configured:
        yield Candidate("the chosen browser", path=configured)
    yield Candidate("Edge", channel="msedge")
    yield Candidate("Chrome", channel="chrome")
    yield Candidate("Playwright's own", path=own_path)
    for name in _SYSTEM_NAMES:
        if found := shutil.which(name):
            yield Candidate(name, path=found)


@asynccontextmanager
async def running_browser(playwright: Playwright, configured: str | None) -> AsyncIterator[Browser]:
    """The first browser that starts, without a window, with an empty profile that is deleted afterwards.

    It is closed however the block ends, also where a run is cancelled while it still starts.
    Raises `Failure(NO_BROWSER)` with a list of what was tried.
    """
    starting = asyncio.ensure_future(_start(playwright, configured))
    try:
        await asyncio.wait([starting])
        yield starting.result()
    finally:
        await to_the_end(_stop(starting))


async def name_of_working_browser(configured: str | None) -> str:
    """Start the browser that a sign-in would use, and close it: its name and version. `Failure(NO_BROWSER)` if none."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright, running_browser(playwright, configured) as browser:
        return f"{browser.browser_type.name} {browser.version} starts"


async def _start(playwright: Playwright, configured: str | None) -> Browser:
    tried: list[str] = []
    for candidate in candidates(configured, playwright.chromium.executable_path):
        if candidate.path is not None and not Path(candidate.path).is_file():
            tried.append(f"{candidate.name}: not there")
            continue
        try:
            browser = await _launch(playwright, candidate)
        except PlaywrightError as error:
            missing = "is not found" in error.message or "doesn't exist" in error.message
            tried.append(f"{candidate.name}: {'not there' if missing else 'did not start'}")
            continue
        _log.info("browser started", browser=candidate.name, version=browser.version)
        return browser
    raise Failure(FailureCode.NO_BROWSER, "; ".join(tried))


async def _launch(playwright: Playwright, candidate: Candidate) -> Browser:
    return await playwright.chromium.launch(
        channel=candidate.channel,
        executable_path=candidate.path,
        headless=True,
        # root can't have the sandbox; a clinic's computer is not run as root, servers and CI are
        chromium_sandbox=not (sys.platform != "win32" and os.geteuid() == 0),
        args=list(_QUIET),
        env={name: value for name, value in os.environ.items() if not name.startswith(_SECRET_PREFIX)},
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
        timeout=_START_SECONDS * 1000,
    )


async def _stop(starting: asyncio.Task[Browser]) -> None:
    await asyncio.wait([starting], timeout=_STOP_SECONDS)
    if not starting.done():
        starting.cancel()  # the driver, on its way out, ends what it had started
        await asyncio.wait([starting])
    if starting.cancelled() or starting.exception() is not None:
        return
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await starting.result().close()
    except (PlaywrightError, TimeoutError):
        _log.warning("browser did not close by itself")
