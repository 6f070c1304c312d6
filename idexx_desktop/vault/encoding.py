"""Bytes as text: base64url without padding, read back strictly."""

from __future__ import annotations

import base64


def to_text(data: bytes) -> str:
    """The one spelling that `from_text` accepts for these bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_text(text: str) -> bytes:
    """The bytes behind `to_text`; ValueError for every other spelling.

    Base64 leaves bits unused at the end and the library skips characters that it does not know: without the
    comparison a changed text could still open.
    """
    data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if to_text(data) != text:
        raise ValueError("not in canonical form")
    return data
