"""Which site is asked, and how gently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from idexx_desktop.domain.addresses import (
    check_address,
    endpoint_of,
    is_loopback,
    is_loopback_host,
    origin_of,
)

# what the rooms beside and above ask of addresses, under the one roof of the site
__all__ = [
    "NeoOptions",
    "ProxyLogin",
    "check_address",
    "endpoint_of",
    "is_loopback",
    "is_loopback_host",
    "origin_of",
]


@dataclass(slots=True)
class Refusal:
    """Whether a proxy has refused what it was told: said once, to `told`, and it is told nothing more.

    Whoever tried on would lock that account, which often is the one of the whole computer.
    """

    told: Callable[[], None]
    is_so: bool = False

    def note(self) -> None:
        """It has."""
        if not self.is_so:
            self.is_so = True
            self.told()


@dataclass(frozen=True, slots=True)
class ProxyLogin:
    """What one proxy asks for; for no other host and port."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    refusal: Refusal | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class NeoOptions:
    """How one clinic's Neo is reached.

    `base_url` went through `check_address`; `zone` is the clinic's, because Neo's times carry no offset.
    `concurrency` requests at most run at once, and `requests_per_second` at most start within any second
    (0 = no limit).
    `timeout_seconds` holds for each request. `browser_path` is a browser chosen by a person, tried first.
    `allowed_hosts` went through `check_host`: their static files are let into the sign-in page before typing.
    `proxy` is what the proxy on the way is told, where there is that one. `key_of` is how a browser names the public
    key of a certificate (DER); without it only what the browser itself trusts is opened. `branch` is the one to choose
    where Neo asks after the sign-in, "" where nobody has said.
    """

    base_url: str
    zone: ZoneInfo
    concurrency: int = 5
    requests_per_second: float = 10.0
    browser_path: str | None = None
    timeout_seconds: float = 15.0
    allowed_hosts: tuple[str, ...] = ()
    proxy: ProxyLogin | None = None
    key_of: Callable[[bytes], str] | None = None
    branch: str = ""
