"""Other hosts than the site's own: whose static files a person may allow on this computer."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.site import origin_of

# several labels, this computer, or an address with colons
_HOST = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]+|localhost|[0-9a-f:.]*:[0-9a-f:.]*"
)
_KINDS = frozenset({"https", "http"})


def check_host(text: str) -> str:
    """One host in its normal form, with its port where it isn't the usual one; an address is cut down to its host.

    Raises `Failure(INVALID_INPUT)` for anything else: no patterns, no two at once.
    """
    typed = text.strip()
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host = (parts.hostname or "").removesuffix(".")
        plain = host if ":" in host else host.encode("idna").decode("ascii").lower()
        if (
            typed.isprintable()
            and _HOST.fullmatch(plain)
            and parts.username is None
            and parts.scheme in _KINDS
        ):
            return origin_of(f"{parts.scheme}://{authority_of(plain, parts.port)}").partition("://")[2]
    except ValueError:
        pass  # not a host: refused like the others below
    raise Failure(FailureCode.INVALID_INPUT, "host", title="Name one host, like cdn.example.com.")


def authority_of(host: str, port: int | None) -> str:
    """Host and port as an address writes them."""
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"
