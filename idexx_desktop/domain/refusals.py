"""Words of Neo's that forbid a call to this owner, or say that this number reaches nobody: found by structure.

A denial, with nothing but small words between, before a verb or a noun of calling: "please do not ever call". What
follows it must not be the clinic ("do not call us before noon"), and a denial of something else ("do not hesitate to
call") is none of calling. Beside a number, in an owner's name and in an alert every word is about reaching the owner,
so that a bare "wrong" or "fax" says enough there; elsewhere it has to stand with a word for the telephone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from idexx_desktop.domain.key_words import words_in
from idexx_desktop.domain.visits import About, Visit
from idexx_desktop.domain.wording import wording, words


class RefusalPlace(StrEnum):
    """Where the words stand, in words for people."""

    NUMBER = "phone number"
    OWNER = "owner's name"
    ALERT = "alert"
    TITLE = "appointment"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Refusal:
    """`quote` is what stands there, 80 characters at most."""

    where: RefusalPlace
    quote: str


_ABOUT_THE_OWNER = frozenset({RefusalPlace.NUMBER, RefusalPlace.OWNER, RefusalPlace.ALERT})

_VERB = (
    r"(?:call(?: back)?|phone|telephone|ring|contact|dial|voicemail|leave (?:a )?(?:vm|voicemail|messages?))"
)
_DONE = r"(?:called|phoned|telephoned|rung|contacted|dialed|dialled|reached(?: by (?:phone|telephone))?)"
_DOING = r"(?:calling|phoning|telephoning|ringing|contacting|dialing|dialling)"
_NOUN = (
    r"(?:phone calls?|phone contact|calls?(?: backs?)?|callbacks?|contact|phoning|calling|voicemails?|"
    r"robo ?calls?)"
)
_SMALL = r"(?:please|pls|plz|ever|just|the|any|a|to|o|owners?|clients?|also|under any circumstances|anymore)"
_OWNER = r"(?:owners?|o|clients?|c|he|she|they|mom|dad|mr|mrs|ms|husband|wife|family)"
_US = (
    r"(?:us|our|ours|the (?:clinic|hospital|practice|office|surgery|vet|vets|doctor|lab|emergency|er)|"
    r"clinic|hospital|"
    r"your vet|poison|during|between \d|outside|for (?:refills|appointments))"
)
_OURS = r"(?:the |this |our )?(?:us|clinic|practice|hospital|office|surgery|vets?)"
# a call of the clinic's own, or of somebody else: what was, or was not, is no wish
_FROM = (
    rf"(?:from (?!{_OURS} )|yet|"
    r"returned|received|so far|outstanding|since|today|was|were|has|have|logs?|lens|dermatitis|allerg\w*)"
)
_ANIMALS = (
    r"(?:with|w)(?: \w+){0,3} (?:dogs?|cats?|pets?|animals?|pupp\w+|kittens?|wildlife|water|eyes?|skin|"
    r"soil|horses?|"
    r"rabbits?|birds?|others?|bats?|lesions?|chemicals?|products?|people|children|surfaces?)"
)
_NOT = r"(?:do not|donot|don't|dont|never|must not|should not|shouldn't|shouldnt|may not|not to)"
_WILL_NOT_HAVE = (
    r"(?:does(?: not|n't|nt)|do(?: not|n't|nt)|did(?: not|n't|nt)|would(?: not|n't|nt)|"
    r"rather not|will not|won't)"
)
_WISHES = (
    r"(?:wants?|wish(?:es)?|likes?|accepts?|takes?|care for|prefers?|consent to|agree to|authori[sz]e|have)"
)
_WRITING = (
    r"(?:texts?|texting|text messages?|e ?mails?|e mails?|emails?|sms|whatsapp|letters?|post|portal|app)"
)
_LINE = (
    r"(?:numbers?|phones?|telephones?|cell(?:s|phones?)?|mobiles?|landlines?|contact (?:info\w*|"
    r"details?)|tel|no)"
)
_OF_NO_USE = (
    r"(?:disconnected|disconn?(?:ected)?|disc'd|invalid|incorrect|wrong|bad|out of service|out of order|"
    r"not working|"
    r"not (?:in|a) (?:service|working|valid)(?: number)?|no longer (?:\w+ )?(?:service|works?|valid|"
    r"active|working|theirs|used)|"
    r"nonworking|not (?:valid|current|active|theirs|his|hers)|deactivated|unreachable|bounces|bounced)"
)

_ALERTS = frozenset({"alert", "alerts", "warning", "warnings", "popup"})
# wherever they stand
_ANYWHERE = words(
    rf"{_NOT}(?: {_SMALL})* (?:{_VERB}|{_DOING}|be {_DONE})(?! (?:{_US}|{_ANIMALS}|{_FROM}|for|lens))|"
    rf"(?:asked|asks|told|requests?|requested|wants|prefers?|rather)(?: us| the clinic|"
    rf" me)? not(?: to)?(?: {_SMALL})* "
    rf"(?:be )?(?:{_VERB}|{_DONE})|"
    rf"no(?: (?:more|further|phone|follow|up|fu|discharge|courtesy|automated|robo|ai|reminder|"
    rf"{_SMALL}))* {_NOUN}"
    rf"(?! (?:{_FROM}|{_ANIMALS}))(?= (?:[.,/]|please|pls|needed|wanted|necessary|required|desired|ever|"
    rf"at all|only|by|per|from the|"
    rf"to|text|e ?mail|allowed|back|from (?:the |this |our )?(?:us|clinic|practice|hospital|office|surgery|"
    rf"vets?)))|"
    rf"(?:declin\w+|refus\w+|opt\w* out(?: of| from)?|opts? out of)(?: (?:all|any|our|the|further|follow|"
    rf"up|discharge|automated|phone|"
    rf"courtesy))* {_NOUN}|"
    rf"{_WILL_NOT_HAVE} (?:{_WISHES} )(?:to )?(?:be )?(?:{_DONE}|(?:receive |get )?(?:any |our |phone |"
    rf"more )*{_NOUN})|"
    rf"{_WRITING} only|only (?:by |via |through )?{_WRITING}|{_WRITING} instead|"
    rf"prefers? (?:to be (?:contacted|reached) (?:by|via) )?{_WRITING}|{_WRITING} (?:over|not) (?:phone|"
    rf"calls?)|"
    r"no phone(?! (?:photos?|pictures?|pics?|videos?))|do not disturb|cease and desist|"
    r"ne pas (?:appeler|telephoner|contacter)|no llam\w+|nicht anrufen|niet bellen|non (?:chiamare|"
    r"telefonare)|"
    r"nao (?:ligar|telefonar)|"
    rf"(?:wrong|bad|dead|incorrect|invalid|disconnected|non ?working) {_LINE}(?! one)|"
    rf"{_LINE}(?: (?:on file|is|are|was|listed|has|have|been|now|still|we|for|given|{_OWNER}))* {_OF_NO_USE}|"
    rf"wrong (?:on file|in (?:chart|system|file))"
)
# where every word is about reaching the owner
_BESIDE = words(
    rf"{_OF_NO_USE}|no longer|wrong|bad|dead|dnc|dnd|fax|telefax|pager|old|former|previous|ex|changed|moved|"
    r"opt\w* out|unsubscribed|blocked|bankrupt\w*|collections?|attorneys?|lawyers?|legal|lawsuit|litigation|"
    r"restraining order|banned|blacklist\w*|dismissed|fired|deceased|died|someone else|somebody else|"
    r"belongs to|"
    r"not (?:his|hers?|theirs|the owner's?)|inactive"
)


def find_refusal(visit: Visit) -> Refusal | None:
    """The first words in a visit that forbid its call; None where there are none."""
    for place, text in dict.fromkeys(_texts(visit)):
        if text and (quote := refusal_in(text, beside=place in _ABOUT_THE_OWNER)):
            return Refusal(place, quote)
    return None


@lru_cache(maxsize=4096)
def refusal_in(text: str, *, beside: bool) -> str:
    """What in a text forbids a call, "" for nothing. `beside`: it stands beside a number, in a name or an alert."""
    read = wording(_marked(text))
    for pattern in (_ANYWHERE, _BESIDE) if beside else (_ANYWHERE,):
        if found := pattern.search(read.words):
            return read.excerpt(*found.span())
    return ""


def _marked(text: str) -> str:
    """Signs as the words and pauses that they stand for."""
    said = re.sub(r"#(?!\s*\d)|\bno\.(?=\s*(?:is|was|incorrect|wrong|invalid))", " number ", text)
    return re.sub(r"\*+|_{2,}|~+", " . ", said)


def _texts(visit: Visit) -> Iterator[tuple[RefusalPlace, str]]:
    summary, consultation = visit.summary, visit.consultation
    for telephone in visit.telephones:
        yield RefusalPlace.NUMBER, telephone.label
        yield RefusalPlace.NUMBER, telephone.number
    for source in (consultation, summary, *visit.appointments):
        yield RefusalPlace.OWNER, source.owner_name if source else ""
    for appointment in visit.appointments:
        for text in (appointment.title, appointment.type_description, appointment.reason):
            yield RefusalPlace.TITLE, text
    for name in ("reason", "discharge_summary", "consultation_notes", "notes"):
        yield RefusalPlace.NOTES, getattr(consultation, name, "")
    yield RefusalPlace.NOTES, summary.clinical_notes if summary else ""
    for told in visit.told:
        is_alert = not _ALERTS.isdisjoint(words_in(told.name))
        place = RefusalPlace.ALERT if is_alert else RefusalPlace.NOTES
        yield place, told.value if told.about is About.WORDS else ""
