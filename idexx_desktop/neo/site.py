"""Which site is asked, and how gently."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from idexx_desktop.domain.failures import Failure, FailureCode

_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class NeoOptions:
    """How one clinic's Neo is reached.

    `base_url` went through `check_address`; `zone` is the clinic's, because Neo's times carry no offset.
    `concurrency` requests at most run at once, and `requests_per_second` at most start within any second
    (0 = no limit).
    `timeout_seconds` holds for each request. `browser_path` is a browser chosen by a person, tried first.
    `allowed_hosts` went through `check_host`: their static files are let into the sign-in page before typing.
    """

    base_url: str
    zone: ZoneInfo
    concurrency: int = 5
    requests_per_second: float = 10.0
    browser_path: str | None = None
    timeout_seconds: float = 15.0
    allowed_hosts: tuple[str, ...] = ()


def check_address(url: str) -> str:
    """The site's address in its normal form, without a path: one copied from a browser ends in `/login`.

    Raises `Failure(INVALID_INPUT)` unless it is https, or http on this computer itself: a password must never
    travel in clear. Also for an address with a user name in it.
    """
    try:
        parts = urlsplit(url.strip())
        if _is_usable(parts):
            return origin_of(url.strip())
    except ValueError:
        pass  # not an address: refused like the others below
    raise Failure(
        FailureCode.INVALID_INPUT,
        "address",
        title="The Neo address must start with https:// and name a site, like https://us.idexxneo.com.",
    )


def origin_of(url: str) -> str:
    """Scheme, host and port in their normal form, so that two addresses of one site compare equal.

    Raises `ValueError` where the address cannot be read.
    """
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(scheme)) else f":{parts.port}"
    return f"{scheme}://{shown}{port}"


def endpoint_of(url: str) -> tuple[str, int]:
    """Host and port of a checked address."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]


def is_loopback(url: str) -> bool:
    """Whether the address leads to this computer itself, where only the practice Neo is."""
    try:
        return is_loopback_host(urlsplit(url).hostname or "")
    except ValueError:
        return False


def _is_usable(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    plain = parts.username is None and parts.password is None
    readable = all(character.isalnum() or character in ".-:_" for character in host)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host))
    return bool(host) and plain and readable and safe


def is_loopback_host(host: str) -> bool:
    """Whether a host name or address means this computer itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
