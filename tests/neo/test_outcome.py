"""What the sign-in page says, by its words and its fields."""

from __future__ import annotations

from typing import Any

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.asking import asks_for_branch
from idexx_desktop.neo.form import Control, LoginForm, Sighting, find_form
from idexx_desktop.neo.outcome import before_typing, named_by, rejection

ORIGIN = "https://neo.example"


def control(index: int, name: str, hints: str = "", kind: str = "text", *, required: bool = False) -> Control:
    """One field."""
    return {"index": index, "kind": kind, "name": name, "hints": f"{name} {hints}", "required": required,
            "fixed": False, "value": "", "options": ()}  # fmt: skip


PASSWORD = control(9, "password", kind="password")


def page(*controls: Control, **more: Any) -> Sighting:
    """What was seen of a page."""
    seen: Sighting = {
        "passwords": sum(one["kind"] == "password" for one in controls), "controls": controls, "buttons": [3],
        "targets": [f"{ORIGIN}/login"], "methods": ["post"], "alerts": [], "headings": [], "choices": [],
        "languages": [], "text": "",
    }  # fmt: skip
    return seen | more  # type: ignore[return-value]  # fields by name


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("The username or password is incorrect.", FailureCode.WRONG_PASSWORD),
        ("These credentials do not match our records", FailureCode.WRONG_PASSWORD),
        ("Invalid login. Your IP address is not on the Safe IP list", FailureCode.NOT_FROM_HERE),
        ("You don’t have Remote Access", FailureCode.NOT_FROM_HERE),
        ("Too many failed sign-in attempts", FailureCode.LOCKED_OUT),
        ("Your account has been\n locked", FailureCode.LOCKED_OUT),
        ("User is disabled", FailureCode.ACCOUNT_DISABLED),
        ("Your password has expired", FailureCode.PASSWORD_EXPIRED),
        ("You must change your password", FailureCode.PASSWORD_EXPIRED),
        ("Enter the verification code", FailureCode.CODE_ASKED),
        ("Down for maintenance", FailureCode.MAINTENANCE),
        ("Computer says no", None),
        ("", None),
    ],
)
def test_phrases_are_named(said: str, code: FailureCode | None) -> None:
    assert named_by([said]) is code


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ((control(0, "companyId"), control(1, "username"), PASSWORD), LoginForm(0, 1, 9, 3)),
        ((control(0, "company_id"), control(1, "username"), PASSWORD), LoginForm(0, 1, 9, 3)),
        ((control(1, "username", "you@company.com"), PASSWORD), LoginForm(None, 1, 9, 3)),
        ((control(1, "login_email"), control(2, "remember"), PASSWORD), LoginForm(None, 1, 9, 3)),
        ((control(4, "f1", "Clinic ID"), control(5, "f2"), PASSWORD), LoginForm(4, 5, 9, 3)),
        ((control(1, "u"), PASSWORD), LoginForm(None, 1, 9, 3)),
    ],
)
def test_fields_are_found_by_structure(fields: tuple[Control, ...], found: LoginForm) -> None:
    assert find_form(page(*fields), ORIGIN) == found


USER = control(1, "username")


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (page(USER), FailureCode.PAGE_CHANGED),
        (page(PASSWORD), FailureCode.PAGE_CHANGED),
        (page(USER, PASSWORD, PASSWORD), FailureCode.PAGE_CHANGED),
        (page(USER, PASSWORD, buttons=[]), FailureCode.PAGE_CHANGED),
        (page(control(1, "a"), control(2, "b"), PASSWORD), FailureCode.PAGE_CHANGED),
        (page(USER, PASSWORD, control(5, "region", required=True)), FailureCode.PAGE_CHANGED),
        (page(USER, PASSWORD, methods=["GET"]), FailureCode.PAGE_CHANGED),
        (page(USER, PASSWORD, methods=["post", "get"]), FailureCode.PAGE_CHANGED),
        (page(USER, PASSWORD, control(5, "otp")), FailureCode.CODE_ASKED),
        (page(USER, PASSWORD, control(5, "x", "one-time-code")), FailureCode.CODE_ASKED),
        (page(USER, PASSWORD, targets=["https://evil.example/login"]), FailureCode.SIGN_IN_REDIRECTED),
        (page(USER, PASSWORD, targets=[ORIGIN, "http://neo.example/"]), FailureCode.SIGN_IN_REDIRECTED),
        (page(USER, PASSWORD, targets=["javascript:send()"]), FailureCode.SIGN_IN_REDIRECTED),
        (page(USER, PASSWORD, targets=["invalid:"]), FailureCode.SIGN_IN_REDIRECTED),
    ],
)
def test_a_form_that_is_not_the_known_one_stops_before_typing(seen: Sighting, code: FailureCode) -> None:
    with pytest.raises(Failure) as caught:
        find_form(seen, ORIGIN)
    assert caught.value.code is code


