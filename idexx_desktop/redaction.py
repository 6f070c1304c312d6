"""What must never stand in a line that a person reads or sends: secrets, by their value and by their name.

Whoever comes to hold a secret says so (`keep_out`); whatever leaves for a log or for support goes through `scrub`.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import urllib.parse
from collections import OrderedDict

REMOVED = "[removed]"
_MOST = 512  # values; cookies are renewed all day long, and the oldest of them open nothing any more
_SHORT = 5  # characters; a shorter value counts only as a word of its own, else half of each line would go
_LEAST = 3  # characters; of less there is nothing to hide
_LEAST_ENCODED = 6  # bytes; of less, base64 leaves nothing that can be told from chance
_LOWER_ESCAPE = re.compile(r"%[0-9A-F]{2}")

_NAMES = "passw(?:or)?d|passphrase|pwd|secret|token|cookie|authorization|api[_-]?key|conninfo|dsn"
# a quoted value up to its quote, any other one to the end of the line: what follows may belong to it
_NAMED = re.compile(
    rf"""(?i)([\w.-]*(?:{_NAMES})[\w.-]*["']?\s*[=:]\s*)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\n]+)"""
)
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/?#]*@")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class _Secrets:
    """The values known to this process, in every form in which a library may write them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._longest_first: tuple[str, ...] | None = ()

    def add(self, value: str) -> None:
        """Know a value from now on; of too many the one that was named longest ago is forgotten."""
        with self._lock:
            if value in self._forms:
                self._forms.move_to_end(value)
                return
            self._forms[value] = forms_of(value)
            if len(self._forms) > _MOST:
                self._forms.popitem(last=False)
            self._longest_first = None

    def forms(self) -> tuple[str, ...]:
        """All of them, the longest first: a secret may be a part of another one."""
        with self._lock:
            if self._longest_first is None:
                every = {form for forms in self._forms.values() for form in forms}
                self._longest_first = tuple(sorted(every, key=len, reverse=True))
            return self._longest_first


_secrets = _Secrets()


def keep_out(*secrets: str | None) -> None:
    """From now on these values are cut out of every line, in every common encoding."""
    for secret in secrets:
        if secret and len(secret) >= _LEAST and not secret.isspace():
            _secrets.add(secret)


def scrub(text: str) -> str:
    """The text without any known secret, without what a name such as `password=` announces, and without addresses."""
    for form in _secrets.forms():
        if form in text:
            text = text.replace(form, REMOVED) if len(form) >= _SHORT else _without_word(form, text)
    text = _IN_ADDRESS.sub(f"{REMOVED}@", text)
    text = _NAMED.sub(rf"\1'{REMOVED}'", text)
    return _EMAIL.sub(REMOVED, text)


def forms_of(secret: str) -> tuple[str, ...]:
    """The value as it is, and as encoders write it: in JSON, in Python, in an address, in base64, in hexadecimal."""
    quoted = {urllib.parse.quote(secret, safe=safe, errors="replace") for safe in ("", "/")}
    quoted.add(urllib.parse.quote_plus(secret, errors="replace"))
    quoted |= {_LOWER_ESCAPE.sub(lambda escape: escape.group().lower(), form) for form in quoted}
    written = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    raw = secret.encode("utf-8", "surrogatepass")
    encoded = encoded_forms(raw) if len(raw) >= _LEAST_ENCODED else set()
    return tuple({secret, *quoted, *written, *encoded})


def encoded_forms(raw: bytes) -> set[str]:
    """In hexadecimal, and in base64 wherever in a longer text it begins."""
    return {raw.hex(), *_base64_of(raw)}


def _base64_of(raw: bytes) -> set[str]:
    """What a value is inside of a longer text in base64, where it may begin anywhere in a group of three bytes."""
    forms = set()
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        inner = whole[(0, 2, 3)[shift] : len(whole) - 1]
        forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    return forms


def _without_word(word: str, text: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", REMOVED, text)
