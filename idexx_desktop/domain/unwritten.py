"""Notes that say nothing yet (a template, a dot, "notes to follow"), and notes that say that nobody came.

By structure: a line is empty where nothing is left of it once its heading and what stands for "later" are taken away.
Nobody came where the text is short, says so in any of the usual ways, and tells nothing that is done to a pet.
"""

from __future__ import annotations

import re
from functools import lru_cache

from idexx_desktop.domain.wording import PAUSE, STOP, wording, words

_BLANK = (
    r"(?:\*(?:\s?\*)+|_{2,}|\bx{3,}\b|\[(?:\s*|[^\]\n]{3,30})\]|<[^>\n]{0,30}>|"
    r"\{\{?[^}\n]{0,30}\}?\}|@{2,}|\?{2,})"
)
_BLANKS = re.compile(_BLANK, re.IGNORECASE)
# a heading, as far as a line of a template has one: a few words and a colon
_HEADING = re.compile(r"^[^:\n]{1,40}:(?=\s|$)")
_HEADINGS = words(
    r"(?:s|o|a|p|soap|subjective|objective|assessment|plan|history|hx|exam|examination|physical exam|pe|"
    r"diagnos[ie]s|dx|"
    r"treatments?|tx|medications?|meds|notes?|clinical notes?|discharge(?: instructions| notes?)?|"
    r"chief complaint|"
    r"presenting complaint|recommendations?|follow up|summary|vitals|weight|temperature|problem list|"
    r"problems)"
)
_DOER = r"(?:dr|doctor|vet|dvm|provider|tech|me|we|i|staff)"
_THING = (
    r"(?:notes?|records?|write ?up|writeup|soap|charts?|charting|details?|summary|"
    r"discharge(?: notes?| summary)?|medical record)"
)
_LATER = words(
    rf"(?:{_DOER} |the |full |please |all )*(?:{_THING} )*(?:still |yet |is |are |will |be |to be |to )*"
    r"(?:tbd|tba|tbc|t r|tr|n a|na|none|nil|pending|to (?:follow|come)|follow|come|incomplete|unfinished|"
    r"wip|in progress|later|"
    rf"(?:written|completed?|finished|entered?|added?|typed?|done|filled(?: in| out)?|"
    rf"updated?)(?: {_THING})?)"
    r"(?: up)?(?: (?:later|tonight|tomorrow|today|soon|asap|shortly|by|after|from|when|this|the|evening|"
    r"afternoon|"
    rf"dr|dr \w+)){{0,3}}"
)
_HAPPENED = words(
    r"given|gave|administered|dispens\w*|prescri\w*|exam(?:ined)?|vaccin\w*|rabies|dhpp|fvrcp|weight|temp|"
    r"trimmed|cleaned|"
    r"normal|unremarkable|wnl|bar|healthy|sedat\w*|mg|ml|surg\w*|recovered|diagnos\w*|treat\w*|"
    r"radiograph\w*|x ?rays?|rads|"
    r"blood\w*|labs?|pain|signs?|fractures?|lameness|discharged|seen by|seen dr|start\w*|appl\w+|"
    r"inject\w*|rx|bandage\w*|"
    r"sutures?|doing (?:well|better|ok|okay|great)"
)
_PAST = words(
    r"last|previous\w*|prior|history|before that|earlier|other|another|(?:month|week|year)s? ago|usually|"
    r"often"
)
_WHO = r"(?:o|owners?|clients?|c|pt|patient|pet|they|she|he|family|mom|dad|nobody|no one)"
_STRONG = words(
    rf"no ?shows?|noshow\w*|no ?showed|n s|ns nc|ns|lwbs|left (?:without|before) (?:being |been )?seen|fta|"
    rf"(?:{_WHO} )?(?:did not|didn't|didnt|never|failed to|fail to|has not|hasn't) (?:show(?:ed)?|arrived?|"
    rf"come|came|attend(?:ed)?|"
    rf"turn(?:ed)? up|present)(?: up| in)?(?= (?:[.,/]|for|today|to|at|and|left|lm\w*|this|their|his|her|"
    rf"appt\w*|"
    rf"appointment))|(?:pt|pet|patient) (?:was )?not (?:brought|presented)(?: in)?|nobody came|"
    rf"missed (?:appt|appointment)"
)
_WEAK = words(
    r"(?:will|to|o to|needs? to|called to|wants to|calling to|would like to) (?:r s|rs|reschedule|rebook|"
    r"re ?schedule)|"
    r"resched\w*|rebooked|r s|dna|cancell?ed|cancell?ation"
)
# of what else a text about nobody's coming consists
_AROUND = words(
    rf"{_WHO}|left|message|msg|lm\w*|vm|voicemail|will|to|call\w*|back|for|the|a|by|of|in|on|at|and|up|"
    rf"with|appts?|appointments?|"
    r"today|this|tomorrow|next|week\w*|month|monday|tuesday|wednesday|thursday|friday|morning|afternoon|"
    r"am|pm|ill|sick|"
    r"due|traffic|work|weather|car|x\d|\d+|was|is|has|been|no|not|answer|texted|emailed|text|email|via|"
    r"per|phone|their|his|"
    r"her|visit|fee|charged?|so|as|it|had|needs?|wants?|new|date|time|day|conflict|emergency"
)
_FEW, _MANY = 14, 30  # words of a text that says no more than that nobody came


@lru_cache(maxsize=1024)
def says_nothing(text: str) -> bool:
    """Whether notes are there and say nothing: to be called about, they have to be written first."""
    blanks = len(_BLANKS.findall(text))
    if blanks >= 3 and blanks * 12 >= len(text.split()) and not _says_much(text):
        return True
    return all(_is_empty(line) for line in text.splitlines())


@lru_cache(maxsize=1024)
def nobody_came(text: str) -> str:
    """What in notes says that the visit did not take place, "" where they don't."""
    if len(text) > 400:
        return ""
    read = wording(re.sub(r"(?<=\w)[-/](?=\w)", " ", text))
    count = len(read.starts)
    if count > _MANY or _HAPPENED.search(read.words) or _PAST.search(read.words):
        return ""
    if found := _STRONG.search(read.words):
        return read.excerpt(*found.span())
    found = _WEAK.search(read.words) if count <= _FEW else None
    if found is None:
        return ""
    rest = _AROUND.sub(" ", _AROUND.sub(" ", _WEAK.sub(" ", read.words)))
    return "" if re.search(r"[a-z]", rest) else read.excerpt(*found.span())


def _says_much(text: str) -> bool:
    """Whether lines of a template that is partly filled in say something by themselves."""
    plain = [line for line in text.splitlines() if not _BLANKS.search(line) and not _is_empty(line)]
    return sum(len(line.split()) for line in plain) > 25


def _is_empty(line: str) -> bool:
    said = _BLANKS.sub(" ", line)
    said = _HEADING.sub(" ", said.strip(" \t-•*#>|"))
    read = wording(said.replace("/", " ").replace("-", " ")).words
    if not re.search(r"\w", read):
        return True
    return any(not re.search(r"\w", _emptied(pattern, read)) for pattern in (_LATER, _HEADINGS))


def _emptied(pattern: re.Pattern[str], read: str) -> str:
    """What is left once the pattern is taken out as often as it stands there."""
    return pattern.sub(" ", read.replace(f" {PAUSE} ", " ").replace(f" {STOP} ", " ").join("  "))
