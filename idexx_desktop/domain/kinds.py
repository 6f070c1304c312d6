"""What kind of visit it was, and what Neo's free texts of status mean."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from idexx_desktop.domain.sign_phrases import EUTHANASIA
from idexx_desktop.domain.visits import Visit, VisitKind
from idexx_desktop.domain.wording import wording, words

KIND_LABELS: dict[VisitKind, str] = {
    VisitKind.SURGERY: "Surgery",
    VisitKind.DENTAL: "Dental",
    VisitKind.EMERGENCY: "Emergency",
    VisitKind.SICK_VISIT: "Sick visit",
    VisitKind.WELLNESS: "Wellness",
    VisitKind.VACCINATION: "Vaccination",
    VisitKind.FOLLOW_UP: "Follow-up",
    VisitKind.GENERAL: "General",
    VisitKind.END_OF_LIFE: "End of life",
}

# in this order: a "recheck after dental" is a follow-up, an "emergency, vomiting" an emergency
_KIND_WORDS: tuple[tuple[VisitKind, re.Pattern[str]], ...] = tuple(
    (kind, words(pattern))
    for kind, pattern in (
        (
            VisitKind.END_OF_LIFE,
            rf"{EUTHANASIA}|end of life|eol|quality of life|qol|hospice|put to sleep|pts|cremation|deceased|doa",
        ),
        (
            VisitKind.FOLLOW_UP,
            r"rechecks?|re check|follow ?ups?|follow up|progress (?:exam|check|visit)|post ?op\w*|post (?:op|operative|"
            r"surgical)|suture removal|remove sutures|suture check|bandage change|med(?:ication)? check|tech recheck",
        ),
        (
            VisitKind.EMERGENCY,
            r"emergenc\w*|urgent|emerg|er|hbc|hit by car|critical|stat|toxin|bloat|gdv|seizing|trauma",
        ),
        (
            VisitKind.DENTAL,
            r"dental\w*|dentistry|teeth cleaning|tooth|cohat|coha|prophy|extractions?|scale and polish",
        ),
        (
            VisitKind.SURGERY,
            r"surg\w*|spay\w*|neuter\w*|castrat\w*|ovariohysterectomy|ohe|ovh|mass removal|lump removal|tplo|fho|"
            r"cystotomy|amputation|enucleation|mastectomy|gastropexy|hernia repair|operation|procedure",
        ),
        (
            VisitKind.VACCINATION,
            r"vacc\w*|vax|boosters?|rabies|da2pp|dhpp|dhlpp|fvrcp|felv|bordetella|lepto\w*|shots?|jabs?|"
            r"(?:puppy|kitten) series",
        ),
        (
            VisitKind.WELLNESS,
            r"wellness|annual\w*|well visit|well pet|well exam|check ?up|health check|yearly|preventi\w*|"
            r"(?:puppy|kitten|senior|new|first) (?:visit|exam|check|pet|puppy|kitten)|physical",
        ),
        (
            VisitKind.SICK_VISIT,
            r"sick|ill|illness|ill ?pet|vomit\w*|v d|diarrh\w*|itch\w*|limp\w*|lame\w*|cough\w*|sneez\w*|ears?|eyes?|"
            r"skin|rash|allerg\w*|not eating|inappetence|anorexi\w*|letharg\w*|pain\w*|lumps?|mass|masses|urin\w*|uti|"
            r"straining|blood|bleed\w*|wound|laceration|infection|hot spot|seizures?|weight loss|adr|fever|swelling|"
            r"swollen|drinking|breathing|abscess|scratching|hurt|injur\w*|bite|ate|ingest\w*|dermat\w*",
        ),
    )
)


def classify(visit: Visit) -> VisitKind:
    """The kind, by the words of type, then title, then reason; `GENERAL` where none of them says more."""
    texts: list[str] = []
    for appointment in visit.appointments:
        texts += (appointment.type_description, appointment.title, appointment.reason)
    if visit.consultation:
        texts.append(visit.consultation.reason)
    read = [wording(text, visit.patient_name).words for text in texts if text]
    end_of_life = _KIND_WORDS[0][1]
    if any(end_of_life.search(text) for text in read):
        return VisitKind.END_OF_LIFE
    return next((kind for text in read if (kind := _kind_of(text)) is not None), VisitKind.GENERAL)


def kind_in(name: str) -> VisitKind:
    """What the words of a type alone say."""
    return _kind_of(wording(name).words) or VisitKind.GENERAL


def _kind_of(read: str) -> VisitKind | None:
    return next((kind for kind, pattern in _KIND_WORDS if pattern.search(read)), None)


def kind_words(kind: str) -> str:
    """A stored kind in words; one of another program as it is."""
    return KIND_LABELS[VisitKind(kind)] if kind in set(VisitKind) else kind


def kind_label(visit: Visit) -> str:
    """The kind as the practice itself calls it: its own type of appointment, else our word."""
    own = " ".join(visit.appointment.type_description.split()) if visit.appointment else ""
    return own or KIND_LABELS[classify(visit)]


class NeoStatus(StrEnum):
    """The classes of Neo's free texts of status (NEO.md sections 2 and 3)."""

    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    IN_PROGRESS = "in_progress"
    READY = "ready"
    COMPLETED = "completed"
    DRAFT = "draft"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    VOIDED = "voided"
    PREPAYMENT = "prepayment"
    COUNTER_SALE = "counter_sale"
    NONE = "none"
    UNKNOWN = "unknown"