def test_the_words_beside_a_form_mean_nothing() -> None:
    text = "Forgot your password? Locked out? Too many attempts? Ask for a verification code."
    assert rejection(page(USER, PASSWORD, text=text), "/login").code is FailureCode.SIGN_IN_REJECTED
    assert rejection(page(text="Your account is locked"), "/login").code is FailureCode.LOCKED_OUT


def test_fields_say_more_than_words() -> None:
    assert rejection(page(control(1, "code"), alerts=["incorrect"]), "/2fa").code is FailureCode.CODE_ASKED
    two = page(PASSWORD, PASSWORD, alerts=["invalid"])
    assert rejection(two, "/login").code is FailureCode.PASSWORD_EXPIRED
    assert rejection(page(), "/password/expired").code is FailureCode.PASSWORD_EXPIRED


@pytest.mark.parametrize(
    ("heading", "asks"),
    [
        ("Choose your branch", True),
        ("Select a location", True),
        ("Which clinic are you in today?", True),
        ("Pick-up at the clinic", False),
        ("Selected visits of this practice", False),
        ("Site", False),
    ],
)
def test_only_a_question_for_the_branch_is_one(heading: str, asks: bool) -> None:
    assert asks_for_branch(["Dashboard", heading]) is asks


@pytest.mark.parametrize(
    ("alert", "code"),
    [
        ("Invalid captcha. Please try again.", FailureCode.SOMETHING_BETWEEN),
        ("Invalid CSRF token", FailureCode.SOMETHING_BETWEEN),
        ("Incorrect password. Please complete the captcha.", FailureCode.WRONG_PASSWORD),
        ("Your account is locked. Prove that you are not a robot.", FailureCode.LOCKED_OUT),
        (
            "Invalid login. You have 3 attempts left before your account is locked.",
            FailureCode.WRONG_PASSWORD,
        ),
        ("Invalid login. You have no attempts left.", FailureCode.LOCKED_OUT),
    ],
)
def test_what_stands_between_never_hides_what_is_said_of_the_user(alert: str, code: FailureCode) -> None:
    assert rejection(page(USER, PASSWORD, alerts=[alert]), "/login").code is code


@pytest.mark.parametrize(
    ("heading", "text", "code"),
    [
        ("Important notice", "Your account has been locked.", FailureCode.LOCKED_OUT),
        ("What's new", "This user is no longer active.", FailureCode.ACCOUNT_DISABLED),
        ("What's new", "We disabled the old reports. Your account is fine.", FailureCode.NEO_ASKS),
        ("Payment overdue", "Your account will be suspended in 3 days.", FailureCode.NEO_ASKS),
        ("Terms of use", "Please accept them.", FailureCode.NEO_ASKS),
        ("Welcome", "Just a moment...", FailureCode.SOMETHING_BETWEEN),
        ("Welcome", "", FailureCode.SIGN_IN_REJECTED),
    ],
)
def test_a_lock_comes_before_whatever_else_a_page_asks(heading: str, text: str, code: FailureCode) -> None:
    assert rejection(page(headings=[heading], text=f"{heading}\n{text}"), "/home").code is code


def test_a_page_without_a_form_is_named_only_by_what_it_can_be() -> None:
    assert before_typing(page(text="We are down for maintenance"), 200).code is FailureCode.MAINTENANCE
    assert (
        before_typing(page(text="Access from this location is blocked"), 403).code
        is FailureCode.NOT_FROM_HERE
    )
    assert before_typing(page(text="Password locked? Welcome!"), 200).code is FailureCode.PAGE_CHANGED


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("The password is incorrect.", "the password"),
        ("The username or password is incorrect.", "the company id, user name or password"),
        ("These credentials do not match our records", "the company id, user name or password"),
        ("Invalid login", "the company id, user name or password"),
        ("Company not recognised", "the company id"),
        ("Invalid company ID", "the company id"),
        ("Unknown user", "the user name"),
    ],
)
def test_only_what_the_page_names_is_blamed(said: str, named: str) -> None:
    failure = rejection(page(USER, PASSWORD, alerts=[said]), "/login")
    assert failure.code is FailureCode.WRONG_PASSWORD
    assert failure.title.startswith(f"IDEXX Neo didn't accept {named}.")
