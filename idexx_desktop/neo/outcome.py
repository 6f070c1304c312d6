"""What Neo answered to a sign-in, by what its page says. The phrases are data: a new one is a new line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from idexx_desktop.domain.failures import PAUSED, Failure, FailureCode
from idexx_desktop.neo.asking import asked_by
from idexx_desktop.neo.between import between, in_place_of, kind_named
from idexx_desktop.neo.form import Sighting, asks_for_code, page_changed

# The first that fits wins: what is said beside "incorrect" is the reason behind it.
_PHRASES: Sequence[tuple[FailureCode, str]] = (
    (
        FailureCode.NOT_FROM_HERE,
        r"safe ip|remote access|ip address|from (this|your( current)?) (location|network|address)",
    ),
    (
        FailureCode.LOCKED_OUT,
        r"locked|\b(no|0|zero) (more )?(attempts?|tries) (remain|left)"
        r"|too many [\w\s-]{0,30}(attempts|sign.?ins|log.?ins)|temporarily blocked",
    ),
    (
        FailureCode.ACCOUNT_DISABLED,
        r"disabled|deactivated|inactive|not active|suspended|no longer (active|valid)",
    ),
    (
        FailureCode.PASSWORD_EXPIRED,
        r"password (has |is )?expired|(must|need to|have to|required to|please) (change|reset|update)"
        r" (your|the) password"
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
        r"incorrect|invalid|(?<!went )wrong|(do|did|does)(n.t| not) (match|recogni[sz]e)|not recogni[sz]ed"
        r"|unknown user"
        r"|not valid|bad credentials",
    ),
)
# the parts of a sign-in, by what a page calls them
_PARTS = (
    ("company id", re.compile(r"compan(y|ies)|practice|clinic|organi[sz]ation", re.IGNORECASE)),
    ("user name", re.compile(r"user|e-?mail|login name", re.IGNORECASE)),
    ("password", re.compile(r"password", re.IGNORECASE)),
)
_OF_THE_USER = (FailureCode.LOCKED_OUT, FailureCode.ACCOUNT_DISABLED)
_ACCOUNT = re.compile(r"\b(your|this|the) (user )?(account|user|login|sign.?in)\b", re.IGNORECASE)
_MOST_NAMED = 3
_NEVER_ALLOWED = "Nothing was typed. Prepare details for support: data of another site is never allowed here."
# what may still happen, should it go on like that
_WARNING = re.compile(
    r"\b(?!(no|0|zero)\b)\w+ (more |remaining |failed )?((log|sign).?in )?(attempts?|tries|try) (remain(ing|s)?|left)\b"
    r"|\b((will|would|could|may|might|to avoid) (be(ing|come)?|get(ting)?)|before|until)\b"
    r"[^.!;]*\b(locked|disabled|blocked|suspended)[^.!;]*",
    re.IGNORECASE,
)
_TABLE = tuple((code, re.compile(phrases, re.IGNORECASE)) for code, phrases in _PHRASES)
_NEW_PASSWORD = re.compile(
    r"(change|expired|reset|new|update)[-_]?password|password[-/_]?(change|expired|reset)"
)


def named_by(texts: Iterable[str]) -> FailureCode | None:
    """The failure that these texts name, None where none of them says anything that we know."""
    said = _WARNING.sub("", " ".join(" ".join(texts).split()).replace("’", "'"))
    return next((code for code, phrases in _TABLE if phrases.search(said)), None)


def before_typing(sighting: Sighting, status: int) -> Failure:
    """Why there is no form to type into."""
    code = named_by([*sighting["alerts"], sighting["text"]])
    if code in (FailureCode.MAINTENANCE, FailureCode.NOT_FROM_HERE):
        return Failure(code, "said by the page")
    return page_changed(f"no password field, status {status}", sighting)


def page_needs(static: Sequence[str], other: Sequence[str]) -> Failure | None:
    """That the page wants something of these hosts, which were refused; None where it asked for nothing.

    Static files a person may allow on this computer; anything else never.
    """
    hosts = static or other
    if not hosts:
        return None
    named = ", ".join(hosts[:_MOST_NAMED])
    more = f" and {len(hosts) - _MOST_NAMED} more" if len(hosts) > _MOST_NAMED else ""
    what = "files" if static else "data"
    return Failure(
        FailureCode.PAGE_NEEDS_HOST,
        f"{what} of {', '.join(hosts)}",
        title=f"IDEXX Neo's sign-in page wants {what} from {named}{more}, which this computer doesn't allow.",
        advice=None if static else _NEVER_ALLOWED,
        hosts=tuple(static),
    )


def rejection(sighting: Sighting, path: str) -> Failure:
    """Why nobody is signed in after a submit.

    The text of the whole page counts only where no alert says anything and the form is gone: beside the form
    stand sentences such as "Forgot your password?" that mean nothing.
    """
    if asks_for_code(sighting["controls"]):
        return Failure(FailureCode.CODE_ASKED, "a field for a code")
    if sighting["passwords"] > 1 or _NEW_PASSWORD.search(path.lower()):
        return Failure(FailureCode.PASSWORD_EXPIRED, "fields for a new password")
    said = " ".join(sighting["alerts"])
    code, kind = named_by(sighting["alerts"]), kind_named(said)
    # "invalid" may be said of what stands between, too
    blames = code in _OF_THE_USER or (code is FailureCode.WRONG_PASSWORD and _named_parts(said))
    if kind is not None and not blames:
        return between(kind)
    if code is None and sighting["passwords"] == 0:
        code = _against_the_user(sighting)
    if code is None and sighting["passwords"] == 0:
        page = [*sighting["headings"], sighting["text"]]
        asked = asked_by(sighting["headings"]) or in_place_of(200, {}, " ".join(page))
        if asked is not None:
            return asked
        code = named_by([sighting["text"]])
        if code is None and (asked := asked_by([sighting["text"]])) is not None:
            return asked
    if code is None:
        told = "an alert without known words" if sighting["alerts"] else "no reason given"
        return Failure(FailureCode.SIGN_IN_REJECTED, told)
    title = _what_was_wrong(sighting["alerts"]) if code is FailureCode.WRONG_PASSWORD else None
    return Failure(code, "said by the page", title=title)


def _against_the_user(sighting: Sighting) -> FailureCode | None:
    """What a page without a form says of this user's account: it must not be tried again, whatever else is asked."""
    sentences = re.split(r"[.!?\n]", "\n".join([*sighting["headings"], sighting["text"]]))
    code = named_by(sentence for sentence in sentences if _ACCOUNT.search(sentence))
    return code if code in _OF_THE_USER else None


def _named_parts(said: str) -> list[str]:
    return [words for words, pattern in _PARTS if pattern.search(said)]


def _what_was_wrong(alerts: Iterable[str]) -> str | None:
    """What Neo didn't accept, as far as its page says; None for the password, which is what the code's words say.

    A page that names nothing, or more than one thing, leaves open which of the three it was.
    """
    named = _named_parts(" ".join(alerts))
    if named == ["password"]:
        return None
    what = named[0] if len(named) == 1 else "company id, user name or password"
    return f"IDEXX Neo didn't accept the {what}. {PAUSED}"
