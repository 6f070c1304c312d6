"""Pages that stand between a program and the practice Neo, each by its name, as data.

Put in its way one after the other with `PracticeNeo.play`; the practice's records know nothing of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Where(StrEnum):
    """What a page stands in place of, or beside."""

    FORM = "form"  # answers in place of the sign-in page, until a cookie says that it was passed
    OVER = "over"  # the sign-in page, with something more, or written otherwise
    SAID = "said"  # what the sign-in page says to a right login
    SUBMIT = "submit"  # answers the form that was sent
    AFTER = "after"  # comes after a right login, in place of all else until it is answered
    NEWS = "news"  # comes after a right login, once, and stops nothing
    ANSWER = "answer"  # answers in place of JSON


@dataclass(frozen=True, slots=True)
class Between:
    """One page. `changes` are texts of the sign-in page and what stands there instead.

    `by_device`: it is answered elsewhere, for one browser, which has a mark of its own by then.
    """

    where: Where
    html: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[tuple[str, str], ...] = ()
    by_device: bool = False


PASSED = "neo_passed"
ANSWERED = "neo_answered"
DEVICE = "neo_device"
BEFORE = "/before"

_ROBOTS = (
    "<!doctype html><title>Just a moment...</title><h1>neo.example</h1><p>Verifying you are human. This may take a few"
    ' seconds.</p><script src="/cdn-cgi/challenge-platform/h/g/orchestrate/jsch/v1"></script>'
)
_CAPTCHA = '<title>Security check</title><p>Please complete the captcha.</p><div class="h-captcha"></div>'
_AKAMAI = "<title>Access Denied</title><h1>Access Denied</h1><p>Reference #18.2f1e1602.1700</p>"
_FILTER = "<h1>Blocked</h1><p>Access to this site has been blocked by the web filter.</p>"
_WIFI = (
    '<title>Guest Wi-Fi</title><h1>Welcome to our guest Wi-Fi</h1><form method="post" action="/hotspot">'
    '<input name="username"><input name="password" type="password"><button>Connect</button></form>'
)
_PASSES = (
    f"{_ROBOTS}<script>setTimeout(() => {{ document.cookie = '{PASSED}=1; path=/'; location.reload(); }}, 50);"
    "</script>"
)
_EXPIRED = "<title>Page Expired</title><h1>419</h1><p>Page Expired</p>"
_SAFE_IP = "<h1>Access denied</h1><p>Your IP address is not on the Safe IP list of this company.</p>"
_DOWN = "<h1>Scheduled maintenance</h1><p>Neo is down for maintenance.</p>"


def _layer(inside: str, *, name: str = "layer", kind: str = "div") -> str:
    """Something that covers the whole window."""
    style = "position:fixed;inset:0;background:#fffd;z-index:9;padding:40px"
    return f'<{kind} class="{name}" style="{style}">{inside}</{kind}>'


def _closing(words: str, more: str = "") -> str:
    return f'<button type="button" onclick="this.parentElement.remove()" {more}>{words}</button>'


_ELSEWHERE = '<a href="/elsewhere">Read more about what is new</a>'
_ACCEPT_TERMS = _closing("Accept")
_COOKIES = "<p>We use cookies. Choose which ones.</p>"
_MODAL = (
    '<dialog id="news"><p>Neo has a new look.</p><form method="dialog"><button aria-label="Close">&times;</button>'
    "</form></dialog><script>document.getElementById('news').showModal();</script>"
)
_LATE = (
    '<script>document.querySelector("[name=password]").addEventListener("input", () => {'
    f"document.body.insertAdjacentHTML('beforeend', `{_layer('<p>Would you rate Neo?</p>' + _closing('No, thanks'))}`);"
    "}, { once: true });</script>"
)
_LOADS = _layer("<p>Loading</p>") + (
    "<script>setTimeout(() => document.querySelector('.layer').remove(), 200);</script>"
)
_DECORATED = '<div style="position:relative"><input id="password"'
_HINT = '<span style="position:absolute;inset:0">Password</span>'
_KEYUP = (
    "<script>const b = document.querySelector('form button'); b.disabled = true;"
    "document.querySelector('[name=password]').addEventListener('keyup',"
    " (e) => { b.disabled = !e.target.value; });</script>"
)
_COMPANY = '<input id="companyId" name="companyId" type="text" required>'
_BUTTON = '<button type="submit">Login</button></form>'


def _list(*companies: str) -> str:
    options = "".join(f'<option value="{each}">{each}</option>' for each in companies)
    return (
        f'<select id="companyId" name="companyId" required><option value="">Choose</option>{options}</select>'
    )


def _asks(title: str, text: str, answers: str = "<button>Continue</button>") -> str:
    return (
        f"<title>{title}</title><h1>{title}</h1><p>{text}</p>"
        f'<form method="post" action="{BEFORE}">{answers}</form><a href="/logout">Log out</a>'
    )


_BRANCHES = ("Main Street", "North Branch")
_BRANCH_BUTTONS = _asks(
    "Choose your branch",
    "You may work in one branch at a time.",
    "".join(f'<button name="branch" value="{each}">{each}</button>' for each in _BRANCHES),
)
_BRANCH_LIST = _asks(
    "Select a location",
    "",
    '<select name="branch"><option value="">Please choose</option>'
    + "".join(f'<option value="{number}">{each}</option>' for number, each in enumerate(_BRANCHES))
    + '</select><button type="submit">Continue</button>',
)
_BRANCH_RADIOS = _asks(
    "Which clinic are you in today?",
    "",
    "".join(
        f'<label><input type="radio" name="branch" value="{number}"> {each}</label>'
        for number, each in enumerate(_BRANCHES)
    )
    + "<button>Go</button>",
)


def _changed(*changes: tuple[str, str]) -> Between:
    return Between(Where.OVER, changes=changes)


PAGES: Mapping[str, Between] = {
    "robot check": Between(Where.FORM, _ROBOTS, 403),
    "robot check while busy": Between(Where.FORM, _ROBOTS, 503),
    "robot check as a picture": Between(Where.FORM, _CAPTCHA, 429),
    "robot check that says so in a header": Between(Where.FORM, "", 202, {"x-amzn-waf-action": "challenge"}),
    "robot check that lets browsers through": Between(Where.FORM, _PASSES, 503),
    "firewall": Between(Where.FORM, _AKAMAI, 403),
    "web filter": Between(Where.FORM, _FILTER, 403),
    "Wi-Fi page": Between(Where.FORM, _WIFI),
    "Wi-Fi page elsewhere": Between(Where.FORM, "", 302, {"Location": "http://localhost:9/hotspot/login"}),
    "network wants a sign-in": Between(Where.FORM, "<p>Sign in</p>", 511),
    "expired page": Between(Where.FORM, _EXPIRED, 419),
    "not from here": Between(Where.FORM, _SAFE_IP, 403),
    "maintenance": Between(Where.FORM, _DOWN, 503),
    "cookie banner": Between(Where.OVER, _layer(f"{_COOKIES}{_closing('Accept all')}{_closing('Reject all')}")),
    "cookie banner without a choice": Between(Where.OVER, _layer(f"{_COOKIES}{_closing('Accept all cookies')}")),
    "announcement over the form": Between(Where.OVER, _layer(f"<h2>News</h2>{_ELSEWHERE}{_closing('Got it')}")),
    "modal": Between(Where.OVER, _MODAL),
    "modal that comes late": Between(Where.OVER, _LATE),
    "two layers": Between(Where.OVER, _layer(_closing("OK")) + _layer(_closing("x", 'aria-label="Dismiss"'))),
    "terms over the form": Between(Where.OVER, _layer(f"<p>Our terms of use have changed.</p>{_ACCEPT_TERMS}")),
    "link over the form": Between(Where.OVER, _layer(_ELSEWHERE)),
    "page that loads": Between(Where.OVER, _LOADS),
    "words over a field": _changed(
        ('<input id="password"', _DECORATED), ('type="password" required>', f'type="password" required>{_HINT}</div>')
    ),
    "button that waits for a key": Between(Where.OVER, _KEYUP),
    "button that never opens": _changed((_BUTTON, _BUTTON.replace('"submit"', '"submit" disabled'))),
    "company that can't be changed": _changed((_COMPANY, _COMPANY.replace("required", 'readonly value="4242"'))),
    "another company that can't be changed": _changed((_COMPANY, _COMPANY.replace("required", 'readonly value="77"'))),
    "company from a list": _changed((_COMPANY, _list("77", "4242"))),
    "company from a list without ours": _changed((_COMPANY, _list("77", "78"))),
    "form in a new tab": _changed(('<form method="post"', '<form target="_blank" method="post"')),
    "button outside of the form": _changed(
        (_BUTTON, '</form><button type="submit" form="f">Login</button>'),
        ('<form method="post"', '<form id="f" method="post"'),
    ),
    "attempts left": Between(Where.SAID, "Incorrect password. 2 attempts remaining before your account is locked."),
    "no attempts left": Between(Where.SAID, "Incorrect password. Your account has been locked."),
    "form too old": Between(Where.SAID, "CSRF token mismatch. Please try again."),
    "not a robot": Between(Where.SAID, "Please confirm that you are not a robot."),
    "went wrong": Between(Where.SAID, "Something went wrong. Please try again."),
    "expired page after the submit": Between(Where.SUBMIT, _EXPIRED, 419),
    "robot check after the submit": Between(Where.SUBMIT, _ROBOTS, 403),
    "branch": Between(Where.AFTER, _BRANCH_BUTTONS),
    "branch from a list": Between(Where.AFTER, _BRANCH_LIST),
    "branch among radio buttons": Between(Where.AFTER, _BRANCH_RADIOS),
    "terms": Between(Where.AFTER, _asks("Updated terms and conditions", "Please accept them to go on.")),
    "new device": Between(
        Where.AFTER, _asks("New device", "We sent you an e-mail. Confirm this computer there."), by_device=True
    ),
    "signed in elsewhere": Between(Where.AFTER, _asks("You are already signed in", "End the other session?")),
    "bill": Between(Where.AFTER, _asks("Payment overdue", "Your invoice of March has not been paid.")),
    "announcement": Between(Where.AFTER, _asks("What's new in Neo", "Watch the tour.")),
    "announcement that stops nothing": Between(Where.NEWS, _asks("What's new in Neo", "Watch the tour.")),
    "code for a new device": Between(Where.AFTER, _asks("New device", "", '<input name="otp"><button>Go</button>')),
    "answer: robot check": Between(Where.ANSWER, _ROBOTS, 403),
    "answer: robot check while busy": Between(Where.ANSWER, _CAPTCHA, 503),
    "answer: robot check in a header": Between(Where.ANSWER, "", 403, {"cf-mitigated": "challenge"}),
    "answer: expired": Between(Where.ANSWER, _EXPIRED, 419),
    "answer: Wi-Fi page": Between(Where.ANSWER, _WIFI),
    "answer: Wi-Fi page elsewhere": Between(Where.ANSWER, "", 302, {"Location": "http://10.0.0.1/?to=neo"}),
    "answer: network wants a sign-in": Between(Where.ANSWER, "", 511),
    "answer: sign-in page that checks for robots": Between(
        Where.ANSWER, '<title>Sign in</title><script src="/captcha.js"></script><input type="password">'
    ),
}  # fmt: skip
