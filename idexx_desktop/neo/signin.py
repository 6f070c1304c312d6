"""Signing in through Neo's own page: one attempt, and a name for each way in which it can end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode, Route
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo.between import in_place_of, network_page_at
from idexx_desktop.neo.branch import choose_branch
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.covering import uncover
from idexx_desktop.neo.driver_words import of_a_moving_page, translated
from idexx_desktop.neo.form import (
    BUTTONS,
    INPUTS,
    LOOK,
    LoginForm,
    Sighting,
    company_to_enter,
    find_form,
    page_changed,
)
from idexx_desktop.neo.headers import of_page_script
from idexx_desktop.neo.outcome import before_typing, page_needs, rejection
from idexx_desktop.neo.pace import Pace
from idexx_desktop.neo.site import NeoOptions, origin_of
from idexx_desktop.neo.translate import LOGIN_PATH, check_status, is_login, network_failure

if TYPE_CHECKING:
    from playwright.async_api import Request, Response

    from idexx_desktop.neo.sign_in_browser import Tab

_FORM_SECONDS = 5.0  # for a form that a script builds once the page is there
_PRESSABLE_SECONDS = 3.0  # for a button that waits for what was typed
_EXPOSED = "IDEXX Neo's page tried to put the password where it doesn't belong, so we stopped."
_OTHER_WAY = "This computer's browser doesn't take the way that this program sets, so nothing was typed."
_STRAYED_LATE = "IDEXX Neo's sign-in ended on another site, so we stopped there."
_PASSWORD_FIELD = "input[type=password]"  # noqa: S105 - a selector

_REMEMBER = """([site, items]) => {
  if (location.origin !== site) return;
  for (const [name, value] of items) if (localStorage.getItem(name) === null) localStorage.setItem(name, value);
}"""
_IN_THIS_TAB = f"""
(index) => {{
  const button = document.querySelectorAll('{BUTTONS}')[index];
  for (const each of document.querySelectorAll('base[target]')) each.target = '_self';
  if (button.form && button.form.target) button.form.target = '_self';
  if (button.formTarget) button.formTarget = '_self';
  window.signingIn = true;
  return !button.disabled;
}}
"""

# True once the submit has led anywhere: to another page, to an alert, to other fields.
_SETTLED = f"""
(before) => {{
  if (document.readyState !== 'complete') return false;
  const seen = ({LOOK.strip()})();
  if (window.signingIn && location.href === before.url) {{
    return seen.passwords !== 1 || seen.alerts.join() !== before.alerts;
  }}
  const [visit] = performance.getEntriesByType('navigation');
  const away = !/^\\/login(\\/|$)/.test(location.pathname);
  return away || seen.controls.length > 0 || seen.alerts.length > 0 || (visit && visit.responseStatus >= 400);
}}
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A submit that left the sign-in page. `otherwise` is what to say if the cookies don't open anything."""

    cookies: Cookies
    otherwise: Failure


