"""A sign-in that can be kept: the cookies of one site, and the name of the browser that got them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from idexx_desktop.neo.site import endpoint_of
from idexx_desktop.redaction import keep_out

if TYPE_CHECKING:
    from playwright.async_api import StorageState

_LEAST_SECRET = 8  # characters; a shorter cookie is a setting such as a language
_KEPT = ("name", "value", "domain", "path", "expires", "httpOnly", "secure", "sameSite")


@dataclass(frozen=True, slots=True)
class Cookies:
    """As secret as the password: `repr` shows none. `site` is the address that they are for."""

    site: str
    user_agent: str = ""
    values: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @classmethod
    def from_text(cls, site: str, text: str | None) -> Cookies:
        """What `text` wrote; none where it is missing, of another site or damaged: a sign-in replaces it."""
        try:
            kept = json.loads(text or "")
            if kept["site"] != site:
                return cls(site)
            return cls(site, str(kept["user_agent"])).with_state({"cookies": kept["cookies"]})
        except (ValueError, KeyError, TypeError):
            return cls(site)

    def text(self) -> str:
        """All of it as JSON, to be sealed by the caller; "" where there are no cookies."""
        if not self.values:
            return ""
        return json.dumps({"site": self.site, "user_agent": self.user_agent, "cookies": list(self.values)})

    def with_state(self, state: Mapping[str, Any]) -> Cookies:
        """The same with the cookies of a storage state, less those of other sites."""
        host = endpoint_of(self.site)[0]
        kept = [
            {name: cookie[name] for name in _KEPT if name in cookie}
            for cookie in state["cookies"]
            if _belongs(cookie["domain"], host)
        ]
        values = (str(cookie.get("value")) for cookie in kept)
        keep_out(*(value for value in values if len(value) >= _LEAST_SECRET))
        return replace(self, values=tuple(kept))

    def storage_state(self) -> StorageState:
        """The form that Playwright takes."""
        return cast("StorageState", {"cookies": [dict(cookie) for cookie in self.values], "origins": []})


def _belongs(domain: str, host: str) -> bool:
    name = domain.lstrip(".").lower()
    return host == name or host.endswith(f".{name}")