# in this order: "not confirmed" is scheduled, "cancelled by client, was confirmed" is cancelled
_STATUS_WORDS: tuple[tuple[NeoStatus, re.Pattern[str]], ...] = tuple(
    (status, words(pattern))
    for status, pattern in (
        (NeoStatus.VOIDED, r"void(?:ed)?|deleted|reversed"),
        (
            NeoStatus.NO_SHOW,
            r"no ?shows?|noshow|did not (?:show|attend|arrive)|didn't show|dna|missed(?: appointment)?",
        ),
        (NeoStatus.CANCELLED, r"cancel(?:l?ed|lation|ation)?|canceled|withdrawn"),
        (NeoStatus.PREPAYMENT, r"unallocated(?: credit)?|pre ?payment|pre ?paid|deposit|credit(?! card)"),
        (
            NeoStatus.COUNTER_SALE,
            r"counter ?sales?|otc(?: sale)?|over the counter|retail(?: sale)?|direct sale",
        ),
        (NeoStatus.DRAFT, r"drafts?"),
        (
            NeoStatus.SCHEDULED,
            r"not confirmed|unconfirmed|(?:re)?scheduled|booked|pending|requested|new|"
            r"not (?:arrived|started|checked in)",
        ),
        (
            NeoStatus.IN_PROGRESS,
            r"in ?progress|started|in (?:room|exam|surgery|treatment|consult\w*)|with (?:vet|doctor|dr|tech)|"
            r"incomplete|ready for (?:vet|doctor|dr|exam|tech\w*|surgery|room)|"
            r"not (?:completed?|finali[sz]ed|finished|done|seen)",
        ),
        (
            NeoStatus.READY,
            r"ready(?: (?:to|for) (?:pay|payment|checkout|check out|pick ?up|discharge|go home))?",
        ),
        (
            NeoStatus.COMPLETED,
            r"completed?|paid|un ?paid|not paid|part(?:ly|ially)? ?paid|finali[sz]ed|discharged|done|finished|closed|"
            r"invoiced|checked ?out|seen|departed",
        ),
        (NeoStatus.CHECKED_IN, r"checked ?in|check ?in|arrived|waiting(?: room)?|here"),
        (NeoStatus.CONFIRMED, r"confirmed|reminded"),
    )
)


@lru_cache(maxsize=1000)
def neo_status(text: str) -> NeoStatus:
    """The class of a status as Neo shows it, whatever its case, spaces and hyphens."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text)  # "CheckedIn", "no_show"
    read = wording(split.replace("-", " ")).words
    if not re.search(r"\w", read):
        return NeoStatus.NONE
    return next((status for status, pattern in _STATUS_WORDS if pattern.search(read)), NeoStatus.UNKNOWN)


_CASE_STATUS: dict[NeoStatus, str] = {
    NeoStatus.SCHEDULED: "draft",
    NeoStatus.CONFIRMED: "draft",
    NeoStatus.DRAFT: "draft",
    NeoStatus.CHECKED_IN: "ongoing",
    NeoStatus.IN_PROGRESS: "ongoing",
    NeoStatus.READY: "ongoing",
    NeoStatus.COMPLETED: "completed",
    NeoStatus.CANCELLED: "reviewed",
    NeoStatus.NO_SHOW: "reviewed",
    NeoStatus.VOIDED: "reviewed",
    NeoStatus.PREPAYMENT: "reviewed",
    NeoStatus.COUNTER_SALE: "reviewed",
}


def case_status(visit: Visit) -> str:
    """draft, ongoing, completed or reviewed, for the clinic's `cases` (HOST_TABLES.md)."""
    status = neo_status(visit.status)
    if status in _CASE_STATUS:
        return _CASE_STATUS[status]
    return "completed" if visit.has_notes else "draft"
