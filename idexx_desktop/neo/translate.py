"""The one place where what HTTP and the network say becomes a `Failure`; what the browser says: `driver_words`.

The messages themselves never get any further: they may quote what was typed. Only error names that this module
knows, statuses and paths go into a failure's detail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.between import network_page_at
from idexx_desktop.neo.retry import retry_after
from idexx_desktop.neo.site import origin_of
from idexx_desktop.neo.trust import not_trusted

LOGIN_PATH = "/login"

_ERROR_NAME = re.compile(r"\b(?:net::)?(E(?:RR)?_?[A-Z_0-9]{3,60})\b")
_ERROR_WORDS: Iterable[tuple[str, FailureCode]] = (
    ("has been closed", FailureCode.BROWSER_CLOSED),
    ("connection closed", FailureCode.BROWSER_CLOSED),
    ("target closed", FailureCode.BROWSER_CLOSED),
    ("page crashed", FailureCode.BROWSER_CLOSED),
    ("browser closed", FailureCode.BROWSER_CLOSED),
    ("err_timed_out", FailureCode.TOO_SLOW),
    ("etimedout", FailureCode.UNREACHABLE),
    ("econn", FailureCode.UNREACHABLE),
    ("enotfound", FailureCode.UNREACHABLE),
    ("eai_again", FailureCode.UNREACHABLE),
    ("enetunreach", FailureCode.UNREACHABLE),
    ("ehostunreach", FailureCode.UNREACHABLE),
    ("epipe", FailureCode.UNREACHABLE),
    ("socket hang up", FailureCode.UNREACHABLE),
    ("aborted", FailureCode.UNREACHABLE),
    ("certificate", FailureCode.UNREACHABLE),
    ("socket disconnected", FailureCode.UNREACHABLE),
    ("net::err_", FailureCode.UNREACHABLE),
    ("parse error", FailureCode.SERVER_PROBLEM),
)

_REFUSALS = ("status 401", "status 403")
_LED_AWAY = "a redirect"
_MAINTENANCE = re.compile(rb"\bmaintenance\b|temporarily unavailable", re.IGNORECASE)
_SIGN_IN_PAGE = re.compile(rb"""type\s*=\s*["']?password\b""", re.IGNORECASE)


def network_failure(message: str) -> Failure:
    """The name of a problem of network, browser or driver, by its message; one that we don't know is a bug of ours."""
    first_line = message.partition("\n")[0]
    for words, code in _ERROR_WORDS:
        if words in first_line.lower():
            name = _ERROR_NAME.search(first_line)
            if name and name.group(1).startswith("ERR_CERT_"):
                return not_trusted(name.group(1))
            return Failure(code, name.group(1) if name else words)
    # "Locator.fill: ...": what we called is ours, what follows may quote what was typed
    return Failure(FailureCode.OURS, first_line.partition(":")[0][:60])


def check_status(
    status: int,
    url: str,
    headers: Mapping[str, str],
    now: datetime,
    *,
    missing: FailureCode = FailureCode.PAYLOAD_CHANGED,
) -> None:
    """Raise the failure that an HTTP status stands for, `missing` for 404 and 410; none for 2xx."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise _redirect(url, headers.get("location", ""))
    pause = retry_after(headers.get("retry-after"), now)
    code = missing if status in (404, 410) else _code_of(status)
    raise Failure(code, f"status {status}", retry_after=pause)


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a page, and not JSON."""
    return "html" in headers.get("content-type", "").lower() or body[:200].lstrip().startswith(b"<")


def check_json(headers: Mapping[str, str], body: bytes) -> None:
    """Raise the failure that an answer stands for which came in place of JSON."""
    if not is_page(headers, body):
        return
    start = body[:200_000]
    if _SIGN_IN_PAGE.search(start):
        raise Failure(FailureCode.SESSION_EXPIRED, "the sign-in page in place of JSON")
    if _MAINTENANCE.search(start):
        raise Failure(FailureCode.MAINTENANCE, "a page in place of JSON")
    raise Failure(FailureCode.PAYLOAD_CHANGED, "a page in place of JSON")


def is_refusal(failure: Failure) -> bool:
    """Whether a page was refused by its status alone, which a session that lives can meet, too."""
    return failure.code is FailureCode.SESSION_EXPIRED and failure.detail in _REFUSALS


def is_led_away(failure: Failure) -> bool:
    """Whether the site answered with another page of its own: it may want a person first."""
    return failure.code is FailureCode.PAYLOAD_CHANGED and failure.detail == _LED_AWAY


def is_login(url: str) -> bool:
    """Whether an address is the sign-in page or below it."""
    path = urlsplit(url).path.rstrip("/")
    return path == LOGIN_PATH or path.startswith(f"{LOGIN_PATH}/")


def _code_of(status: int) -> FailureCode:
    if status in (401, 403):
        return FailureCode.SESSION_EXPIRED
    if status == 503:
        return FailureCode.MAINTENANCE
    if status >= 500:
        return FailureCode.SERVER_PROBLEM
    if status == 429:
        return FailureCode.TOO_MANY_REQUESTS
    return FailureCode.TOO_SLOW if status == 408 else FailureCode.PAYLOAD_CHANGED


def _redirect(url: str, location: str) -> Failure:
    try:
        target = urljoin(url, location)
        elsewhere = origin_of(target) != origin_of(url)
    except ValueError:
        return Failure(FailureCode.PAYLOAD_CHANGED, "a redirect to nowhere")
    if elsewhere and (portal := network_page_at(target)):
        return portal
    if elsewhere:
        title = "IDEXX Neo sent us to another site, so we stopped."
        return Failure(FailureCode.SIGN_IN_REDIRECTED, "a redirect to another site", title=title)
    if is_login(target):
        return Failure(FailureCode.SESSION_EXPIRED, "a redirect to the sign-in page")
    if "maintenance" in target.lower():
        return Failure(FailureCode.MAINTENANCE, "a redirect")
    return Failure(FailureCode.PAYLOAD_CHANGED, _LED_AWAY)
