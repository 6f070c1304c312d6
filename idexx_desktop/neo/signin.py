"""Signing in through Neo's own page: one attempt, and a name for each way in which it can end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.form import BUTTONS, INPUTS, LOOK, LoginForm, Sighting, find_form
from idexx_desktop.neo.guard import Guard
from idexx_desktop.neo.outcome import named_by, rejection
from idexx_desktop.neo.pace import Pace
from idexx_desktop.neo.site import NeoOptions, origin_of
from idexx_desktop.neo.translate import LOGIN_PATH, check_status, is_login, network_failure, translated

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Request, Response

_FORM_SECONDS = 5.0  # for a form that a script builds after the page has loaded

# True once the submit has led anywhere: another document, an alert that wasn't there, a form that went away.
_SETTLED = """
(before) => {
  if (document.readyState !== 'complete') return false;
  if (!window.__signingIn || location.href !== before.url) return true;
  const seen = (%s)();
  return seen.passwords !== 1 || seen.alerts.join() !== before.alerts;
}
""" % LOOK.strip()


class SignInPage:
    """One browser tab, used for one sign-in. `pages` counts what was asked of the site."""

    def __init__(self, page: Page, options: NeoOptions, clock: Clock, pace: Pace) -> None:
        self._page = page
        self._options = options
        self._clock = clock
        self._pace = pace
        self._guard = Guard(origin_of(options.base_url))
        self._answer: Response | None = None
        self._broken = ""
        self.pages = 0

    @classmethod
    async def open(cls, browser: Browser, options: NeoOptions, clock: Clock, pace: Pace) -> SignInPage:
        """A tab that remembers nothing, stores nothing and loads no more than it needs."""
        context = await browser.new_context(accept_downloads=False, service_workers="block")
        context.set_default_timeout(options.timeout_seconds * 1000)
        tab = cls(await context.new_page(), options, clock, pace)
        await tab._guard.watch(tab._page)
        tab._page.on("response", tab._note_answer)
        tab._page.on("requestfailed", tab._note_break)
        return tab

    async def sign_in(self, login: NeoLogin) -> Cookies | Failure:
        """Submit once. Cookies where Neo left its sign-in page, else the `Failure` that its page names.

        Everything that stops us before the submit is raised as a `Failure`.
        """
        form = await self._open_form(login)
        await self._submit(form, login)
        return await self._read_outcome()