class SignInPage:
    """One browser tab for one sign-in, from here on open to the site."""

    def __init__(
        self,
        tab: Tab,
        options: NeoOptions,
        clock: Clock,
        pace: Pace,
        before: Cookies | None = None,
        patience: float = 0.0,
    ) -> None:
        """`before`: what the last sign-in at this site left, so that what a person answered stays answered.

        `patience`: so many seconds a person may take who sees the page, to answer what lies over its form.
        """
        self._tab = tab
        self._page, self._guard, self._way_out = tab
        self._patience = patience
        self._options = options
        self._clock = clock
        self._pace = pace
        self.before = before or Cookies(options.base_url)
        self._answer: Response | None = None
        self._broken = ""
        # whether anything of the sign-in was given to the page, which may have sent it
        self.typed = False
        self._page.context.set_default_timeout(options.timeout_seconds * 1000)
        self._page.on("response", self._note_answer)
        self._page.on("requestfailed", self._note_break)
        tab.open_to(options.base_url, options.allowed_hosts, options.proxy)

    @property
    def pages(self) -> int:
        """Pages that were asked of the site so far, steps of a redirect included."""
        return self._guard.pages

    @property
    def is_open(self) -> bool:
        """Whether the page is still there: a person may close the window."""
        return self._tab.is_there and not self._page.is_closed()

    async def is_gone(self) -> bool:
        """As not `is_open`, where the browser's word that the page was closed may still be on its way."""
        try:
            await translated(self._page.bring_to_front())
        except Failure:
            return True
        return False

    async def left(self) -> Cookies:
        """What the sign-in would leave if it ended now."""
        seen = await self._look()
        return await self._kept(self._page.url, seen["languages"])

    async def sign_in(self, login: NeoLogin) -> Attempt:
        """Type and submit, once. Raises the `Failure` that the site or its page names; repeats nothing."""
        await self._remember()
        seen = await self._open_page()
        try:
            form = find_form(seen, origin_of(self._options.base_url))
        except Failure as failure:
            raise self._for_want_of_host(failure) from None
        company = company_to_enter(form, seen, login.company_id)
        await uncover(self._page, form, self._patience)
        if not self._way_out.carried:
            raise Failure(FailureCode.NO_BROWSER, "it doesn't keep to the way out", title=_OTHER_WAY)
        try:
            await self._fill(form, login, company, seen)
            await self._submit(form, seen)
            attempt = await self._read_outcome()
        except Failure as failure:
            # what Neo says of the password comes first: it must not be tried again
            if failure.route is not Route.SUSPEND:
                self.check_misuse()
            raise
        self.check_misuse()
        return attempt

    async def _remember(self) -> None:
        """What the browser would still know, were it the one of the last sign-in."""
        if cookies := self.before.lasting(self._clock.now()):
            await translated(self._page.context.add_cookies(cookies))  # type: ignore[arg-type]  # as it gave them
        if self.before.storage:
            known = json.dumps([origin_of(self.before.site), self.before.storage])
            await translated(self._page.add_init_script(f"({_REMEMBER})({known})"))

    async def _open_page(self) -> Sighting:
        """Open the sign-in page and wait for its form: what is there then. Nothing has been typed yet."""
        url = f"{self._options.base_url}{LOGIN_PATH}"
        try:
            async with self._pace:
                await translated(self._page.goto(url, wait_until="domcontentloaded"))
        except Failure as failure:
            self._check_strayed()
            raise self._true_cause(failure) from None
        has_form = await self._comes_to_a_form()
        self._check_strayed()
        seen = await self._look()
        status = self._answer.status if self._answer else 0
        if stands := in_place_of(200, {}, " ".join(seen["headings"])):
            raise stands
        # a slow computer may have the form just after nobody waited any more
        if status >= 400 or not (has_form or seen["passwords"]):
            reason = before_typing(seen, status)
            raise self._for_want_of_host(reason) if status < 400 else reason
        return seen

    async def _comes_to_a_form(self) -> bool:
        """Whether there is one, after a while. A check for robots may let a browser through by itself."""
        first = self._answer
        is_page = first is None or first.status < 400
        if is_page and await self._has_form():
            return True
        stands = await self._stands_between()
        went_on = self._answer is not first  # while we looked
        if (went_on or (stands is not None and not is_page)) and await self._has_form():
            return True
        if stands is not None:
            raise stands
        self._check_answer()
        return False

    async def _stands_between(self) -> Failure | None:
        """What answered in place of Neo."""
        if self._answer is None or self._page.url.startswith("chrome-error:"):
            return None
        html = await of_a_moving_page(self._page.content)
        return in_place_of(self._answer.status, self._answer.headers, html)

    async def _has_form(self) -> bool:
        field = self._page.locator(_PASSWORD_FIELD).first
        try:
            await translated(field.wait_for(state="visible", timeout=_FORM_SECONDS * 1000))
        except Failure as failure:
            if failure.code is not FailureCode.TOO_SLOW:
                raise
            return False
        return True

    async def _fill(self, form: LoginForm, login: NeoLogin, company: str | None, seen: Sighting) -> None:
        inputs = self._page.locator(INPUTS)
        self._check_strayed()
        self._guard.seal(login.password, seen["targets"])
        self._way_out.seal()
        self.typed = True
        if form.company is not None and company is not None:
            is_list = any(one["options"] for one in seen["controls"] if one["index"] == form.company)
            field = inputs.nth(form.company)
            await translated(field.select_option(company) if is_list else field.fill(company))
        for index, text in ((form.username, login.username), (form.password, login.password)):
            await translated(inputs.nth(index).fill(text))
        # there are pages that look at what was typed when a key comes up
        await translated(inputs.nth(form.password).press("End"))

    async def _submit(self, form: LoginForm, seen: Sighting) -> None:
        """Send the form, in this tab: a page in another one would be beside what is watched."""
        await uncover(self._page, form, self._patience)
        if not await translated(self._page.evaluate(_IN_THIS_TAB, form.button)):
            await self._wait_until_pressable(form, seen)
        before = {"url": self._page.url, "alerts": ",".join(seen["alerts"])}
        self._answer = None
        self._broken = ""
        async with self._pace:
            await translated(self._page.locator(BUTTONS).nth(form.button).click())
            try:
                await translated(self._page.wait_for_function(_SETTLED, arg=before, polling=50))
            except Failure as failure:
                self._check_strayed()
                self._check_broken()
                if not self._guard.submitted and failure.code is FailureCode.TOO_SLOW:
                    raise self._for_want_of_host(failure) from None
                raise

    async def _wait_until_pressable(self, form: LoginForm, seen: Sighting) -> None:
        enabled = f"(index) => !document.querySelectorAll('{BUTTONS}')[index].disabled"
        try:
            wait = self._page.wait_for_function(enabled, arg=form.button, timeout=_PRESSABLE_SECONDS * 1000)
            await translated(wait)
        except Failure as failure:
            if failure.code is not FailureCode.TOO_SLOW:
                raise
            raise page_changed("its button can't be pressed", seen) from None

    async def _read_outcome(self) -> Attempt:
        self._check_strayed()
        if self._answer and self._answer.status >= 400 and (stands := await self._stands_between()):
            raise stands
        self._check_answer()
        if self._page.url.startswith("chrome-error:"):  # the browser's own page, whose words mean nothing
            self._check_broken()
            raise Failure(FailureCode.SIGN_IN_REJECTED, "an empty answer")
        seen = await self._look()
        asked = None
        try:
            if await choose_branch(self._page, seen, self._options.branch):
                self._check_strayed()
                seen = await self._look()
        except Failure as failure:
            if failure.code is not FailureCode.BRANCH_ASKED:
                raise
            asked = failure  # which matters where it keeps everything else closed
        url = self._page.url
        otherwise = asked or rejection(seen, urlsplit(url).path)
        if is_login(url) or seen["passwords"]:
            raise otherwise
        return Attempt(await self._kept(url, seen["languages"]), otherwise)

    async def _kept(self, url: str, languages: Sequence[str]) -> Cookies:
        """What is left of the sign-in: its cookies, what its pages keep, how its browser asks."""
        state = await translated(self._page.context.storage_state())
        cookies = (str(cookie.get("value", "")) for cookie in state.get("cookies", ()))
        self._guard.exposed |= any(self._guard.gives_away(text) for text in (url, *cookies))
        site = self._options.base_url
        kept = Cookies(site, of_page_script(self._guard.headers, languages, url, site)).with_state(
            dict(state)
        )
        harmless = [(name, text) for name, text in kept.storage if not self._guard.gives_away(name + text)]
        return replace(kept, storage=tuple(harmless))

    async def _look(self) -> Sighting:
        seen: Sighting = await of_a_moving_page(lambda: self._page.evaluate(LOOK))
        return seen

    def _check_strayed(self) -> None:
        if self._guard.strayed:
            if portal := network_page_at(self._guard.strayed_to):
                raise portal
            title = _STRAYED_LATE if self._guard.sealed else None
            raise Failure(FailureCode.SIGN_IN_REDIRECTED, "the page leads to another site", title=title)

    def _check_broken(self) -> None:
        if self._broken and self._answer is None:
            raise self._true_cause(network_failure(self._broken))

    def _true_cause(self, failure: Failure) -> Failure:
        """What kept our own proxy from the site; the browser knows only that the proxy gave it nothing."""
        trouble = self._way_out.trouble
        return trouble if trouble is not None and failure.code is FailureCode.UNREACHABLE else failure

    def _for_want_of_host(self, failure: Failure) -> Failure:
        """The failure as it is, or that the form isn't there for want of what another site has."""
        hosts = tuple(self._guard.static_refused)
        if failure.code not in (FailureCode.PAGE_CHANGED, FailureCode.TOO_SLOW):
            return failure
        return page_needs(hosts, tuple(self._guard.other_refused)) or failure

    def check_misuse(self) -> None:
        """Raise where the page did with the sign-in what it must not."""
        if self._guard.exposed:
            raise Failure(FailureCode.PAGE_CHANGED, "the password in an address or a cookie", title=_EXPOSED)
        if self._guard.turned_away and not self._guard.submitted:
            raise Failure(FailureCode.PAGE_CHANGED, "it sends the form to another address than its own")

    def _check_answer(self) -> None:
        """Raise for an overloaded or broken site; a page that refuses (403) is read for its reason."""
        if self._answer and (self._answer.status >= 500 or self._answer.status == 429):
            check_status(self._answer.status, self._answer.url, self._answer.headers, self._clock.now())

    def _note_answer(self, answer: Response) -> None:
        if self._is_page(answer.request):
            self._answer = answer

    def _note_break(self, request: Request) -> None:
        if self._is_page(request) and request.failure and "ERR_ABORTED" not in request.failure:
            self._broken = request.failure
            if self._answer and self._answer.request != request:  # that answer only led here
                self._answer = None

    def _is_page(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame
