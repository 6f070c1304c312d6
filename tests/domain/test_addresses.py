"""Which addresses are the vendor's own, which can be used at all, and which are the same."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.addresses import is_same_site, is_vendors, normal_form, shown_address

VENDORS = (
    "https://us.idexxneo.com", "https://idexxneo.com", "https://US.IDEXXNEO.COM/login", "https://us.idexxneo.com.",
    "https://us.idexxneo.com:443", "https://new.us.idexxneo.com", " https://ca.idexxneo.com ",
)  # fmt: skip
# usable where a person says so, and nobody's but theirs
OTHERS = (
    "https://idexxneo.com.evil.example", "https://evilidexxneo.com", "https://idexxneo-com.example",
    "https://us.idexxneo.com.co", "https://idexxneo.org", "https://us.idexxneo.com:8443", "https://neo.example",
    "https://xn--idexxeo-6hc.com", "https://xn--us-k4t.idexxneo.com", "https://evil.example/idexxneo.com",
    "https://evil.example/?https://us.idexxneo.com", "https://evil.example#.idexxneo.com", "http://127.0.0.1:80",
    "https://[2001:db8::1]", "https://192.0.2.7",
)  # fmt: skip
UNUSABLE = (
    "", "us.idexxneo.com", "http://us.idexxneo.com", "https://idexxneo.com@evil.example", "https://us.idexxneo.com..",
    "https://user:pw@us.idexxneo.com", "https://.idexxneo.com", "https://us..idexxneo.com", "https://us.idexxneo.com:0",
    "https://us.idexxneo.com\\.evil.example", "https://us.idexxneo.com\t.evil.example", "https://us.idexx\nneo.com",
    "https://us.idехxneo.com", "https://us。idexxneo.com", "https://ｕｓ.idexxneo.com", "https://us.idexxneo.com\u200b",
    "https://us.idexxneo.com%2eevil.example", "https://us.idexxneo.com%00.evil.example", "https://2130706433",
    "https://127.1", "https://0x7f.0.0.1", "https://0177.0.0.1", "http://2130706433", "http://127.0.0.1.evil.example",
    "http://localhost.evil.example", "http://0.0.0.0", "https://[::1%25lo]", "https://[0:0:0:0:0:0:0:1]", "https://-a.b",
    "https:us.idexxneo.com", "https:///us.idexxneo.com", "//us.idexxneo.com", "ftp://us.idexxneo.com",
    "javascript:alert(1)//us.idexxneo.com", "file:///etc/passwd", "https://" + "a." * 200 + "idexxneo.com",
)  # fmt: skip


@pytest.mark.parametrize("address", VENDORS)
def test_the_vendors_own(address: str) -> None:
    assert is_vendors(address)
    assert normal_form(address).startswith("https://")


@pytest.mark.parametrize("address", OTHERS)
def test_what_only_looks_like_it(address: str) -> None:
    assert normal_form(address)
    assert not is_vendors(address)


@pytest.mark.parametrize("address", UNUSABLE)
def test_what_a_password_is_never_sent_to(address: str) -> None:
    assert normal_form(address) == ""
    assert not is_vendors(address)
    assert len(shown_address(address)) < 70
    assert shown_address(address).isprintable()


def test_a_long_address_is_shown_to_its_end() -> None:
    """Where it leads stands at the end of its name."""
    long = f"https://us.idexxneo.com.{'a' * 60}.{'b' * 60}.evil.example"
    assert shown_address(long) == long


def test_the_same_site_in_other_words() -> None:
    assert is_same_site("https://US.idexxneo.com./login", "https://us.idexxneo.com:443")
    assert not is_same_site("https://us.idexxneo.com", "https://us.idexxneo.com:444")
    assert not is_same_site("https://us.idexxneo.com", "https://ca.idexxneo.com")
    # what can't be used is never taken for something else that can't be used
    assert not is_same_site("", "javascript:x")
    assert is_same_site("nonsense", "nonsense")
