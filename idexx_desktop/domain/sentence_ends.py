"""Where the sentences of a text for people end, so that each can be said, and ticked, by itself.

A line is a sentence at least, unless it only goes on in the next one. No word is lost: what is found, in its order,
holds all of them; only the marks of a list are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BULLET = re.compile(r"^\s*(?:[-–—•◦▪●·►✓☐□][-–—•◦▪●·►✓☐□\s]*|\*(?!\*)\s*|>\s*)(?=\S)")
_ORDINAL = re.compile(r"\b(?:am|den|dem|im|ab|bis|zum|vom|der|die|das|jeden|seit)\s+\d{1,2}$", re.IGNORECASE)
# a full stop after these is none: a name, a number or an example follows
_NAMES_FOLLOW = (
    "dr dra drs dre mr mrs ms mx mme mlle sr sra srta sig prof dott dhr mevr hr fr st no nr num núm n nº "
    "approx ca circa ung ungef vs e.g i.e eg ie z.b bzw d.h u.a z.t p.ej ej p.ex ex bv bijv nl vit ref tel "
    "incl inkl excl resp fig mt ave jan feb mar apr jun jul aug sep sept oct nov dec"
)
_GO_ON = frozenset(_NAMES_FOLLOW.split())
# they end a sentence only where a new one begins with a capital letter
_MEASURES = (
    "max min a.m p.m am pm mg ml kg lb lbs oz g mcg iu tsp tbsp hr hrs h wk wks d mo mos yr yrs tab tabs cap "
    "caps tbl tabl "
    "comp cpr cp amp inj p.o s.c i.m i.v b.i.d t.i.d q.i.d s.i.d q.d tgl etc usw ecc"
)
_UNITS = frozenset(_MEASURES.split())
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]")
_OPENING = "\"'“‘([¿¡«"
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘]+$")
_COUNTED = re.compile(r"[\d)½¼¾]\s?(?:[a-z]|hr)$|\w/[a-z]$", re.IGNORECASE)
# what stands for a word that is missing is no less than one
_MISSING = re.compile(r"_{2}|\*{3}|\?{2}|\.{4}")
_WRAPPED = 55  # characters: a shorter line was ended by whoever wrote it


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, line by line, in their order."""
    return [sentence for line in lines_of(text) for sentence in sentences_of_line(line)]


def lines_of(text: str) -> list[str]:
    """The lines that say something, without the marks of lists; one that was only wrapped together with its next."""
    found: list[str] = []
    is_open = False
    for raw in text.splitlines():
        line = " ".join(_BULLET.sub("", raw).split())
        if not any(map(str.isalnum, line)) and not _MISSING.search(line):
            is_open = False
            continue
        if is_open and line[0].islower() and _BULLET.match(raw) is None:
            found[-1] += f" {line}"
        else:
            found.append(line)
        is_open = len(line) >= _WRAPPED and line[-1] not in ".!?:;…"
    return found


def sentences_of_line(line: str) -> Iterator[str]:
    """The sentences of one line."""
    start = 0
    in_small_letters = line[0].islower()
    for mark in _END.finditer(line):
        if _ends(line, start, mark, in_small_letters=in_small_letters):
            yield line[start : mark.end()].strip()
            start = mark.end()
    if rest := line[start:].strip():
        yield rest


def _ends(line: str, start: int, mark: re.Match[str], *, in_small_letters: bool) -> bool:
    after = line[mark.end() :].lstrip().lstrip(_OPENING)[:1]
    if not after or mark[0][0] in "。！？":
        return True
    if "!" in mark[0] or "?" in mark[0]:
        return not (after.islower() and not in_small_letters) and line[mark.end() :].lstrip()[:1] not in ")]"
    word = _LAST_WORD.search(line, start, mark.start())
    last = word[0].casefold() if word else ""
    if mark[0].startswith(".") and not mark[0].startswith(".."):
        is_short = last in _GO_ON or (len(last) == 1 and last.isalpha() and not after.isdigit())
        if is_short and not _COUNTED.search(line, start, mark.start()):
            return False
        before = line[start : mark.start()]
        if last.isdigit() and (" " not in before.strip() or _ORDINAL.search(before)):
            return False  # "1. Give ...", and the German "am 3. Tag"
    if after.islower():
        return in_small_letters and len(last) > 3 and last not in _UNITS and "." not in last
    return not (after.isdigit() and last in _UNITS)
