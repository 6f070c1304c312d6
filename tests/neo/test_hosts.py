"""Which hosts a person may name, in their one normal form."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.hosts import check_host


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("cdn.example.com", "cdn.example.com"),
        (" CDN.Example.com. ", "cdn.example.com"),
        ("https://cdn.example.com/lib/x.js?v=1", "cdn.example.com"),
        ("cdn.example.com:443", "cdn.example.com"),
        ("cdn.example.com:8443", "cdn.example.com:8443"),
        ("http://localhost:8080", "localhost:8080"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("[::1]:99", "[::1]:99"),
    ],
)
def test_a_host_takes_its_normal_form(typed: str, host: str) -> None:
    assert check_host(typed) == host
    assert check_host(host) == host


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "*", "*.example.com", "a.com b.com", "a.com,b.com", "a.com;script-src *", "user@a.com", "a.com:0x1",
        "javascript:alert(1)", "data:text/html,x", "'unsafe-inline'", "https:", "a..", "a_b.com", "a.com\nb.com",
        "ftp://a.com", "-a.com", "a" * 300, "a.com:99999", "\u202ea.com",
    ],
)  # fmt: skip
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Failure) as caught:
        check_host(typed)
    assert caught.value.code is FailureCode.INVALID_INPUT
