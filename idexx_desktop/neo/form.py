"""Neo's sign-in form, found by its structure, because the names of its fields have varied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlsplit

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.known_shapes import (
    CODE_NAME,
    CODE_WORDS,
    COMPANY_NAME,
    COMPANY_WORDS,
    REFUSED_METHOD,
    USER_WORDS,
)
from idexx_desktop.neo.site import origin_of


class Control(TypedDict):
    """What is known of one visible field of the form; `index` counts all fields of the page.

    `fixed`: the page has filled it in, with `value`, and it can't be changed. `options`: (value, words) of a list.
    """

    index: int
    kind: str
    name: str
    hints: str
    required: bool
    fixed: bool
    value: str
    options: Sequence[tuple[str, str]]


class Sighting(TypedDict):
    """What `LOOK` brings back: `buttons` by index among all of the page; where the form leads to, and how.

    `headings`: what the page, or a box on it, is about; `choices`: what could be chosen or pressed;
    `languages`: as the browser tells pages.
    """

    passwords: int
    controls: Sequence[Control]
    buttons: Sequence[int]
    targets: Sequence[str]
    methods: Sequence[str]
    alerts: Sequence[str]
    headings: Sequence[str]
    choices: Sequence[str]
    languages: Sequence[str]
    text: str


@dataclass(frozen=True, slots=True)
class LoginForm:
    """Where to type and what to press, by index; `company` is None where there is no such field."""

    company: int | None
    username: int
    password: int
    button: int


INPUTS = "input, select"
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
    required: e.required && !(e.options && e.value),
    fixed: !!(e.readOnly || e.disabled), value: e.readOnly || e.disabled ? e.value : '',
    options: e.options ? [...e.options].map((o) => [o.value, o.text.trim()]) : [],
    hints: [...['name', 'id', 'autocomplete', 'placeholder', 'aria-label'].map((name) => attribute(e, name)),
            ...[...(e.labels || [])].map((l) => l.innerText)].join(' '),
  }});
  const passwords = inputs.filter((e) => typed(e) && e.type === 'password');
  const form = passwords.length ? passwords[0].form || document.body : document.body;
  const inForm = (e) => form.contains(e) || e.form === form;
  const offered = buttons.filter((e) => shown(e) && inForm(e));
  const sending = offered.filter((e) => /^(submit|image)$/i.test(e.type));
  const presses = sending.length ? sending : offered.filter((e) => /^(log|sign) ?in$/i.test(e.innerText.trim()));
  const words = (selector) => [...document.querySelectorAll(selector)].filter((e) => shown(e) || e.tagName === 'OPTION')
    .map((e) => (e.innerText || e.text || '').trim()).filter((t) => t && t.length < 200);
  const targets = [location.href, attribute(form, 'action'), ...presses.map((e) => attribute(e, 'formaction'))];
  return {{
    passwords: passwords.length,
    controls: inputs.filter((e) => typed(e) && inForm(e)).map(describe),
    buttons: presses.map((e) => buttons.indexOf(e)),
    targets: targets.filter((t) => t).map((t) => {{
      try {{ return new URL(t, document.baseURI).href; }} catch {{ return 'invalid:'; }}
    }}),
    methods: [attribute(form, 'method'), ...presses.map((e) => attribute(e, 'formmethod'))].filter((m) => m),
    alerts: [...document.querySelectorAll('{_ALERTS}')].filter(shown).map((e) => e.innerText.trim())
      .filter((t) => t),
    headings: [document.title, ...words('h1, h2, h3, legend, [role=heading]')],
    choices: words('option, button, a[href], label, [role=button], [role=option]').slice(0, 200),
    languages: [...(navigator.languages || [])],
    text: (document.body ? document.body.innerText : '').slice(0, 20000),
  }};
}}
"""

# what of a page may be told to support: names as programmers write them, and nothing else
_PLAIN_NAME = re.compile(r"[A-Za-z][\w.:\[\]-]{0,39}")
_PLAIN_HOST = re.compile(r"[\w.-]{1,80}")


def asks_for_code(controls: Iterable[Control]) -> bool:
    """Whether one of the fields is for a one-time code."""
    return any(
        control["kind"] != "password"
        and not _is_company(control)
        and (CODE_NAME.fullmatch(control["name"]) or CODE_WORDS.search(control["hints"].lower()))
        for control in controls
    )


