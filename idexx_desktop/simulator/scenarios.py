"""The practice site's named scenarios, as data: what is in it, what the sign-in says, what goes wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from idexx_desktop.simulator.edge_world import fill_edges
from idexx_desktop.simulator.ordinary import (
    break_one,
    delay_half,
    fill_as_booked,
    fill_exactly,
    fill_ordinary,
)
from idexx_desktop.simulator.sessions import SignedOut
from idexx_desktop.simulator.world import World

PRACTICE_COMPANY_ID = "4242"
PRACTICE_USERNAME = "practice@oakstreet.example"
PRACTICE_PASSWORD = "practice-only-7"  # noqa: S105 - made up, opens nothing but the practice site
PRACTICE_NAME = "Oak Street Vets"

WRONG = "The username or password you entered is incorrect. Please try again."
LOCKED = "Your account has been locked after too many failed sign-in attempts. Contact your administrator."
NOT_FROM_HERE = (
    "Access denied: your IP address is not on the Safe IP list of this company, "
    "and your user does not have Remote Access."
)
DISABLED = "This user account has been disabled. Contact your administrator."


class LoginPage(StrEnum):
    """What `GET /login` answers."""

    FORM = "form"
    ASKS_CODE = "asks_code"  # the form has a field for a one-time code
    CHANGED = "changed"  # none of the expected fields
    ELSEWHERE = "elsewhere"  # a redirect to a sign-in page on another origin
    POSTS_ELSEWHERE = "posts_elsewhere"  # a form that would send the password to another origin


class AfterSubmit(StrEnum):
    """What follows a submit of the right login."""

    SIGNED_IN = "signed_in"
    CODE = "code"  # a page that asks for a one-time code
    NEW_PASSWORD = "new_password"  # noqa: S105 - a page that asks for a new password
    ELSEWHERE = "elsewhere"  # a redirect to another origin


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `about` is a sentence for people who choose one.

    `fill` makes the practice's data, `twist` then spoils it.
    `rejection` is what the sign-in page says to every login, "" to accept the practice login.
    `envelope` is the field under which the calendar's array is sent, "" for the bare array.
    `is_varied`: half of its records come as another practice may see them, drawn by the seed.
    `session_share`: a session ends after this part of the requests that reading everything takes.
    """

    about: str
    fill: Callable[[World, random.Random], None] = fill_ordinary
    twist: Callable[[World], None] | None = None
    login_page: LoginPage = LoginPage.FORM
    rejection: str = ""
    after_submit: AfterSubmit = AfterSubmit.SIGNED_IN
    signed_out: SignedOut = SignedOut.REDIRECT
    envelope: str = ""
    is_down: bool = False
    is_alien: bool = False
    is_flaky: bool = False
    is_varied: bool = False
    latency_ms: int = 0
    session_share: float | None = None


SCENARIOS: Mapping[str, Scenario] = {
    "ordinary-day": Scenario("An ordinary practice; everything works."),
    "demo-day": Scenario("An ordinary day on which one consultation can't be read.", twist=break_one),
    "edge-visits": Scenario("Every odd visit that is known of.", fill_edges, envelope="data"),
    "big-day": Scenario("500 visits.", partial(fill_exactly, visits=500), envelope="events"),
    "late-notes": Scenario(
        "Half of the notes are written after the first sync.", partial(fill_exactly, visits=20), delay_half
    ),
    "wrong-password": Scenario("Every password is rejected.", rejection=WRONG),
    "locked-out": Scenario("The account is locked.", rejection=LOCKED),
    "not-from-here": Scenario("This address is not on the Safe IP list.", rejection=NOT_FROM_HERE),
    "disabled": Scenario("The user is disabled.", rejection=DISABLED),
    "code-asked": Scenario("A code is asked for after the password.", after_submit=AfterSubmit.CODE),
    "code-on-form": Scenario("The sign-in form asks for a code.", login_page=LoginPage.ASKS_CODE),
    "password-expired": Scenario("The password must be changed.", after_submit=AfterSubmit.NEW_PASSWORD),
    "redirected": Scenario("The sign-in is on another site.", login_page=LoginPage.ELSEWHERE),
    "redirected-after": Scenario("Signing in ends on another site.", after_submit=AfterSubmit.ELSEWHERE),
    "posts-elsewhere": Scenario(
        "The form sends the password elsewhere.", login_page=LoginPage.POSTS_ELSEWHERE
    ),
    "maintenance": Scenario("Neo is down for maintenance.", is_down=True),
    "page-changed": Scenario("The sign-in page has no known fields.", login_page=LoginPage.CHANGED),
    "payload-changed": Scenario("The JSON has another shape.", is_alien=True),
    "slow": Scenario("Each answer takes two seconds.", latency_ms=2000),
    "flaky": Scenario("A third of the requests fail at first.", is_flaky=True),
    "as-booked": Scenario(
        "Several numbers an owner, stays over nights, appointments booked anew.", fill_as_booked
    ),
    "varied": Scenario(
        "Half of the records come as other practices may see them.", fill_as_booked, is_varied=True
    ),
    "expires-mid-run": Scenario("Sessions end during a run, in three ways.", session_share=0.2),
    "signed-out-401": Scenario("A session that is over answers 401.", signed_out=SignedOut.REFUSED),
    "signed-out-page": Scenario(
        "A session that is over answers the page.", signed_out=SignedOut.SIGN_IN_PAGE
    ),
}
