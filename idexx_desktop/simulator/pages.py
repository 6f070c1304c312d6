"""The practice site's HTML pages; every text of the practice's data is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from string import Template

from idexx_desktop.simulator.world import Appointment, Consultation, World

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title - Neo (practice)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>
body { margin: 0; font: 15px/1.5 Inter, "Segoe UI", "DejaVu Sans", sans-serif; background: #eef2f4;
  color: #1c2830 }
header { background: #12384a; color: #fff; padding: 12px 28px; font-weight: 600 }
header span { font-weight: 400; opacity: .75; margin-left: 12px }
main { max-width: 760px; margin: 40px auto; background: #fff; border-radius: 10px; padding: 28px 32px;
  border: 1px solid #dbe3e7 }
main.narrow { max-width: 340px } h1 { font-size: 21px; margin: 0 0 16px } h2 { font-size: 16px }
label { display: block; margin: 12px 0 4px; font-size: 13px; color: #50626d }
input { width: 100%; box-sizing: border-box; padding: 9px; border: 1px solid #b9c6cd; border-radius: 6px;
  font: inherit }
button { margin-top: 20px; width: 100%; padding: 10px; border: 0; border-radius: 6px; background: #0b6fa4;
  color: #fff; font: inherit; font-weight: 600 }
.alert { background: #fdeaea; color: #8e1b1b; border-radius: 6px; padding: 10px 12px }
.hint { color: #50626d; font-size: 13px; margin-top: 18px } table { width: 100%; border-collapse: collapse }
td, th { text-align: left; padding: 7px 10px 7px 0; border-bottom: 1px solid #e6ecef; vertical-align: top }
pre { white-space: pre-wrap; font: inherit; margin: 0 } a { color: #0b6fa4 }
</style></head><body><header>Neo<span>practice site: nothing here is real</span></header>
<main class="$width">$body</main></body></html>
""")


@dataclass(frozen=True, slots=True)
class FormVariant:
    """How the sign-in form is written.

    `company_field` None: it has no such field; `code_field`: it has one for a one-time code.
    """

    company_field: str | None = "companyId"
    button: str = "Login"
    alert: str = '<div class="alert alert-danger">$text</div>'
    code_field: str | None = None


FORMS = {
    "standard": FormVariant(),
    "snake-case": FormVariant("company_id", "Sign in", '<p class="alert error-message">$text</p>'),
    "no-company": FormVariant(None, "Sign in", '<div class="alert" role="alert">$text</div>'),
}


def page(title: str, body: str, *, narrow: bool = False) -> str:
    """A whole page; `title` is text, `body` is HTML."""
    return _PAGE.substitute(title=html.escape(title), body=body, width="narrow" if narrow else "")


def message(title: str, text: str) -> str:
    """A page that says one thing: an error, maintenance."""
    return page(title, f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>")


def _field(name: str, label: str, kind: str = "text") -> str:
    return f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" required>'


def sign_in(form: FormVariant, *, action: str = "/login", alert: str = "", hint: str = "") -> str:
    """The sign-in page, with what went wrong at the last attempt."""
    fields = [_field(form.company_field, "Company ID")] if form.company_field else []
    fields += [_field("username", "Username"), _field("password", "Password", "password")]
    if form.code_field:
        fields.append(_field(form.code_field, "Verification code"))
    shown = Template(form.alert).substitute(text=html.escape(alert)) if alert else ""
    told = f'<p class="hint">{html.escape(hint)}</p>' if hint else ""
    return page(
        "Sign in",
        f'<h1>Sign in</h1>{shown}<form method="post" action="{html.escape(action)}">{"".join(fields)}'
        f'<button type="submit">{html.escape(form.button)}</button></form>{told}',
        narrow=True,
    )


def changed_sign_in() -> str:
    """A sign-in page without the fields that are expected."""
    body = (
        '<h1>Welcome to the new Neo</h1><div id="app"><p>Choose how you would like to continue.</p>'
        '<button type="button">Continue with a passkey</button>'
        '<button type="button">Scan a code</button></div>'
    )
    return page("Welcome", body, narrow=True)


def ask_code() -> str:
    """What follows the sign-in of a user with two-step verification."""
    fields = _field("code", "Enter the 6-digit verification code that we sent you")
    body = f'<h1>Two-step verification</h1><form method="post" action="/login/verify">{fields}'
    return page("Verification", f'{body}<button type="submit">Verify</button></form>', narrow=True)


def new_password() -> str:
    """What follows the sign-in of a user whose password must be changed."""
    fields = _field("newPassword", "New password", "password") + _field(
        "confirmPassword", "Repeat it", "password"
    )
    body = (
        "<h1>Change your password</h1>"
        "<p>Your password has expired and must be changed before you can continue.</p>"
        f'<form method="post" action="/login/password">{fields}'
        '<button type="submit">Change password</button></form>'
    )
    return page("Change your password", body, narrow=True)


def dashboard(name: str, rows: Iterable[Appointment], world: World) -> str:
    """The page after signing in: today's schedule."""
    lines = []
    for row in rows:
        pet = world.pet(row.pet_id)
        text = html.escape(pet.name if pet else row.title)
        if row.consultation_id is not None:
            text = f'<a href="/consultations/{row.consultation_id}">{text}</a>'
        lines.append(
            f"<tr><td>{row.start:%H:%M}</td><td>{text}</td><td>{html.escape(row.type_description)}</td>"
            f"<td>{html.escape(row.status)}</td></tr>"
        )
    body = f'<h1 id="welcome">{html.escape(name)}</h1><h2>Today</h2><table>{"".join(lines)}</table>'
    return page("Dashboard", body)


def consultation(row: Consultation, world: World) -> str:
    """One consultation, for a person to look at."""
    pet = world.pet(row.pet_id)
    owner = world.owner_of(pet)
    provider = world.provider(row.provider_id)
    facts = {
        "Patient": f"{pet.name} ({pet.species}, {pet.breed})" if pet else "",
        "Client": f"{owner.first_name} {owner.last_name}" if owner else "",
        "Phone": (owner.phone or "") if owner else "",
        "Provider": provider.name if provider else "",
        "Date": f"{row.at:%Y-%m-%d %H:%M}",
        "Status": row.status or "",
        "Reason": row.reason,
        "Notes": plain(row.notes),
        "Discharge": plain(row.summary or row.extra_notes),
        "Products": "\n".join(f"{line.product}{' (declined)' * line.is_declined}" for line in row.lines),
    }
    cells = "".join(f"<tr><th>{k}</th><td><pre>{html.escape(v)}</pre></td></tr>" for k, v in facts.items())
    return page(f"Consultation {row.id}", f"<h1>Consultation {row.id}</h1><table>{cells}</table>")


def plain(rich: str) -> str:
    """Rich text without its tags, for the page above only."""
    return html.unescape(re.sub(r"\s*<[^>]*>\s*", "\n", rich)).strip()
