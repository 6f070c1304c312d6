"""Whether an address, a header or a body gives the typed password away, in one of the ways that scripts write it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, unquote_plus

from idexx_desktop.redaction import encoded_forms, forms_of

_LEAST = (
    5  # characters; a shorter password counts only as a word of its own, else half of all addresses had it
)
_LEAST_ENCODED = 4  # characters or bytes; of less, an encoder leaves nothing that can be told from chance
_SEPARATORS = (":", "-", " ", ",", ".")
_ROUNDS = 3  # how often an address may have been encoded over again
_NO_WORD = re.compile(r"[\W_]+")


class TypedSecret:
    """The password of one sign-in. Never complete against a script that hides it on purpose: that the browser
    reaches one site only is what holds there.
    """

    def __init__(self, secret: str) -> None:
        self._short = secret if len(secret) < _LEAST else ""
        forms = {form.casefold() for form in _forms(secret)} if secret else set()
        self._forms = {form for form in forms if len(form) >= _LEAST}

    def is_in(self, text: str) -> bool:
        """Whether the text holds the secret, as it is or encoded."""
        if not (self._forms or self._short):
            return False
        for reading in _readings(text):
            folded = reading.casefold()
            if any(form in folded for form in self._forms):
                return True
            if self._short and _is_word(self._short, reading):
                return True
        return False


def _forms(secret: str) -> Iterator[str]:
    """What to look for. Case doesn't matter: an address and a host name may change it."""
    for plain in (secret, secret[::-1]):
        yield from forms_of(plain)
        if len(plain) < _LEAST_ENCODED:
            continue
        for raw in _bytes_of(plain):
            yield from encoded_forms(raw)
            yield from (raw.hex(separator) for separator in _SEPARATORS)
            yield base64.b32encode(raw).decode().rstrip("=")[:-1]
        for separator in _SEPARATORS:
            yield separator.join(str(ord(character)) for character in plain)
            yield separator.join(plain)


def _bytes_of(text: str) -> Iterator[bytes]:
    """As programs of this world and scripts of a page turn a text into bytes; also one that was quoted before."""
    yield text.encode("utf-8", "surrogatepass")
    yield text.encode("utf-16-le", "surrogatepass")
    yield quote(text, safe="", errors="replace").encode("ascii")
    if all(ord(character) < 256 for character in text):
        yield text.encode("latin-1")


def _readings(text: str) -> Iterator[str]:
    """The text as it is, and with its percent signs taken back, as often as there are any."""
    yield text
    if "+" in text:
        yield unquote_plus(text)
    for _ in range(_ROUNDS):
        decoded = unquote(text)
        if decoded == text:
            return
        yield decoded
        text = decoded


def _is_word(word: str, text: str) -> bool:
    """Whether a short secret stands alone as a value: `?p=no`, not `/notes`."""
    if word in _NO_WORD.split(text):
        return True
    return bool(_NO_WORD.search(word)) and word in text
