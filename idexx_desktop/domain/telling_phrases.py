"""What a sentence for an owner does: says what is normal or when to call, has a gap to fill in, or sells something.

By what it does and not by what ails the pet: a condition with a call to act, something to look out for, or a word of
what is to be expected. In the languages of the clinics, as far as a few words carry.
"""

from __future__ import annotations

import re


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?![^\W_])", re.IGNORECASE)


_IF = _any(
    "(?<!even )(?<!as )if", "when(?:ever)?", "should (?:he|she|it|they|you|the|any|there|this|that)", "in case",
    "unless", "as soon as",
    "any (?:sign|signs|concern|concerns|change|changes|worr\\w+|problem|problems|question|questions|doubt)",
    "for any", "wenn", "falls", "sobald", "sollte\\w*", "im fall\\w*", "bei", "si", "en caso", "en cas", "cuando",
    "ante", "d[eè]s que", "lorsque", "quand", "au moindre", "se", "qualora", "in caso", "quando", "als", "zodra",
    "indien", "mocht\\w*", "caso", "em caso", "assim que",
)  # fmt: skip
_ACT = _any(
    "call(?:s|ing)?(?: us)?", "(?:tele)?phon(?:e|ing)", "ring", "bell", "contact", "text us", "e?mail us",
    "let us know", "get in touch", "come (?:in|back|straight|now|at|right|over|same)",
    "bring (?:\\w+ )?(?:in|back|straight|to|him|her|them|it)", "return", "go (?:\\w+ )?(?:to|straight)", "seek",
    "see (?:us|a vet|your vet|the vet)", "recheck", "revisit", "take (?:him|her|it|them) (?:to|straight)",
    "stop (?:the|giving|and|all|medic\\w+|tablets?)", "emergency", "er", "urgent(?:ly)?", "straight ?away",
    "right away", "immediately", "at once", "asap", "same day", "vet (?:visit|check)", "head (?:in|to|straight)",
    "hospital", "report", "tell us", "need(?:s)? (?:to be )?seen", "worry", "worried", "anrufen",
    "ruf(?:en|t)?(?: sie)?", "melden", "meld(?:e|et)", "kommen", "komm(?:t|e)?", "vorstellen", "notfall\\w*",
    "notdienst", "sofort", "umgehend", "tierklinik", "wiederkommen", "vorbeikommen", "tel", "ll[aá]m\\w*",
    "llamar\\w*", "acud\\w+", "venir", "venga\\w*", "ven", "traer\\w*", "tr[aá]i\\w*", "urgenc\\w+", "volver",
    "vuelva\\w*", "consult\\w+", "avis\\w+", "contact\\w+", "inmediat\\w+", "de inmediato", "regres\\w+",
    "appel\\w+", "rappel\\w+", "reven\\w+", "venez", "t[eé]l[eé]phon\\w+", "urgen\\w+", "imm[eé]diat\\w+",
    "prévenir", "pr[eé]ven\\w+", "joindre", "signal\\w+", "chiam\\w+", "telefon\\w+", "torn\\w+", "portar\\w+",
    "port[ai]\\w*", "venire", "venite", "subito", "pronto soccorso", "avvis\\w+", "contatt\\w+", "sentirci",
    "bel(?:len|t)?", "terugkomen", "kom(?:en|t)?", "spoed\\w*", "direct", "meteen", "contact opnemen", "langskomen",
    "lig(?:ue|ar|uem|em)", "telefon\\w+", "volt\\w+", "traga\\w*", "venh\\w+", "vir", "emerg[eê]nc\\w+",
    "retorn\\w+", "contat\\w+", "avis\\w+",
)  # fmt: skip
_LOOK_OUT = _any(
    "watch (?:\\w+ ){0,4}?(?:for|out|if|closely)", "watch (?:the|her|his|its|their|him)", "monitor", "keep an eye",
    "look (?:out )?for", "check (?:\\w+ ){0,6}?for", "observe", "be alert", "beware", "warning signs?", "red flags?",
    "signs? (?:of|to)", "(?:is|are) an emergency", "means? (?:come|an emergency|er)", "= (?:er|call|emergency)",
    "achten", "beobachten", "beobachte", "kontrollieren", "warnzeichen", "anzeichen", "vigil(?:e|ar|en)",
    "observ(?:ar|e|en)", "atent[oa]s?", "control(?:ar|e) si", "signos? de", "surveill\\w+", "attention [aà]",
    "signes? d\\w*", "controll(?:are|ate|i) (?:che|se)", "sorvegli\\w+", "attenzione a", "segni di",
    "let (?:goed )?op", "controleer", "houd (?:\\w+ ){0,3}in de gaten", "tekenen van", "fique atent\\w+",
    "sinais de",
)  # fmt: skip
_NORMAL = _any(
    "(?:(?:is|are|be|s|perfectly|quite|completely|very|totally) )+(?:normal|expected|common|usual)",
    "normal (?:for|to|and|after|in|the)", "(?:not|isn't|nothing) (?:unusual|uncommon|to worry\\w*|alarming)",
    "to be expected", "(?:do not|don't|no need to) (?:worry|be alarmed|panic)", "as expected",
    "(?:may|might|could) (?:still )?(?:be|seem|look|feel|have|see|notice|find|turn|appear|cause|make|"
    "take|eat|drink|pee|pass|sleep|happen|occur|get|show|cough|limp|act)",
    "can (?:make|cause|be (?:sleepy|sore|tired|quiet|wobbly|groggy))", "is allowed to be",
    "should (?:settle|pass|improve|be better|start eating|fade|go down)", "(?:will|may) pass",
    "(?:ist|sind|sein|ganz|völlig) normal", "(?:ist|sind) (?:zu erwarten|üblich)",
    "darf (?:\\w+ ){0,3}(?:müde|schläfrig|ruhig)", "kann (?:\\w+ ){0,4}(?:müde|sein|haben|auftreten)", "es normal",
    "son normales", "puede (?:estar|tener|haber|sentir\\w*|notar\\w*|presentar)", "es habitual", "est normal\\w*",
    "c'est normal", "peut (?:[eê]tre|avoir|sembler|pr[eé]senter)", "[eè] normale", "sono normali",
    "può (?:essere|avere|sembrare|capitare)", "(?:is|zijn) normaal", "kan (?:\\w+ ){0,3}(?:zijn|hebben|voorkomen)",
    "mag (?:\\w+ ){0,2}(?:suf|slaperig|sloom)", "[eé] normal", "s[aã]o normais",
    "pode (?:ficar|estar|ter|haver|apresentar)",
)  # fmt: skip
# a finding that is normal is news about the pet, and nothing to look out for
_FOUND = _any(
    "results?", "values?", "tests?", "levels?", "blood ?work", "bloods", "labs?", "within", "x-?rays?", "scan",
    "ultrasound", "heart", "lungs?", "kidneys?", "liver", "exam\\w*", "looks? normal", "back to normal",
    "normal (?:meals?|food|diet|walks?)", "whatever", "blutwerte", "werte", "valores", "valeurs", "valori",
    "waarden", "an[aá]lisis", "analyses",
)  # fmt: skip
_NOW = _any(
    "(?:call|ring|phone|come|bring|go|return|er|vet)\\b.{0,40}(?:at once|immediately|right away|"
    "straight(?: away| in)?|now|asap|day or night|same day|any hour|any time|24/7|urgently)",
    "sofort (?:\\w+ ){0,3}(?:kommen|anrufen|melden|tierarzt)",
    "(?:ven\\w+|llam\\w+|acud\\w+|urgencias) (?:\\w+ ){0,3}(?:inmediat\\w+|ya|enseguida)",
    "consult\\w+ imm[eé]diat\\w+", "(?:venez|appelez) (?:\\w+ ){0,3}(?:imm[eé]diat\\w+|tout de suite)",
    "(?:subito|immediatamente) (?:\\w+ ){0,3}(?:dal|chiam\\w+|al)",
    "(?:direct|meteen) (?:\\w+ ){0,2}(?:bellen|komen)",
    "(?:venha|traga|ligue) (?:\\w+ ){0,3}(?:imediat\\w+|já|de imediato)",
)  # fmt: skip
# a heading needs less: what stands below it is about that
_HEADS = _any(
    "call", "phone", "ring", "contact", "emergenc\\w+", "urgent", "warning\\w*", "red flags?", "watch", "expect\\w*",
    "normal", "worry", "monitor\\w*", "come back", "return if", "notfall\\w*", "anrufen", "warn\\w+", "achten",
    "urgenc\\w+", "urgence\\w*", "llam\\w+", "appel\\w+", "surveill\\w+", "vigil\\w+", "chiam\\w+", "urgenz\\w+",
    "bel\\w*", "spoed\\w*", "ligue", "emerg[eê]ncia", "sinais", "quand appeler", "normale?s?",
)  # fmt: skip
_ANAPHORA = re.compile(
    r"^(?:(?:if|should|when) (?:so|not|this|that|it (?:is|does|doesn't|does not|happens|isn't)|they (?:do|don't))|"
    r"otherwise|in that case|else|any of (?:these|this|those)|these (?:are|mean)|"
    r"(?:this|that|both|all this|these|it)(?:'s|’s| is| are)(?: all| both| quite| perfectly| completely)? (?:normal|"
    r"expected|common|an emergency|urgent)|"
    r"wenn (?:ja|nein|nicht|das|dies)|sonst|in diesem fall|das ist normal|en ese caso|si no|si es así|esto es normal|"
    r"sinon|dans ce cas|si oui|si non|c['’]est normal|altrimenti|in tal caso|se no|[eè] normale(?=[.,;!]|$)|"
    r"anders|in dat geval|"
    r"zo (?:ja|niet|nee)|dat is normaal|caso contrário|nesse caso|se não|isso é normal)\b",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"_{2,}|\*{3,}|\?{2,}|@{2,}|\.{4,}|…{2,}|\{\{?[^}\n]{0,60}\}?\}|\[\[[^\]\n]{0,60}\]\]|\[(?:\s*|[^\W\d_][^\]\n]{0,60})\]|"
    r"<<[^>\n]{0,60}>>|<[^\W\d_][^>\n@=]{0,60}>|%[A-Z_]{2,30}%|\$[A-Z_]{2,30}\$|#[A-Z_]{2,30}#|"
    r"(?<![^\W_])(?:[Xx]{2,}|TB[DACX]|tb[dac]|T\.B\.[DAC]\.?)(?![^\W_])|"
    r"\(?\b(?:insert|enter|fill in|delete as appropriate|delete if|choose one|einfügen|insertar|insérer|inserire|"
    r"invullen|inserir)\b(?= (?:your |the |an? )?(?:here|name|date|pet|owner|drug|dose|number|as|\w+ here|\)|:))"
)
_FREE_THING = (
    r"(?:weigh\w*|check\w*|visit\w*|re-?check\w*|nail\w*|trials?|samples?|gifts?|consult\w*|exams?\w*|delivery|bags?|"
    r"treats?|appointments?|microchip\w*|assessments?|class\w*|health\w*|dental\w*|bath\w*|food|toy\w*|month\w*|"
    r"vaccin\w*|screen\w*|quote\w*|wellness|puppy|kitten|senior|shipping|clinic\w*|nurse\w*)"
)
_OFFER = _any(
    rf"(?<!feel )(?<!-)free (?:\w+ )?{_FREE_THING}",
    "(?:our|your|get|is|are) free(?! (?:of|from|to|access|choice|roam\\w*|rang\\w*|fluid|feed\\w*|"
    "flow\\w*|hand|run\\w*))", "free of charge", "complimentary",
    "\\d+ ?%? ?(?:% |percent )(?:off|discount|rabatt|de descuento|de réduction|di sconto|korting|de desconto)",
    "\\d+ off", "discounts?", "special offers?", "on sale", "half[- ]price", "promo(?:tion|tional)? code",
    "promotions?", "vouchers?", "coupons?", "gift cards?", "raffle", "prize draw", "giveaway", "newsletters?",
    "loyalty", "rewards? (?:points|program\\w*)", "refer a friend", "buy one", "limited[- ]time",
    "while stocks last", "save (?:up to |over )?[$£€]?\\d+",
    "(?:book|reserve|sign up|enrol+|join|subscribe|order|shop|buy|schedule) (?:\\w+ ){0,3}?(?:now|online|"
    "today|early)",
    "(?:book|order|shop|pay|schedule) (?:\\w+ ){0,4}?(?:at www|on our (?:web ?site|app)|in our (?:app|shop|store))",
    "(?:download|get|install|try) (?:our|the) (?:\\w+ )?app", "(?:follow|like|find|tag) us (?:\\w+ )?on",
    "(?:review|rate) us", "leave (?:us )?an? (?:\\w+ ){0,2}review", "ask (?:us )?about our", "facebook", "instagram",
    "tiktok", "google review", "www\\.\\S+/(?:shop|offers?|book)",
    "(?:wellness|health|dental|pet) (?:plan|club)s?(?= (?:\\w+ )?(?:for|from|only|member|save|is|are|cover|include))",
    "kostenlos\\w*", "gratis", "rabatt\\w*", "gutschein\\w*", "sonderangebot\\w*", "aktion(?:spreis|stage)",
    "jetzt (?:buchen|termin|bestellen|anmelden)", "bewerten sie uns", "folgen sie uns", "unsere app", "descuentos?",
    "gratuit[oa]s?", "promoci[oó]n\\w*", "oferta\\w*", "reserv[ea] (?:ya|ahora|su)",
    "descarg\\w+ (?:nuestra|la) app", "calif[ií]\\w+", "s[ií]g[au]\\w+ en", "gratuite?s?", "remises? (?:de|sur)",
    "offres? sp[eé]ciale?s?", "r[eé]servez (?:en ligne|maintenant|d[eè]s)", "t[eé]l[eé]charg\\w+ (?:notre|l')",
    "suivez[- ]nous", "sconto", "offerta", "prenot\\w+ (?:ora|online|subito)", "scaric\\w+ (?:la nostra|l')",
    "seguiteci", "korting\\w*", "aanbieding\\w*", "boek (?:nu|online)", "download (?:onze|de) app", "volg ons",
    "descontos?", "promo[cç][aã]o", "agende (?:já|agora|online)", "baixe (?:o nosso|nosso|o) app", "siga-nos",
)  # fmt: skip


def tells_when_to_call(sentence: str, *, as_heading: bool = False) -> bool:
    """Whether it says what is normal, what to look out for, or when to call or come back."""
    if as_heading and _HEADS.search(sentence):
        return True
    if (
        (_IF.search(sentence) and _ACT.search(sentence))
        or _LOOK_OUT.search(sentence)
        or _NOW.search(sentence)
    ):
        return True
    return bool(_NORMAL.search(sentence)) and not _FOUND.search(sentence)


def goes_on_from_before(sentence: str) -> bool:
    """Whether it says nothing without the sentence before it: "If so, call us"."""
    return bool(_ANAPHORA.match(sentence))


def has_gap(sentence: str) -> bool:
    """Whether something was to be filled in, and wasn't."""
    return bool(_GAP.search(sentence))


def sells(sentence: str) -> bool:
    """Whether it offers something to buy, to book, to follow or to review: no news about the pet."""
    return bool(_OFFER.search(sentence))
