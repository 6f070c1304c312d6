"""Free text as words with marks between them, so that a phrase is looked for in words and never in bare letters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

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

    def in_capitals(self, start: int) -> bool:
        """Whether the word at words[start] is written in capital letters."""
        first, last = self.spans[bisect_right(self.starts, start) - 1]
        return self.original[first:last].isupper()


def wording(text: str, pet: str = "") -> Wording:
    """Split a text into words and marks. Accents, letter forms and invisible characters make no difference.

    Where `pet`, the pet's name, is given, the text says "patient" instead of it.
    """
    original = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in ("Cf", "Cs")
    )
    matches = list(_WORD_OR_MARK.finditer(original))
    parts = [_plain(match) for match in matches]
    if pet:
        _call_it_patient(parts, wording(pet).words.split()[1:-1])
    starts: list[int] = []
    place = len(_EDGE)
    for part in parts:
        starts.append(place)
        place += len(part) + 1
    spans = tuple(match.span() for match in matches)
    return Wording(original, f"{_EDGE}{' '.join(parts)}{_EDGE}", tuple(starts), spans)


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


def _call_it_patient(parts: list[str], name: list[str]) -> None:
    """Replace the name, and the name with a possessive 's, in place; every word keeps its position."""
    size = len(name)
    if not size:
        return
    for first in range(len(parts) - size + 1):
        *front, last = parts[first : first + size]
        if front == name[:-1] and last in (name[-1], f"{name[-1]}'s"):
            ending = "'s" if last != name[-1] else ""
            parts[first : first + size] = ["patient"] * (size - 1) + [f"patient{ending}"]


def _plain(match: re.Match[str]) -> str:
    if match["word"]:
        decomposed = unicodedata.normalize("NFKD", match["word"].casefold())
        letters = "".join(char for char in decomposed if not unicodedata.combining(char))
        return re.sub(r"['’`´]", "'", letters).replace(".", "")
    if match["line"]:
        return LINE
    if match["stop"]:
        return STOP
    return "and" if match["and"] else PAUSE
