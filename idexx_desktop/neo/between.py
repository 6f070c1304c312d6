"""What stands between this computer and Neo: a check for robots, a filter, a page of the Wi-Fi, a page that is too old.

None of it says anything about the password or about Neo's answers, and all of it passes. The signs are data: a new
one is a new word.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from idexx_desktop.domain.failures import Failure, FailureCode

_PASSES = "We'll keep trying; nothing is lost."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing in between; `told` is for the detail, `title` for people."""

    told: str
    title: str


ROBOT_CHECK = Kind("a check for robots", f"A check for robots answers in place of IDEXX Neo. {_PASSES}")
NETWORK_PAGE = Kind(
    "a page of the network",
    f"A page of this network (its Wi-Fi, its filter) answers in place of IDEXX Neo. {_PASSES}",
)
OLD_PAGE = Kind("an expired page", f"IDEXX Neo says that its page is too old to be used. {_PASSES}")

_STATUSES = {419: OLD_PAGE, 511: NETWORK_PAGE}
# headers in which those who check say so
_CHECKING = {"cf-mitigated": "challenge", "x-amzn-waf-action": ""}
_WORDS = (
    (
        ROBOT_CHECK,
        r"cf[-_]chl|challenge-platform|just a moment\b|checking (your browser|if the site connection)"
        r"|(verif(y|ies|ying)|confirm|sure|prove) (that )?you('re| are) (a )?(human|not a (ro)?bot)"
        r"|are you (a )?(human|(ro)?bot)|not a robot|captcha|_incapsula_|incapsula incident|px-captcha|datadome"
        r"|ddos protection|aws-?waf|unusual traffic|attention required!|request unsuccessful"
        r"|the requested url was rejected|you have been blocked|web(site)? (application )?firewall"
        r"|reference ?(&#32;)?#[0-9a-f.]{8,}",
    ),
    (
        NETWORK_PAGE,
        r"wispaccessgateway|captive.?portal|hotspot|\bwi-?fi\b|\bwlan\b|guest (network|internet)"
        r"|(connect|log ?in|sign ?in|get access) to (the|this) (network|internet)|internet access"
        r"|web ?filter|fortiguard|blocked by (your|the) (network|organi[sz]ation|administrator|company)"
        r"|access to this (page|site|website) (is|has been|was) (denied|blocked)",
    ),
    (
        OLD_PAGE,
        r"page (has )?expired|session (has )?(expired|timed out)|(csrf|token) (token )?(mismatch|invalid)|invalid csrf",
    ),
)  # fmt: skip
_TABLE = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _WORDS)
_PORTAL = re.compile(
    r"captive|hotspot|wi-?fi|wlan|zscaler|web-?filter|guest-?(access|login|portal)|splash|portal",
    re.IGNORECASE,
)
_SIGN_IN = re.compile(r"""type\s*=\s*["']?password\b""", re.IGNORECASE)
_HEADING = re.compile(r"<(?:title|h[1-3])\b[^>]*>([^<]*)", re.IGNORECASE)
_MOST_READ = 100_000


def in_place_of(status: int, headers: Mapping[str, str], page: str) -> Failure | None:
    """SOMETHING_BETWEEN where this answer isn't Neo's; None where it may be. `page`: its HTML or text, "" for none.

    Of a sign-in page only what it is about counts: Neo's own may have a script for such checks.
    """
    if any(name in headers and wanted in headers[name].lower() for name, wanted in _CHECKING.items()):
        return between(ROBOT_CHECK)
    said = page[:_MOST_READ]
    if _SIGN_IN.search(said):
        said = " ".join(_HEADING.findall(said))
    kind = _STATUSES.get(status) or kind_named(said)
    # that a session is over is Neo's own word
    return between(kind) if kind and (kind is not OLD_PAGE or status in _STATUSES) else None


def kind_named(text: str) -> Kind | None:
    """What a text that may be a page's, or a part of one, says that it is."""
    said = text[:_MOST_READ].replace("’", "'")
    return next((kind for kind, words in _TABLE if words.search(said)), None)


def network_page_at(url: str) -> Failure | None:
    """SOMETHING_BETWEEN where a redirect leads to a page of this network, as a Wi-Fi does it; None for other sites."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        near = ipaddress.ip_address(host).is_private and not ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    return between(NETWORK_PAGE) if near or _PORTAL.search(f"{host}{parts.path}") else None


def between(kind: Kind) -> Failure:
    """The failure of this kind."""
    return Failure(FailureCode.SOMETHING_BETWEEN, kind.told, title=kind.title)
