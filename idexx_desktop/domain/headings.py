"""Headings in a visit's text: for whom the lines below them were written, the owner or another vet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_LONGEST = 6  # words of a heading
_DASH = r"\s[-–—](?:\s|$)"
_HEADING = re.compile(rf"^(?P<words>[^\W\d_][^:\n.!?]{{0,60}}?)\s*(?::|{_DASH})(?P<rest>.*)$")
_MARKED = re.compile(r"^[#=*_~\s]*(?P<words>[^#=*_~:\n]{2,60}?)[#=*_~\s]*:?$")
_LETTER = re.compile(r"^(?P<words>[SOAP])\s*(?:[:)/=.]|-(?=\s)|[–—])\s*(?P<rest>.*)$")
_INLINE = re.compile(r"(?<![\w.])([SOAP])\s*[:)/]\s")

# these are a vet's in whatever text they stand
_RECORD = re.compile(
    r"^(?:s|o|a|p|soap|subjective|objective|assessment|subj|obj|hx|hpi|history of present illness|signalment|pe|ddx|"
    r"tpr|vitals|vital signs|physical exam(?:ination)?|exam(?:ination)? findings|master problem list|problem list|"
    r"differentials?|differential diagnos[ie]s|cv|resp|eent|gi|ms|neuro|integ|u/?g|gu|ln|internal(?: notes?)?|"
    r"(?:clinical|medical|vet(?:'s)?|doctor(?:'s)?|staff|tech(?:nician)?) notes?|for staff|"
    r"anamnese|anamnesis|anamn[eè]se|anamnesi|befund(?:e)?|klinische untersuchung|epikrise|"
    r"examen clinique|commémoratifs|esame obiettivo|eog|exploraci[oó]n(?: f[ií]sica)?|examen f[ií]sico|"
    r"exame f[ií]sico|lichamelijk onderzoek|klinisch onderzoek|subjektiv|objektiv|subjectief|objectief|subjetivo|"
    r"objetivo|subjectif|objectif|soggettivo|oggettivo)$",
    re.IGNORECASE,
)
# these are a vet's beside those, and may stand in an owner's text, too
_EITHER = re.compile(
    r"^(?:plan|dx|tx|rx|diagnos[ie]s|diagnoses|treatments?|therapy|findings|history|exam(?:ination)?|labs?|bloodwork|"
    r"diagnostics|results|procedure|presenting complaint|chief complaint|cc|pc|reason for visit|prognosis|comments?|"
    r"diagnose|therapie|behandlung|beurteilung|diagn[oó]stico|tratamiento|tratamento|plano|evaluaci[oó]n|"
    r"diagnostic|traitement|diagnosi|terapia|piano|valutazione|behandeling|evaluatie|problemen?)$",
    re.IGNORECASE,
)
_OWNERS = re.compile(
    r"\b(?:discharge|going home|go home|at home|home care|homecare|aftercare|after care|owners?|clients?|instructions?|"
    r"what to expect|when to call|call us|entlass\w*|zu ?hause|daheim|besitzer\w*|halter\w*|hinweise|anweisung\w*|"
    r"casa|instrucciones|propietari[oa]s?|due[nñ][oa]s?|alta|consignes|maison|propri[eé]taires?|conseils|sortie|"
    r"istruzioni|proprietari[oa]?|dimissione|consigli|thuis|eigena\w+|ontslag|instructies|adviezen|"
    r"instru[cç][oõ]es|tutor(?:es)?|cuidados)\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"(?<![\w/])(?:b\.?a\.?r\.?|q\.?a\.?r\.?|wnl|nsf|nad|mm|crt|bcs|pcv|bun|alt|alp|usg|cbc|chem|rads?|hr|rr|tpr|temp|wt|"
    r"dx|ddx|hx|tx|rx|fx|sx|px|bx|fna|iv|im|sq|sc|po|bid|sid|tid|qid|eod|prn|q\d+h?|r/o|c/s/v/d|v/d|pu/pd|pupd|fs|mn|"
    r"mc|fn|dsh|dlh|pt|o|ow|cl|p|w/|c/o|s/p|a/p|u/s|aus|ecg|echo|ga|iso|nsaids?|abx|ivft|lrs|ns|rtn|rpt|od|os|ou|ad|"
    r"as|au|lns?|pln|abd|palp|resp|neuro|nl|nml|dvm|rvt|cvt|obb|adspc|ob|mgg|kgw|ntm|ch|ef|fc|fr|tllc|efg|eg|eog|tr|"
    r"fcf|ekg|\+{1,3}|\d+/\d+|t ?\d{2,3}[.,]?\d?|\d+(?:[.,]\d+)? ?(?:mg|mcg|ml|cc|kg|lb|bpm|cm|mm))(?![\w/])",
    re.IGNORECASE,
)
_TO_OWNER = re.compile(
    r"\b(?:you|your|yours|please|thank|call us|ring us|let us|contact us|"
    r"sie|ihr|ihre[mnrs]?|bitte|uns|usted|su|sus|por favor|ll[aá]me\w*|llamar|vous|votre|vos|merci|veuillez|"
    r"lei|suo|sua|suoi|per favore|u|uw|alstublieft|graag|bel|você|seu|sua|ligue|keep|give|feed|use|watch|"
    r"give|offer|avoid|bring|finish|geben|donner|donnez|dar|dare|geef|mantenga|gardez)\b",
    re.IGNORECASE,
)
# whoever writes of the owner doesn't write to them
_OF_OWNER = re.compile(
    r"(?<!dear )\b(?:owners?|o|ow|cl|clients?|pt|patient|bes\.?|besitzer\w*|prop(?:io|ri[eé]taire)?s?|"
    r"due[nñ][oa]s?|tutor(?:a|es)?|eig(?:enaar)?)\b",
    re.IGNORECASE,
)
_SHARE = 0.16  # of the words of a text that no owner was to read


class Writer(Enum):
    """For whom lines were written."""

    OWNER = "owner"
    VET = "vet"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a line begins with. `stands_alone`: nothing follows in the line."""

    words: str
    stands_alone: bool

    @property
    def is_vets(self) -> bool:
        """Whether it is one of a vet's record, in whatever text."""
        return bool(_RECORD.match(self.words))


