"""Text as the reader takes it: one way of writing each word, and the sentences of a note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# the signs that people set for a pet that is gone are words, too
_WORD = re.compile(r"[^\W_]+|[+†✝\U0001F308\u2764\U0001F47C\U0001F54A]")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .]){2,}[^\W\d_](?![^\W_])\.?")
_DIGIT = re.compile(r"\d")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+|\s+[-*]+\s+")
_SHORTEST_NAME = 3
PET = "petname"


def plain(text: str) -> str:
    """Lower case without accents, each digit a 0, and letters that stand apart ("d e a d", "D.O.A.") together."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(sign for sign in apart if not unicodedata.combining(sign))
    joined = _SPACED.sub(lambda found: re.sub(r"[ .]", "", found[0]), text.casefold())
    return _DIGIT.sub("0", joined)


def without_name(text: str, name: str) -> str:
    """A plain text in which the pet is called the same in all records: its name is no evidence."""
    name = plain(name).strip()
    if len(name) < _SHORTEST_NAME or name not in text:
        return text
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", PET, text)


def words(text: str) -> list[str]:
    """The words of a plain text, in order."""
    return _WORD.findall(text)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences and lines of a text begin and end; those without a word are left out."""
    start = 0
    for mark in _SENTENCE_ENDS.finditer(text):
        if _WORD.search(text, start, mark.start()):
            yield start, mark.start()
        start = mark.end()
    if _WORD.search(text, start):
        yield start, len(text)
