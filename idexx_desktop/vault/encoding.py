"""Bytes and facts as text, each with one spelling only, read back strictly."""

from __future__ import annotations

import base64
import json
from typing import Any


def to_text(data: bytes) -> str:
    """The one spelling that `from_text` accepts for these bytes: base64url without padding."""
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


def to_json(facts: dict[str, Any]) -> str:
    """The one spelling that `from_json` accepts for these facts: ASCII, sorted, without spaces."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_json(text: str, names: set[str]) -> dict[str, Any]:
    """The facts behind `to_json`, of exactly these names; ValueError for every other text.

    Only one spelling: no name twice, and no two texts that mean the same and are signed differently.
    """
    try:
        facts = json.loads(text)
        canonical = isinstance(facts, dict) and to_json(facts) == text
    except RecursionError:
        canonical = False
    if not canonical or facts.keys() != names:
        raise ValueError("not in canonical form")
    return dict(facts)


def joined(*parts: str | bytes) -> bytes:
    """All parts, each led by its length (4 bytes): no two rows of parts give the same bytes."""
    encoded = (part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts)
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
