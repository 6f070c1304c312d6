"""A password is recognised in an address as scripts and browsers write it, and in nothing else."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.neo.exposure import TypedSecret

SECRET = "p&ss wörd/7"
RAW = SECRET.encode()


@pytest.mark.parametrize(
    "written",
    [
        SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET), quote(quote(SECRET, safe=""), safe=""),
        "".join(f"%{byte:02x}" for byte in RAW), SECRET.upper(), SECRET[::-1], quote(SECRET[::-1]),
        base64.b64encode(RAW).decode(), base64.b64encode(b"user:" + RAW + b":x").decode(),
        base64.urlsafe_b64encode(b"ab" + RAW).decode(), quote(base64.b64encode(RAW).decode(), safe=""),
        base64.b64encode(quote(SECRET, safe="").encode()).decode(), base64.b64encode(RAW).decode().lower(),
        base64.b64encode(SECRET.encode("latin-1")).decode(), SECRET.encode("latin-1").hex(),
        base64.b32encode(RAW).decode(), RAW.hex(), RAW.hex().upper(), RAW.hex(":"), RAW.hex("-"),
        ",".join(str(ord(letter)) for letter in SECRET), ".".join(SECRET),
        SECRET.encode("utf-16-le").hex(), base64.b64encode(SECRET.encode("utf-16-le")).decode(),
    ],
)  # fmt: skip
def test_it_is_found_in_every_common_way_of_writing(written: str) -> None:
    for address in (f"https://neo.example/x?y={written}", f"https://neo.example/{written}/z", written):
        assert TypedSecret(SECRET).is_in(address), address


@pytest.mark.parametrize(
    "address", ["https://neo.example/login", "/appointments?start=2026-03-02", "", "%", "%zz+%"]
)
def test_it_is_found_nowhere_else(address: str) -> None:
    assert not TypedSecret(SECRET).is_in(address)
    assert not TypedSecret("").is_in(address)


@pytest.mark.parametrize(
    ("secret", "address", "found"),
    [
        ("no", "/notes", False), ("no", "/?p=no", True), ("no", "/no/x", True), ("e", "/home", False),
        ("a&b", "/?a&b", True), ("a&b", "/?p=a%26b", True), ("7", "/v7/x", False), ("7", "/?7", True),
    ],
)  # fmt: skip
def test_a_short_one_counts_only_as_a_word_of_its_own(secret: str, address: str, found: bool) -> None:
    assert TypedSecret(secret).is_in(address) is found


@given(st.text(min_size=5, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_any_password_is_found_plain_quoted_and_in_base64(secret: str, before: str, after: str) -> None:
    if secret.isspace():
        return
    hidden = TypedSecret(secret)
    assert hidden.is_in(f"{before}{secret}{after}") or "%" in secret
    assert hidden.is_in(quote(secret, safe="", errors="replace"))
    assert hidden.is_in(base64.b64encode(secret.encode("utf-8", "surrogatepass")).decode())


@given(st.text(max_size=200))
def test_whatever_an_address_holds_it_can_be_looked_at(text: str) -> None:
    TypedSecret(SECRET).is_in(text)