def find_form(sighting: Sighting, origin: str) -> LoginForm:
    """The form's fields, before anything is typed.

    Raises `Failure`: PAGE_CHANGED where a field is missing or there is one that we don't know, CODE_ASKED,
    SIGN_IN_REDIRECTED where the form would send the password to another site.
    """
    controls: list[Control] = list(sighting["controls"])
    if sighting["passwords"] != 1:
        raise page_changed(f"{sighting['passwords']} password fields", sighting)
    if asks_for_code(controls):
        raise Failure(FailureCode.CODE_ASKED, "a field for a code on the sign-in page")
    elsewhere = [target for target in sighting["targets"] if _origin(target) != origin]
    if elsewhere:
        raise Failure(
            FailureCode.SIGN_IN_REDIRECTED, f"the form leads to another site: {_host(elsewhere[0])}"
        )
    if not sighting["buttons"]:
        raise page_changed("no button", sighting)
    if any(method.strip().lower() == REFUSED_METHOD for method in sighting["methods"]):
        raise page_changed("it would write the password into the address", sighting)
    password = next(control["index"] for control in controls if control["kind"] == "password")
    others = [control for control in controls if control["kind"] != "password"]
    company = next((one for one in others if _is_company(one)), None)
    names = [one for one in others if one is not company and not one["options"]]
    known = [one for one in names if USER_WORDS.search(one["hints"].lower())]
    if len(known or names) != 1:
        raise page_changed(f"{len(names)} fields for a user name", sighting)
    user = (known or names)[0]
    if any(one["required"] for one in others if one is not user and one is not company):
        raise page_changed("another field that must be filled in", sighting)
    return LoginForm(company["index"] if company else None, user["index"], password, sighting["buttons"][0])


def company_to_enter(form: LoginForm, sighting: Sighting, company_id: str) -> str | None:
    """What the company field is to get: a text, or the value of its list; None where there is nothing to do.

    Raises `Failure(INVALID_INPUT)` where none was given, and where the page is for another one: nothing is typed then.
    """
    field = next((one for one in sighting["controls"] if one["index"] == form.company), None)
    if field is None:
        return None
    wanted = company_id.strip()
    if field["fixed"]:
        if wanted and field["value"].strip().casefold() != wanted.casefold():
            raise _other_company()
        return None
    offered = {value: words for value, words in field["options"] if value}
    if not wanted and len(offered) == 1:
        return next(iter(offered))
    if not wanted:
        raise Failure(
            FailureCode.INVALID_INPUT, "company id", title="This practice's sign-in needs the company ID."
        )
    if not field["options"]:
        return wanted
    known = (
        value for value, words in offered.items() if wanted.casefold() in (value.casefold(), words.casefold())
    )
    found = next(known, None)
    if found is None:
        raise _other_company()
    return found


def _other_company() -> Failure:
    return Failure(
        FailureCode.INVALID_INPUT,
        "company id",
        title="This sign-in page is for another company ID, so nothing was typed.",
    )


def page_changed(what: str, sighting: Sighting) -> Failure:
    """The page isn't the known one any more; the detail says what it is made of, for whoever adapts the program."""
    return Failure(
        FailureCode.PAGE_CHANGED, f"Neo changed its sign-in page: {what}; it has {fingerprint(sighting)}"
    )


def fingerprint(sighting: Sighting) -> str:
    """What the form is made of, whatever it says and looks like: fields by name and type, buttons, methods."""
    fields = [
        f"{control['name'] if _PLAIN_NAME.fullmatch(control['name']) else 'a field without a name'} "
        f"({control['kind']}{', required' if control['required'] else ''})"
        for control in sighting["controls"]
    ]
    methods = sorted({method.lower() for method in sighting["methods"] if _PLAIN_NAME.fullmatch(method)})
    return ", ".join([*fields, f"{len(sighting['buttons'])} buttons", *methods])


def _host(target: str) -> str:
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:
        host = ""
    return host if _PLAIN_HOST.fullmatch(host) else "an address that isn't one"


def _is_company(control: Control) -> bool:
    """By its name, else by its label; but the hint "you@company.com" belongs to a user name."""
    hints = control["hints"].lower()
    by_label = COMPANY_WORDS.search(hints) and not USER_WORDS.search(hints)
    return bool(COMPANY_NAME.fullmatch(control["name"]) or by_label)


def _origin(url: str) -> str:
    try:
        return origin_of(url)
    except ValueError:
        return ""
