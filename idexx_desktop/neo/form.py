"""Neo's sign-in form, found by its structure, because the names of its fields have varied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.site import origin_of


class Control(TypedDict):
    """What is known of one visible input of the form; `index` counts all inputs of the page."""

    index: int
    kind: str
    name: str
    hints: str


class Sighting(TypedDict):
    """What `LOOK` brings back: `buttons` by index among all of the page, `targets` that the form leads to."""

    passwords: int
    controls: Sequence[Control]
    buttons: Sequence[int]
    targets: Sequence[str]
    alerts: Sequence[str]
    text: str


@dataclass(frozen=True, slots=True)
class LoginForm:
    """Where to type and what to press, by index; `company` is None where there is no such field."""

    company: int | None
    username: int
    password: int
    button: int


INPUTS = "input"
BUTTONS = "button, input[type=submit], input[type=image]"

_ALERTS = ".alert-danger, .error-message, .invalid-feedback, [role=alert]"

# Runs in the page: describes what a person sees, and types nothing.
LOOK = f"""
() => {{
  const shown = (e) => !!(e.offsetWidth || e.offsetHeight) && getComputedStyle(e).visibility !== 'hidden';
  const attribute = (e, name) => Element.prototype.getAttribute.call(e, name) || '';
  const inputs = [...document.querySelectorAll('{INPUTS}')];
  const buttons = [...document.querySelectorAll('{BUTTONS}')];
  const typed = (e) => shown(e) && !/^(hidden|submit|image|button|reset|checkbox|radio|file)$/i.test(e.type);
  const describe = (e) => ({{
    index: inputs.indexOf(e), kind: e.type, name: attribute(e, 'name') || attribute(e, 'id'),
    hints: [...['name', 'id', 'autocomplete', 'placeholder', 'aria-label'].map((name) => attribute(e, name)),
            ...[...(e.labels || [])].map((l) => l.innerText)].join(' '),
  }});
  const passwords = inputs.filter((e) => typed(e) && e.type === 'password');
  const form = passwords.length ? passwords[0].form || document.body : document.body;
  const presses = buttons.filter((e) => shown(e) && form.contains(e) && /^(submit|image)$/i.test(e.type));
  const targets = [location.href, attribute(form, 'action'), ...presses.map((e) => attribute(e, 'formaction'))];
  return {{
    passwords: passwords.length,
    controls: inputs.filter((e) => typed(e) && form.contains(e)).map(describe),
    buttons: presses.map((e) => buttons.indexOf(e)),
    targets: targets.filter((t) => t).map((t) => {{
      try {{ return new URL(t, document.baseURI).href; }} catch {{ return 'invalid:'; }}
    }}),
    alerts: [...document.querySelectorAll('{_ALERTS}')].filter(shown).map((e) => e.innerText.trim())
      .filter((t) => t),
    text: (document.body ? document.body.innerText : '').slice(0, 20000),
  }};
}}
"""

_CODE = re.compile(
    r"one-time-code|\botp\b|\b2fa\b|\bmfa\b|\btotp\b|(verification|security|access|one.?time).?code"
)
_CODE_NAME = re.compile(r"(otp|otp_?code|code|token|pin|mfa_?code|verification_?code)", re.IGNORECASE)
_COMPANY = re.compile(r"company|practice.?(id|code)|clinic.?(id|code)")
_COMPANY_NAME = re.compile(r"company_?id", re.IGNORECASE)
_USER = re.compile(r"user|e-?mail|login")


def asks_for_code(controls: Iterable[Control]) -> bool:
    """Whether one of the fields is for a one-time code."""
    return any(
        control["kind"] != "password"
        and not _is_company(control)
        and (_CODE_NAME.fullmatch(control["name"]) or _CODE.search(control["hints"].lower()))
        for control in controls
    )


def find_form(sighting: Sighting, origin: str) -> LoginForm:
    """The form's fields, before anything is typed.

    Raises `Failure`: PAGE_CHANGED where a field is missing or there is one that we don't know, CODE_ASKED,
    SIGN_IN_REDIRECTED where the form would send the password to another site.
    """
    controls: list[Control] = list(sighting["controls"])
    if sighting["passwords"] != 1:
        raise Failure(FailureCode.PAGE_CHANGED, f"{sighting['passwords']} password fields")
    if asks_for_code(controls):
        raise Failure(FailureCode.CODE_ASKED, "a field for a code on the sign-in page")
    if any(_origin(target) != origin for target in sighting["targets"]):
        raise Failure(FailureCode.SIGN_IN_REDIRECTED, "the form leads to another site")
    if not sighting["buttons"]:
        raise Failure(FailureCode.PAGE_CHANGED, "no button")
    password = next(control["index"] for control in controls if control["kind"] == "password")
    others = [control for control in controls if control["kind"] != "password"]
    company = next((one for one in others if _is_company(one)), None)
    names = [one for one in others if one is not company]
    known = [one for one in names if _USER.search(one["hints"].lower())]
    if len(known or names) != 1:
        raise Failure(FailureCode.PAGE_CHANGED, f"{len(names)} fields for a user name")
    user = (known or names)[0]
    return LoginForm(company["index"] if company else None, user["index"], password, sighting["buttons"][0])


def _is_company(control: Control) -> bool:
    """By its name, else by its label; but the hint "you@company.com" belongs to a user name."""
    hints = control["hints"].lower()
    by_label = _COMPANY.search(hints) and not _USER.search(hints)
    return bool(_COMPANY_NAME.fullmatch(control["name"]) or by_label)


def _origin(url: str) -> str:
    try:
        return origin_of(url)
    except ValueError:
        return ""
