"""Free text as words with marks between them, so that a phrase is looked for in words and never in bare letters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

# Marks that stand in the normalized text as words of their own. A phrase never runs across STOP or PAUSE; it may
# run across LINE (a line of notes can break anywhere), but a negation never does.
STOP, PAUSE, LINE = ".", ",", "/"
_EDGE = f" {STOP} "  # a text begins and ends like a sentence

_WORD_OR_MARK = re.compile(
    r"""
    (?P<word> (?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)             # D.O.A. is one word
            | [^\W_]+(?:['’`´][^\W_]+)* )                   # as is didn't
    | (?P<line> \n+ )
    | (?P<stop> [.!?;:•·…]+ )
    | (?P<pause> [,()\[\]{}/\\|<>=] | [–—] | (?<=\s)-+(?=\s) )
    | (?P<and> & )
    """,
    re.VERBOSE,
)
_LONGEST_KEPT = 2_000
_APOSTROPHE = re.compile(r"['’`´]")


WORD_BEGINS = "(?<= )"
# one word border inside a phrase; a line of notes may break there
_BORDER = "(?: / | )"


def words(pattern: str) -> re.Pattern[str]:
    """A pattern of whole words, to be searched in `Wording.words`."""
    return re.compile(f"{WORD_BEGINS}(?:{any_word(pattern).replace(' ', _BORDER)})(?= )")


def any_word(pattern: str) -> str:
    """`\\w+` shall match "patient's" and "didn't", too."""
    return pattern.replace(r"\w+", r"[\w']+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text twice: `original` (cleaned of what cannot be seen), and `words`, in small letters with marks.

    `starts` and `ends` give for each word its place in `words`, `spans` that in `original`.
    """

    original: str
    words: str
    starts: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def excerpt(self, start: int, end: int, limit: int = 80) -> str:
        """What stands in the original around words[start:end], `limit` characters at most."""
        first = self.spans[bisect_right(self.starts, start) - 1][0]
        last = self.spans[bisect_right(self.starts, end - 1) - 1][1]
        return excerpt(self.original, first, last, limit)

    def written(self, start: int, end: int) -> str:
        """words[start:end] as it stands in the original."""
        first = self.spans[bisect_right(self.starts, start) - 1][0]
        return self.original[first : self.spans[bisect_right(self.starts, end - 1) - 1][1]]

    def in_capitals(self, start: int) -> bool:
        """Whether the word at words[start] is written in capital letters."""
        first, last = self.spans[bisect_right(self.starts, start) - 1]
        return self.original[first:last].isupper()


def wording(text: str, pet: str = "") -> Wording:
    """Split a text into words and marks. Accents, letter forms and invisible characters make no difference.

    Where `pet`, the pet's name, is given, the text says "patient" instead of it.
    """
    # each rule reads the same texts; a long one is rare, and not worth its room
    return _split_once(text, pet) if len(text) <= _LONGEST_KEPT else _split(text, pet)


def _split(text: str, pet: str) -> Wording:
    original = text if text.isascii() else _visible(text)
    matches = list(_WORD_OR_MARK.finditer(original))
    parts = [_plain(match) for match in matches]
    if pet:
        _call_it_patient(parts, _words_of(pet))
    starts: list[int] = []
    place = len(_EDGE)
    for part in parts:
        starts.append(place)
        place += len(part) + 1
    spans = tuple(match.span() for match in matches)
    return Wording(original, f"{_EDGE}{' '.join(parts)}{_EDGE}", tuple(starts), spans)


_split_once = lru_cache(maxsize=1024)(_split)


def mentions(text: Wording, pet: str) -> bool:
    """Whether the pet's name may stand in the text: without it both readings of the text are the same."""
    name = " ".join(_words_of(pet))
    return bool(name) and name in text.words


@lru_cache(maxsize=100)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(wording(name).words.split()[1:-1])


def _visible(text: str) -> str:
    """One form for each letter, and nothing that cannot be seen; ASCII has neither other forms nor the like."""
    return "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in ("Cf", "Cs")
    )


def excerpt(text: str, start: int, end: int, limit: int = 80) -> str:
    """text[start:end] with what fits around it, on one line, with an ellipsis where something is left out."""
    room = max(0, limit - 2 - (end - start))
    first = max(0, start - room // 2)
    last = min(len(text), max(end, first + limit - 2))
    if first > 0:
        first = min(start, _next_word(text, first))
    cut = " ".join(text[first:last].split())
    before, after = "…" if text[:first].strip() else "", "…" if text[last:].strip() else ""
    return before + cut[: limit - 2].rstrip() + after


def _next_word(text: str, place: int) -> int:
    """The start of the first whole word at or after `place`, at most 15 characters away."""
    if text[place - 1].isspace():
        return place
    gap = re.search(r"\s", text[place : place + 15])
    return place + gap.end() if gap else place


def _call_it_patient(parts: list[str], name: tuple[str, ...]) -> None:
    """Replace the name, and the name with a possessive 's, in place; every word keeps its position."""
    size = len(name)
    if not size:
        return
    for first in range(len(parts) - size + 1):
        *front, last = parts[first : first + size]
        if tuple(front) == name[:-1] and last in (name[-1], f"{name[-1]}'s"):
            ending = "'s" if last != name[-1] else ""
            parts[first : first + size] = ["patient"] * (size - 1) + [f"patient{ending}"]


def _plain(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "word":
        return _plain_word(match[0])
    if kind == "line":
        return LINE
    if kind == "stop":
        return STOP
    return "and" if kind == "and" else PAUSE


@lru_cache(maxsize=10_000)
def _plain_word(word: str) -> str:
    """In small letters without accents; the same few words make up most notes."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _APOSTROPHE.sub("'", letters).replace(".", "")
