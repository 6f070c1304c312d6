"""A short sign of everything that a value holds: equal signs mean that nothing changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import is_dataclass


def digest(value: object) -> str:
    """SHA-256 (hex) of a dataclass and of those in it, whatever the order of their fields."""
    # `asdict` would copy everything first, which takes longer than the rest
    text = json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return str(value)
