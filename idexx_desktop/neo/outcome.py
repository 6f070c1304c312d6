"""What Neo answered to a sign-in, by what its page says. The phrases are data: a new one is a new line here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.form import Control, asks_for_code

# The first that fits wins: what is said beside "incorrect" is the reason behind it.
_PHRASES: Sequence[tuple[FailureCode, str]] = (
    (FailureCode.NOT_FROM_HERE, r"safe ip|remote access|ip address|from (this|your( current)?) (location|network|address)"),
    (FailureCode.LOCKED_OUT, r"locked|too many (failed |unsuccessful )?(attempts|sign.?ins|log.?ins)|temporarily blocked"),
    (FailureCode.ACCOUNT_DISABLED, r"disabled|deactivated|inactive|not active|suspended|no longer (active|valid)"),
    (
        FailureCode.PASSWORD_EXPIRED,
        r"password (has |is )?expired|(must|need to|have to|required to|please) (change|reset|update) (your|the) password"
        r"|password must be (changed|reset)|choose a new password|change your password",
    ),
    (
        FailureCode.CODE_ASKED,
        r"(verification|security|one.?time|authentication|6.?digit|six.?digit) (code|password|token)"
        r"|two.?(factor|step)|multi.?factor|authenticator",
    ),
    (FailureCode.MAINTENANCE, r"maintenance|temporarily unavailable|be back (soon|shortly)"),
    (FailureCode.TOO_MANY_REQUESTS, r"too many requests|try again later"),
    (
        FailureCode.WRONG_PASSWORD,
        r"incorrect|invalid|wrong|(do|did|does)(n.t| not) (match|recogni[sz]e)|not recogni[sz]ed|unknown user|not found"
        r"|not valid|bad credentials|failed",
    ),
)
_TABLE = tuple((code, re.compile(phrases, re.IGNORECASE)) for code, phrases in _PHRASES)
_NEW_PASSWORD = re.compile(r"(change|expired|reset|new|update)[-_]?password|password[-/_]?(change|expired|reset)")


def named_by(texts: Iterable[str]) -> FailureCode | None:
    """The failure that these texts name, None where none of them says anything that we know."""
    said = " ".join(" ".join(texts).split()).replace("’", "'")
    return next((code for code, phrases in _TABLE if phrases.search(said)), None)


def rejection(path: str, passwords: int, controls: Iterable[Control], alerts: Sequence[str], text: str) -> Failure:
    """Why nobody is signed in after a submit.

    `text` (of the whole page) counts only where no alert says anything and the form is gone: beside the form
    stand sentences such as "Forgot your password?" that mean nothing.
    """
    if asks_for_code(controls):
        return Failure(FailureCode.CODE_ASKED, "a field for a code")
    if passwords > 1 or _NEW_PASSWORD.search(path.lower()):
        return Failure(FailureCode.PASSWORD_EXPIRED, "fields for a new password")
    code = named_by(alerts) or (named_by([text]) if passwords == 0 else None)
    if code is None:
        return Failure(FailureCode.SIGN_IN_REJECTED, "alert without known words" if alerts else "no reason given")
    return Failure(code, "said by the page")
