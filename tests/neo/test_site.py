"""Only addresses that a password may be sent to."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.site import check_address, origin_of


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://us.idexxneo.com", "https://us.idexxneo.com"),
        (" HTTPS://US.IdexxNeo.com:443/login?x=1#y ", "https://us.idexxneo.com"),
        ("https://neo.example:8443/", "https://neo.example:8443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:99", "http://[::1]:99"),
    ],
)
def test_an_address_takes_its_normal_form(typed: str, address: str) -> None:
    assert check_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "", "us.idexxneo.com", "http://us.idexxneo.com", "ftp://127.0.0.1", "https://", "https://user:pw@neo.example",
        "https://@neo.example", "javascript:alert(1)", "file:///etc/passwd", "https://neo.example:99999", "https://[",
        "http://127.0.0.1.evil.example", "https://a b", "http://localhost.evil.example", "https://neo.example\\@evil.example",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_is_refused(typed: str) -> None:
    with pytest.raises(Failure) as caught:
        check_address(typed)
    assert caught.value.code is FailureCode.INVALID_INPUT


def test_one_site_has_one_origin() -> None:
    assert origin_of("https://Neo.example:443/a") == origin_of("https://neo.example./b")
    assert origin_of("https://neo.example") != origin_of("http://neo.example")
    assert origin_of("https://neo.example") != origin_of("https://neo.example:444")


COOKIE = {"name": "n", "value": "secret-1", "domain": ".neo.example", "path": "/", "secure": True}


def test_cookies_are_kept_for_their_site_only() -> None:
    foreign = COOKIE | {"domain": "tracker.example"}
    kept = Cookies("https://us.neo.example", {"User-Agent": "Agent"}).with_state(
        {"cookies": [COOKIE, foreign]}
    )
    assert [cookie["domain"] for cookie in kept.values] == [".neo.example"]
    assert "secret-1" not in repr(kept)
    assert Cookies.from_text("https://us.neo.example", kept.text()) == kept
    assert Cookies.from_text("https://ca.neo.example", kept.text()).values == ()


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"site": 1}', '{"site":"https://a","cookies":[]}', "null"]
)
def test_cookies_that_cannot_be_read_are_none(text: str | None) -> None:
    assert Cookies.from_text("https://a", text).text() == ""
