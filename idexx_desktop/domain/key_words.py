"""The keys of Neo's answers as words: `isDeceased`, `is_deceased` and `isdeceased` say the same."""

from __future__ import annotations

import re
from functools import lru_cache

ANIMAL = frozenset({"patient", "patients", "pet", "pets", "animal", "animals"})
_LONGEST = 100  # of a key; what is longer is no name that anybody chose
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# words that are written in one, longest first: "dateofdeath", "patientstatus"
_PARTS = (
    "euthanized|euthanised|euthanasia|appointment|consultation|description|deactivated|deceased|discharge|inactive|"
    "archived|provider|patient|calendar|cremated|mobile|client|animal|activity|clinical|diagnosis|diagnoses|summary|"
    "status|active|living|reason|number|notes|death|alive|label|phone|title|alert|state|first|last|name|note|code|text|"
    "type|date|time|dead|died|flag|pet|is|has|was|not|non|of|at|on|id"
)
_RUN_TOGETHER = re.compile(f"(?:{_PARTS})+")
_PART = re.compile(_PARTS)


@lru_cache(maxsize=8192)
def words_in(key: str) -> tuple[str, ...]:
    """Its words in small letters, in their order."""
    words: list[str] = []
    for found in _WORD.findall(key[:_LONGEST]):
        word = found.lower()
        words += _PART.findall(word) if _RUN_TOGETHER.fullmatch(word) else [word]
    return tuple(words)


@lru_cache(maxsize=8192)
def plain_key(key: str) -> str:
    """One spelling for all of a key: its letters in small and its digits, without what stands between words."""
    return "".join(sign for sign in key[:_LONGEST].lower() if sign.isalnum())


def plain_keys(*keys: str) -> frozenset[str]:
    """These keys, each as `plain_key` writes it."""
    return frozenset(map(plain_key, keys))