def begins_with(line: str) -> Heading | None:
    """The heading that a line is, or begins with."""
    letter = _LETTER.match(line)
    if letter and (len(line) < 2 or line[1] != "." or " " not in letter["rest"][:1]):
        return Heading(letter["words"], not letter["rest"].strip())
    found = _HEADING.match(line)
    if found and len(found["words"].split()) <= _LONGEST:
        return Heading(found["words"].strip(" *#_"), not found["rest"].strip(" *#_"))
    bare = _MARKED.match(line)
    if bare and (_is_marked(line) or _RECORD.match(bare["words"].strip())):
        return Heading(bare["words"].strip(), stands_alone=True)
    return None


def writer_of(heading: Heading, before: Writer, *, in_record: bool) -> Writer | None:
    """For whom the lines below it are; None where it doesn't tell, and what is usual in the text holds."""
    if heading.is_vets:
        return Writer.VET
    if _OWNERS.search(heading.words):
        return Writer.OWNER
    if _EITHER.match(heading.words):
        return before if before is Writer.OWNER or not in_record else Writer.VET
    return before


def is_shorthand(text: str) -> bool:
    """Whether a text was written by a vet for vets: with the letters of a record, or in its abbreviations."""
    letters = list(dict.fromkeys(_INLINE.findall(text)))
    if len(letters) >= 3 or letters[:2] in (["S", "O"], ["O", "A"]):
        return True
    heads = [heading for line in text.splitlines() if (heading := begins_with(line.strip()))]
    if len({heading.words.casefold() for heading in heads if heading.is_vets}) >= 2:
        return True
    short = len(_SHORT.findall(text))
    told = len(_TO_OWNER.findall(text))
    return short - 2 * told >= 2 and short >= _SHARE * len(text.split())


def speaks_to_owner(text: str) -> bool:
    """Whether a text is plain, and turned to the owner."""
    return not is_shorthand(text) and bool(_TO_OWNER.search(text)) and not _OF_OWNER.search(text)


def _is_marked(line: str) -> bool:
    """Whether a line looks like a heading by its letters or the signs around it."""
    few = len(line.split()) <= _LONGEST
    signed = line[0] in "#=*" and len(line) > 3
    loud = line.isupper() and len(line) > 3 and line[-1] not in ".!?"
    return few and (signed or loud)
