"""Addresses of sites: their normal form, and which of them a password may be sent to at all."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from idexx_desktop.domain.failures import Failure, FailureCode

_DEFAULT_PORTS = {"https": 443, "http": 80}
_VENDOR = ("idexxneo", "com")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
# what browsers read as an address of numbers, whatever stands before it
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LONGEST_SHOWN = 60


def check_address(url: str) -> str:
    """The site's address in its normal form, without a path: one copied from a browser ends in `/login`.

    Raises `Failure(INVALID_INPUT)` unless it is https, or http on this computer itself: a password must never
    travel in clear. Also for an address with a user name in it, and for one that different programs read differently.
    """
    try:
        typed = url.strip()
        parts = urlsplit(typed)
        plain = parts.username is None and parts.password is None and parts.port != 0
        host = (parts.hostname or "").removesuffix(".")
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host))
        if typed.isprintable() and plain and safe and _is_plain_host(host):
            return origin_of(typed)
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


def is_same_site(one: str, other: str) -> bool:
    """Whether both lead to the same site; one that can't be used is the same as itself only."""
    return one == other or (normal_form(one) == normal_form(other) != "")


def normal_form(url: str) -> str:
    """As `check_address`; "" for an address that can't be used."""
    try:
        return check_address(url)
    except Failure:
        return ""


def is_loopback(url: str) -> bool:
    """Whether the address leads to this computer itself, where only the practice Neo is."""
    try:
        return is_loopback_host(urlsplit(url).hostname or "")
    except ValueError:
        return False


def is_loopback_host(host: str) -> bool:
    """Whether a host name or address means this computer itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_vendors(url: str) -> bool:
    """Whether the address is under the vendor's own domain, on its ordinary port, so that nobody need be asked."""
    parts = urlsplit(normal_form(url))
    labels = (parts.hostname or "").split(".")
    foreign = any(label.startswith("xn--") for label in labels)
    return parts.scheme == "https" and parts.port is None and tuple(labels[-2:]) == _VENDOR and not foreign


def shown_address(url: str) -> str:
    """The address for a person to read, to its very end; what can't be used anyway is shown inert, and cut."""
    usable = normal_form(url)
    if usable:
        return usable
    text = ascii(url)[1:-1] or "(nothing)"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _is_plain_host(host: str) -> bool:
    """A name of ASCII letters, digits and hyphens, or an address of numbers in its one usual form."""
    if ":" in host:
        return "%" not in host and str(ipaddress.IPv6Address(host)) == host
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(ipaddress.IPv4Address(host)) == host
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
