"""A sign-in that can be kept: what one site keeps in a browser, and how that browser asks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import Any

from idexx_desktop.neo.headers import as_with_a_window
from idexx_desktop.neo.site import endpoint_of, origin_of
from idexx_desktop.redaction import keep_out

_SESSION = -1.0  # the end of a cookie that has none
_LEAST_SECRET = 8  # characters; a shorter cookie is a setting such as a language
_MOST_STORED = 100_000  # characters
_KEPT = ("name", "value", "domain", "path", "expires", "httpOnly", "secure", "sameSite")


@dataclass(frozen=True, slots=True)
class Cookies:
    """As secret as the password: `repr` shows none. `site` is the address that they are for.

    `headers`: those with which the page's own script would ask. `storage`: names and values that the site's pages keep
    in the browser besides, such as that a person has answered something.
    """

    site: str
    headers: Mapping[str, str] = field(default_factory=dict)
    values: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    storage: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def from_text(cls, site: str, text: str | None) -> Cookies:
        """What `text` wrote; none where it is missing, of another site or damaged: a sign-in replaces it."""
        try:
            kept = json.loads(text or "")
            if kept["site"] != site:
                return cls(site)
            # an older program kept no more of the headers than the browser's name
            headers = kept.get("headers") or {"User-Agent": str(kept["user_agent"])}
            state = {
                "cookies": kept["cookies"],
                "origins": [{"origin": site, "localStorage": kept.get("storage", [])}],
            }
            return cls(site, as_with_a_window(headers)).with_state(state)
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(site)

    def text(self) -> str:
        """All of it as JSON, to be sealed by the caller; "" where there is nothing to keep."""
        if not self.values and not self.storage:
            return ""
        storage = [{"name": name, "value": value} for name, value in self.storage]
        agent = self.headers.get("User-Agent", "")  # for an older program
        kept = {"site": self.site, "user_agent": agent, "headers": dict(self.headers)}
        return json.dumps({**kept, "cookies": list(self.values), "storage": storage})

    def with_state(self, state: Mapping[str, Any]) -> Cookies:
        """The same with the cookies, and what else the site keeps, of a storage state; less what is of other sites."""
        host = endpoint_of(self.site)[0]
        kept = [
            {name: cookie[name] for name in _KEPT if name in cookie}
            for cookie in state["cookies"]
            if _belongs(cookie["domain"], host)
        ]
        values = (str(cookie.get("value")) for cookie in kept)
        storage = self.storage if "origins" not in state else _storage(state["origins"], self.site)
        texts = [*values, *(value for _, value in storage)]
        keep_out(*(text for text in texts if len(text) >= _LEAST_SECRET))
        return replace(self, values=tuple(kept), storage=storage)

    def of_the_computer(self, now: datetime) -> Cookies:
        """The same without what is of one sign-in only."""
        return replace(self, values=tuple(self.lasting(now)))

    def lasting(self, now: datetime) -> list[dict[str, Any]]:
        """The cookies that a browser would still have after it was closed and opened again."""
        return [dict(cookie) for cookie in self.values if cookie.get("expires", _SESSION) > now.timestamp()]

    def header(self, path: str) -> str:
        """The `Cookie` of a request for this path of the site; "" where none is for it."""
        secure = self.site.startswith("https:")
        return "; ".join(
            f"{cookie['name']}={cookie['value']}"
            for cookie in self.values
            if _covers(cookie.get("path", "/"), path) and (secure or not cookie.get("secure"))
        )

    def after(self, set_cookies: Iterable[str], path: str, now: datetime) -> Cookies:
        """The same after an answer to this path with these `Set-Cookie`s: what they replace, add and end."""
        answered = [cookie for text in set_cookies for cookie in _read(text, self.site, path, now)]
        if not answered:
            return self
        kept = {_place(cookie): cookie for cookie in self.values}
        kept.update((_place(cookie), cookie) for cookie in answered)
        lasting = [
            cookie
            for cookie in kept.values()
            if cookie["expires"] == _SESSION or cookie["expires"] > now.timestamp()
        ]
        return self.with_state({"cookies": lasting})


def _storage(origins: Iterable[Mapping[str, Any]], site: str) -> tuple[tuple[str, str], ...]:
    """What the site's own pages keep; nothing of it where it is more than answers need."""
    mine = [each["localStorage"] for each in origins if origin_of(each["origin"]) == origin_of(site)]
    found = tuple((str(item["name"]), str(item["value"])) for items in mine for item in items)
    return found if sum(len(name) + len(value) for name, value in found) <= _MOST_STORED else ()


def _read(text: str, site: str, path: str, now: datetime) -> list[dict[str, Any]]:
    """The cookie of one `Set-Cookie`, in the form that is kept; nothing where it cannot be understood."""
    found: SimpleCookie = SimpleCookie()
    try:
        found.load(text)
    except CookieError:
        return []
    return [
        {
            "name": name,
            "value": morsel.coded_value,
            "domain": f".{morsel['domain'].lstrip('.')}" if morsel["domain"] else endpoint_of(site)[0],
            "path": morsel["path"] if morsel["path"].startswith("/") else path.rpartition("/")[0] or "/",
            "expires": _end(morsel, now),
            "httpOnly": bool(morsel["httponly"]),
            "secure": bool(morsel["secure"]),
            "sameSite": morsel["samesite"].capitalize() or "Lax",
        }
        for name, morsel in found.items()
    ]


def _end(morsel: Morsel[str], now: datetime) -> float:
    """When a cookie ends, in seconds since 1970; one without an end, or with one that is no time, stays."""
    try:
        if morsel["max-age"]:
            return now.timestamp() + int(morsel["max-age"])
        return parsedate_to_datetime(morsel["expires"]).timestamp() if morsel["expires"] else _SESSION
    except (ValueError, TypeError, OverflowError):
        return _SESSION


def _place(cookie: Mapping[str, Any]) -> tuple[str, str, str]:
    return cookie["name"], cookie["domain"].lstrip(".").lower(), cookie.get("path", "/")


def _covers(cookie_path: str, path: str) -> bool:
    folder = cookie_path if cookie_path.endswith("/") else f"{cookie_path}/"
    return path == cookie_path or path.startswith(folder)


def _belongs(domain: str, host: str) -> bool:
    name = domain.lstrip(".").lower()
    return host == name or host.endswith(f".{name}")
