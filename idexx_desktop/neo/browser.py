"""A browser that is on this computer already, started for one sign-in and closed right after it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import structlog
from playwright.async_api import Error as PlaywrightError

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.finishing import to_the_end

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright, ProxySettings

    from idexx_desktop.neo.allowing_proxy import AllowingProxy

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
    "--metrics-recording-only",
    "--mute-audio",
)
# beside the proxy, which is the only way out: what would look for another one, or talk by itself
_NARROW = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # names are the proxy's to look up
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-shared-workers",
    "--no-pings",
    "--dns-over-https-mode=off",
    "--disable-client-side-phishing-detection",
    "--disable-notifications",
    "--disable-speech-api",
)
# Looked up by ourselves: a start by name that finds nothing leaves an empty profile behind each time.
_PLATFORM = sys.platform if sys.platform in ("win32", "darwin") else "linux"
_KNOWN = {
    "win32": {
        "Edge": "Microsoft/Edge/Application/msedge.exe",
        "Chrome": "Google/Chrome/Application/chrome.exe",
    },
    "darwin": {
        "Edge": "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "Chrome": "Google Chrome.app/Contents/MacOS/Google Chrome",
    },
    "linux": {"Edge": "microsoft/msedge/msedge", "Chrome": "google/chrome/chrome"},
}
_WINDOWLESS = "chromium-headless-shell"
_SYSTEM_NAMES = (
    _WINDOWLESS,  # without a window, which nobody sees here: half the memory, and sooner there
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "microsoft-edge-stable",
    "brave-browser",
)
_SECRET_PREFIX = "IDEXX_DESKTOP_"  # noqa: S105 - our own settings: a passphrase, addresses; no browser needs them
_NO_DRIVER = "The part of this program that steers the browser doesn't start."
_NO_DRIVER_ADVICE = (
    "A virus scanner or a rule of this computer may keep it from starting: ask whoever looks after the computer to"
    " allow it, or install this program anew."
)
_NO_SCREEN = "There is no screen here on which IDEXX Neo could be shown."
_NO_SCREEN_ADVICE = "Open Neo where a person sits: in this program's window, or with the same command there."
_START_SECONDS = 20.0
_STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One browser to try."""

    name: str
    path: str


def candidates(configured: str | None, own_path: str) -> Iterator[Candidate]:
    """In the order in which they are tried. `own_path` is where Playwright keeps a browser of its own."""
    if configured:
        yield Candidate("the chosen browser", configured)
    for name, ending in _KNOWN[_PLATFORM].items():
        for folder in _program_folders():
            yield Candidate(name, str(folder / ending))
    yield Candidate("Playwright's own", own_path)
    for name in _SYSTEM_NAMES:
        if found := shutil.which(name):
            yield Candidate(name, found)


def _program_folders() -> list[Path]:
    """Where programs are installed on this system."""
    if _PLATFORM == "win32":
        named = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
        return [Path(folder) for folder in named if folder]
    return [Path("/Applications" if _PLATFORM == "darwin" else "/opt")]


@asynccontextmanager
async def running_driver() -> AsyncIterator[Playwright]:
    """Playwright's driver, a process of its own; ended however the block ends, also while it still starts.

    Raises `Failure(NO_BROWSER)` where it doesn't start: missing, blocked, out of memory, or it never answers.
    """
    from idexx_desktop.neo.browser_files import folder_of_its_own  # Playwright: not before it is started

    with folder_of_its_own():
        starting = asyncio.ensure_future(_start_driver())
        try:
            await asyncio.wait([starting])
            yield starting.result()
        finally:
            await to_the_end(_stop_driver(starting))


async def _start_driver() -> Playwright:
    from playwright.async_api import async_playwright

    began, others = time.time(), asyncio.all_tasks()
    starting = asyncio.ensure_future(async_playwright().start())
    await asyncio.wait([starting], timeout=_START_SECONDS)
    if starting.done() and starting.exception() is None:
        return starting.result()
    problem = "no answer in time"
    if starting.done():  # Playwright raises nothing more exact where its driver ends
        problem = type(starting.exception()).__name__
    starting.cancel()
    _end_drivers(since=began)
    # what Playwright began reads to the end of a driver that is gone by now
    ended, _ = await asyncio.wait(asyncio.all_tasks() - others, timeout=_STOP_SECONDS)
    for task in ended:
        task.cancelled() or task.exception()  # named below, by what it does to us
    raise Failure(
        FailureCode.NO_BROWSER, f"the driver: {problem}", title=_NO_DRIVER, advice=_NO_DRIVER_ADVICE
    )


def _end_drivers(since: float) -> None:
    """Playwright tells nobody about a driver that never answers: it is found among this program's own children."""
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            # the clock of processes is coarser than this one's
            if child.create_time() >= since - 1 and "run-driver" in child.cmdline():
                child.kill()


async def _stop_driver(starting: asyncio.Task[Playwright]) -> None:
    await asyncio.wait([starting])
    if starting.exception() is None:
        await starting.result().stop()  # ends contexts, browsers and the driver's process


@asynccontextmanager
async def running_browser(
    playwright: Playwright,
    configured: str | None,
    way_out: AllowingProxy | None = None,
    trusted: str = "",
    *,
    visible: bool = False,
) -> AsyncIterator[Browser]:
    """The first browser that starts, with an empty profile that is deleted afterwards; with a window if `visible`.

    It reaches what `way_out` allows; without one, nothing at all. `trusted`: a key as of `NeoOptions.key_of`.

    It is closed however the block ends, also where a run is cancelled while it still starts.
    Raises `Failure(NO_BROWSER)` with a list of what was tried.
    """
    starting = asyncio.ensure_future(_start(playwright, configured, way_out, trusted, visible))
    try:
        await asyncio.wait([starting])
        yield starting.result()
    finally:
        await to_the_end(_stop(starting))


async def name_of_working_browser(configured: str | None) -> str:
    """Start the browser that a sign-in would use, and close it: its name and version. `Failure(NO_BROWSER)` if none."""
    async with running_driver() as playwright, running_browser(playwright, configured) as browser:
        return f"{browser.browser_type.name} {browser.version} starts"


async def _start(
    playwright: Playwright,
    configured: str | None,
    way_out: AllowingProxy | None,
    trusted: str,
    visible: bool,
) -> Browser:
    tried: list[str] = []
    for candidate in candidates(configured, playwright.chromium.executable_path):
        if visible and candidate.path.endswith(_WINDOWLESS):
            continue
        if not Path(candidate.path).is_file():
            tried.append(f"{candidate.name}: not there")
            continue
        try:
            browser = await _launch(playwright, candidate, way_out, trusted, visible)
        except PlaywrightError:
            tried.append(f"{candidate.name}: did not start")
            continue
        _log.info("browser started", browser=candidate.name, version=browser.version)
        return browser
    raise Failure(FailureCode.NO_BROWSER, "; ".join(dict.fromkeys(tried)))


def check_screen() -> None:
    """NO_BROWSER where no window can be shown; Windows and macOS say it by themselves."""
    if _PLATFORM == "linux" and not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        raise Failure(FailureCode.NO_BROWSER, "no screen", title=_NO_SCREEN, advice=_NO_SCREEN_ADVICE)


async def _launch(
    playwright: Playwright,
    candidate: Candidate,
    way_out: AllowingProxy | None,
    trusted: str,
    visible: bool,
) -> Browser:
    from idexx_desktop.neo.browser_files import told_to_browser

    given = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET_PREFIX)}
    return await playwright.chromium.launch(
        executable_path=candidate.path,
        headless=not visible,
        # root can't have the sandbox; a clinic's computer is not run as root, servers and CI are
        chromium_sandbox=not (sys.platform != "win32" and os.geteuid() == 0),
        args=[*_QUIET, *_NARROW, *([f"--ignore-certificate-errors-spki-list={trusted}"] if trusted else ())],
        proxy=_proxy(way_out),
        env={**given, **told_to_browser()},
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
        timeout=_START_SECONDS * 1000,
    )


def _proxy(way_out: AllowingProxy | None) -> ProxySettings:
    """The way out as Playwright wants it; loopback is no exception. Its password is never an argument of a process."""
    if way_out is None:
        return {"server": "http://127.0.0.1:9", "bypass": "<-loopback>"}  # nobody: the port of "discard"
    return {
        "server": way_out.address,
        "username": way_out.username,
        "password": way_out.password,
        "bypass": "<-loopback>",
    }


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
