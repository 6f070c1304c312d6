"""Cookies between a sign-in and the requests that need no browser."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from idexx_desktop.neo.cookies import Cookies

SITE = "https://us.neo.example"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SESSION = {
    "name": "session", "value": "one", "domain": "us.neo.example", "path": "/", "expires": -1,
    "httpOnly": True, "secure": True, "sameSite": "Lax",
}  # fmt: skip


def signed_in(*, site: str = SITE, **changed: str) -> Cookies:
    return Cookies(site, {"User-Agent": "Agent"}).with_state({"cookies": [{**SESSION, **changed}]})


@pytest.mark.parametrize(
    ("changed", "path", "header"),
    [
        ({}, "/users", "session=one"),
        ({"domain": ".neo.example"}, "/users", "session=one"),
        ({"path": "/users"}, "/users", "session=one"),
        ({"path": "/users"}, "/users/providers", "session=one"),
        ({"path": "/users"}, "/usershare", ""),
        ({"path": "/login/"}, "/login", ""),
    ],
)
def test_a_cookie_goes_where_its_path_says(changed: dict[str, str], path: str, header: str) -> None:
    assert signed_in(**changed).header(path) == header


def test_a_cookie_for_tls_only_stays_off_the_open_wire() -> None:
    assert signed_in(site="http://us.neo.example").header("/") == ""


@pytest.mark.parametrize(
    ("answered", "header"),
    [
        ("session=two; Path=/; Secure; HttpOnly", "session=two"),
        ("session=two; Path=/; Domain=us.neo.example", "session=two"),
        ("session=two; Path=/; Max-Age=60", "session=two"),
        ('session="a b"; Path=/', 'session="a b"'),
        ("session=two; Path=/; Expires=Mon, 02 Mar 2026 13:00:00 GMT", "session=two"),
        ("session=two; Path=/; Expires=soon", "session=two"),
        ("session=; Path=/; Max-Age=0", ""),
        ("session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""),
        ("session=two; Path=/; Domain=elsewhere.example", "session=one"),
        ("other=1; Path=/", "session=one; other=1"),
        ("other=1", "session=one"),  # of the folder of the path that was asked for
        ("", "session=one"),
        ("=;;=", "session=one"),
    ],
)
def test_an_answer_replaces_adds_and_ends_cookies(answered: str, header: str) -> None:
    assert signed_in().after([answered], "/consultations/5/page-data", NOW).header("/users") == header


def test_what_an_answer_left_alone_is_the_same_text() -> None:
    kept = signed_in()
    assert kept.after([], "/users", NOW).text() == kept.text()
    renewed = kept.after(["session=two; Path=/; Secure; HttpOnly; SameSite=lax"], "/users", NOW)
    assert Cookies.from_text(SITE, renewed.text()) == renewed


def test_what_pages_keep_comes_back_for_their_own_site_only() -> None:
    def state(origin: str, value: str) -> dict[str, object]:
        items = [{"name": "device", "value": value}]
        return {"cookies": [SESSION], "origins": [{"origin": origin, "localStorage": items}]}

    kept = signed_in().with_state(state(SITE, "trusted"))
    assert Cookies.from_text(SITE, kept.text()) == kept
    assert kept.storage == (("device", "trusted"),)
    assert signed_in().with_state(state("https://elsewhere.example", "trusted")).storage == ()
    assert signed_in().with_state(state(SITE, "x" * 200_000)).storage == ()
    assert Cookies.from_text("https://ca.neo.example", kept.text()).storage == ()
    assert "trusted" not in repr(kept)


def test_what_an_older_program_kept_is_used_without_its_windowless_name() -> None:
    old = json.dumps({"site": SITE, "user_agent": "HeadlessChrome/1", "cookies": [SESSION]})
    assert Cookies.from_text(SITE, old).headers == {"User-Agent": "Chrome/1"}


def test_only_what_lasts_is_given_to_another_browser() -> None:
    until = {**SESSION, "name": "device", "expires": NOW.timestamp() + 60}
    past = {**SESSION, "name": "past", "expires": NOW.timestamp() - 60}
    kept = Cookies(SITE).with_state({"cookies": [SESSION, until, past]})
    assert [cookie["name"] for cookie in kept.lasting(NOW)] == ["device"]
