"""What a call has to say, out of the text that Neo has for it: the owner's own words, sentence by sentence.

Three things come out of a text, and between them no word of it is lost. What is said first is what was written for the
owner; then what is normal and when to call, drawn from the same text; what was written by a vet for vets (S, O, A, P
and the like) is put aside as notes. A sentence with a gap in it, or one that sells something, is marked: ask first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from idexx_desktop.domain.headings import Writer, begins_with, is_shorthand, speaks_to_owner, writer_of
from idexx_desktop.domain.sentence_ends import lines_of, sentences_of_line
from idexx_desktop.domain.telling_phrases import goes_on_from_before, has_gap, sells, tells_when_to_call
from idexx_desktop.domain.visits import Visit


class Ask(StrEnum):
    """Why somebody has to ask before a sentence is said."""

    GAP = "gap"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence to say. `heading`: it stands above others and is no sentence itself."""

    text: str
    ask: Ask | None = None
    heading: bool = False


@dataclass(frozen=True, slots=True)
class WhatToSay:
    """The parts of a text: `first` and `when_to_call` are said, in this order, `aside` is the vet's."""

    first: tuple[Said, ...] = ()
    when_to_call: tuple[Said, ...] = ()
    aside: str = ""

    @property
    def sentences(self) -> tuple[Said, ...]:
        """Everything that can be said, and ticked, in its order."""
        return tuple(each for each in (*self.first, *self.when_to_call) if not each.heading)

    @property
    def text(self) -> str:
        """What is said, as one text; "" where nothing was written for the owner."""
        return "\n".join(each.text for each in (*self.first, *self.when_to_call))


@dataclass(frozen=True, slots=True)
class VisitNotes:
    """What vets wrote about the visit of a pet, beside what was written for the owner; "" for nothing."""

    pet_name: str
    text: str


def vets_notes(visit: Visit | None, kept: str) -> str:
    """The notes of a visit: all of its texts but the one for the owner. `kept`: the text that its call is about.

    Where what was read of the visit isn't kept any more (None), the kept text is all there is.
    """
    page = visit.consultation if visit else None
    texts = [page.consultation_notes, page.notes] if page else []
    if visit and visit.summary and not any(texts):
        texts.append(visit.summary.clinical_notes)
    is_owners = visit is not None and page is not None and kept == page.discharge_summary
    texts.append(what_to_say(kept, from_notes=False).aside if is_owners else kept)
    return "\n\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))


@lru_cache(maxsize=512)
def what_to_say(text: str, *, from_notes: bool | None = None) -> WhatToSay:
    """The parts of a text. `from_notes`: whether it is known to be the vet's notes; None where it isn't known.

    Of notes only what stands under a heading for the owner is said, of a discharge summary all but what stands under
    the headings of a vet's record.
    """
    lines = lines_of(text)
    if from_notes is None:
        from_notes = is_shorthand(text)
    owners, aside = _apart(lines, Writer.VET if from_notes else Writer.OWNER)
    first, when = _in_order(owners)
    return WhatToSay(first, when, "\n".join(aside))


def is_from_notes(text: str, discharge: str, notes: str) -> bool:
    """Whether the text of a visit was written for vets: it isn't the discharge summary.

    Nor what was written, plainly and to the owner, in Neo's other field beside `notes` that hold a vet's record.
    """
    beside = bool(notes) and notes != text and is_shorthand(notes)
    return bool(text) and text != discharge and not (beside and speaks_to_owner(text))


def for_the_owner(text: str) -> str:
    """What of a text a calling system is given: the owner's part where it has a vet's, else all of it, as it is."""
    found = what_to_say(text, from_notes=False)
    return found.text if found.aside and found.sentences else text


def _apart(lines: list[str], usual: Writer) -> tuple[list[str], list[str]]:
    """The owner's lines and the vet's: a heading tells for whom the lines below it were written."""
    owners: list[str] = []
    aside: list[str] = []
    writer = usual
    headings = [begins_with(line) for line in lines]
    in_record = any(heading and heading.is_vets for heading in headings)
    for line, heading in zip(lines, headings, strict=True):
        if heading is not None:
            writer = writer_of(heading, writer, in_record=in_record) or usual
        (owners if writer is Writer.OWNER else aside).append(line)
    return owners, aside


def _in_order(lines: list[str]) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    first: list[Said] = []
    when: list[Said] = []
    below: list[Said] = first
    for line in lines:
        heading = begins_with(line)
        if heading is not None:
            below = when if tells_when_to_call(heading.words, as_heading=True) else first
            if heading.stands_alone:
                below.append(Said(line.strip("#*=_ "), heading=True))
                continue
        for sentence in sentences_of_line(line):
            here = when if below is when or tells_when_to_call(sentence) else first
            if (
                here is when
                and below is first
                and goes_on_from_before(sentence)
                and first
                and not first[-1].heading
            ):
                when.append(first.pop())
            here.append(Said(sentence, _ask(sentence)))
    return tuple(first), tuple(when)


def _ask(sentence: str) -> Ask | None:
    if has_gap(sentence):
        return Ask.GAP
    return Ask.OFFER if sells(sentence) else None
