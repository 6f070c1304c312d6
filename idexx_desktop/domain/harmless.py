"""Text from outside, made harmless where it leaves for a screen, a terminal, a printer or a table.

A name may hold what moves a terminal's cursor, turns the direction of reading, or can't be seen at all: then two names
look the same, or a name looks like the program's own words. Here is the one place that knows which signs those are.
What is stored stays as it came; what proves something (hashes, exports, JSON) is never changed.
"""

from __future__ import annotations

import re
import unicodedata

_INSTEAD = "\N{REPLACEMENT CHARACTER}"
_FSI, _PDI = "\u2068", "\u2069"
# as `isprintable` sees it, and beyond that letters and marks that show nothing
_BLANK_LETTERS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef"
)
_BLANK = re.compile(f"[{_BLANK_LETTERS}]")
# of the kind "format", but to be seen: they stand around numbers in Arabic script
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u0890\u0891\u08e2")
_JOINERS = "\u200c\u200d"
_ENDS_LINE = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_MARKS = 4  # on one letter; more climb over the lines around it
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
# from the first letter that is read from the right to the last, as far as nothing but signs stands between
_RUN = re.compile(f"[{_RIGHT_TO_LEFT}](?:[^{_RIGHT_TO_LEFT}\\n\\w]*[{_RIGHT_TO_LEFT}])*")
# what JSON may hold as it is, and a terminal must not get
_ESCAPED = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufeff"
    f"\ufff9-\uffff{_BLANK_LETTERS}\U000e0000-\U000e007f\U000f0000-\U0010ffff\U0001d173-\U0001d17a]"
)


def harmless(text: str) -> str:
    """One line of it: nothing in it acts, and nothing in it hides."""
    if text.isascii() and text.isprintable():
        return text
    return _reduced(_LINE_END.sub(" ", text).replace("\t", " "))


def harmless_lines(text: str) -> str:
    """The same for a text of several lines, which stay."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(
        "\t".join(_reduced(part) for part in line.split("\t"))
        for line in _LINE_END.sub("\n", text).split("\n")
    )


def isolated(text: str) -> str:
    """The same with each part that is read from right to left kept to itself: it doesn't draw in what stands beside it.

    For what shows both directions; signs that do this already are made anew, so that it may be done twice.
    """
    if text.isascii():
        return text
    return _RUN.sub(lambda found: f"{_FSI}{found[0]}{_PDI}", text.replace(_FSI, "").replace(_PDI, ""))


def escaped(document: str) -> str:
    """A JSON document that says the same in signs that no terminal obeys."""
    return _ESCAPED.sub(lambda found: _as_escape(found[0]), document)


def _reduced(line: str) -> str:
    if line.isprintable() and not _BLANK.search(line) and not _has_marks(line):
        return line
    kept: list[str] = []
    marks = 0
    for place, sign in enumerate(line):
        marks = marks + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if marks <= _MARKS:
            kept.append(_one(sign, line, place))
    return "".join(kept)


def _one(sign: str, line: str, place: int) -> str:
    """What is shown of one sign: itself, nothing, or a mark that something was there."""
    if sign in _JOINERS:
        return sign if _joins(line, place) else ""
    if sign in _SEEN or (sign.isprintable() and not _BLANK.match(sign)):
        return sign
    category = unicodedata.category(sign)
    if category == "Zs" or (category == "Cn" and not _is_never_a_sign(sign)):
        return sign  # a space; or newer than this Python, and a font knows it or shows a box
    return "" if category in ("Cf", "Mn", "Lo", "So", "Cn") else _INSTEAD


def _joins(line: str, place: int) -> bool:
    """Whether a joiner stands where it has a meaning: in scripts that need it, and between the parts of an emoji."""
    around = line[place - 1 : place] + line[place + 1 : place + 2]
    return len(around) == 2 and all(
        unicodedata.category(sign)[0] == "S"
        or sign == "\ufe0f"
        or (0x590 < ord(sign) < 0x2000 and sign.isprintable())
        for sign in around
    )


def _is_never_a_sign(sign: str) -> bool:
    code = ord(sign)
    hidden = (range(0xFDD0, 0xFDF0), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000), range(0x2065, 0x2066))
    return code & 0xFFFE == 0xFFFE or any(code in each for each in hidden)


def _has_marks(line: str) -> bool:
    """Whether marks may be piled up: quickly told for almost every text."""
    return not line.isascii() and any(unicodedata.combining(sign) for sign in line)


def _as_escape(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
