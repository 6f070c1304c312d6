"""The words that may say that a pet has died or is about to, as data: `signs` looks for them.

A pattern stands for whole words: a space in it is the border between two words, `\\w+` is any word.
A wrong hold costs a click, and a wrong call cannot be undone, so a row lists only the contexts that are known to be
harmless (`unless_before`, `unless_after`); whatever is not listed counts as a sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.wording import any_word, words


class Negation(Enum):
    """What can take a phrase back."""

    NEVER = 0  # "cremation declined" says nothing good; "no heartbeat" is itself a negation
    DENIAL = 1  # "has not passed away"
    REFUSAL = 2  # also "declined euthanasia": it is the owner's choice


@dataclass(frozen=True, slots=True)
class Phrase:
    """One row. `certain`: what it says without doubt where it stands in a place of `signs.CERTAIN_PLACES`."""

    pattern: re.Pattern[str]
    negation: Negation
    certain: ReasonCode | None
    unless_before: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None
    in_capitals: bool


def _row(
    pattern: str,
    negation: Negation = Negation.NEVER,
    *,
    certain: ReasonCode | None = None,
    unless_before: str = "",
    unless_after: str = "",
    in_capitals: bool = False,
) -> Phrase:
    before = re.compile(f"(?<= )(?:{any_word(unless_before)}) $") if unless_before else None
    after = re.compile(f" (?:{any_word(unless_after)})(?= )") if unless_after else None
    return Phrase(words(pattern), negation, certain, before, after, in_capitals)


_PET = r"(?:he|she|it|they|patient|pet|pt|dog|cat|puppy|kitten|rabbit|bird|horse|ferret|animal|pup|baby|boy|girl)"
_OF_PET = r"(?:his|her|its|their|the|patient's|pet's|pt's)"
# what a body passes: none of it is a death
_STOOL = r"(?:stools?|fa?eces|poop|poo|bms?|diarrh?ea|meconium)"
_PASSED = (
    rf"(?:{_STOOL}|gas|flatus|urine|pee|worms?|tapeworms?|roundworms?|segments?|stones?|bladder stones?|"
    r"kidney stones?|calculi|uroliths?|crystals|clots?|mucus|hairballs?|plugs?|objects?|"
    r"foreign (?:body|bodies|objects?|material)|socks?|toys?|rocks?|corn|tube|catheter)"
)
_LOOKS = r"(?:an? |some |any |the |more |no |his |her |its |large |small |soft |bloody |black |dark |normal |watery )*"
_HAS_BEEN = (
    r"(?: was| were| is| are| has| have| had| been| being| not| finally| normally| also| all| easily| smoothly|"
    r" readily| successfully| gently)*"
)
_TIMES = (
    r"today|tonight|yesterday|overnight|suddenly|sunday|monday|tuesday|wednesday|thursday|friday|saturday|early|late|"
    r"this (?:morning|afternoon|evening|am|pm|week|weekend|month)|last (?:night|evening|week|weekend|month)"
)
_FEET_AND_BOWLS = (
    r"(?:foot|feet|paws?|legs?|limbs?|weight|heads?|toes?|food|bowls?|towels?|pads?|papers?|deposit|leash|toys?|ball|"
    r"water|bait|traps?|roots)"
)
# a leaflet's "can be fatal", a consent form's "risks include death": nobody died
_RISKS = (
    r"(?:risks? (?:of|include|includes|including|are|such as)|complications? (?:include|includes|including|such as))"
    r"(?: (?![.])\S+){0,9}"
)
_MIGHT = (
    rf"(?:{_RISKS}|including|potentially|possibly|often|sometimes|"
    r"(?:can|could|may|might|rarely)(?: (?![.,]|have )\S+){0,6})"
)
_DEAD_THINGS = (
    r"(?:tooth|teeth|skin|tissue|tail|nail|nails|claw|hairs?|fur|space|weight|bone|pulp|nerve|root|worms?|fleas?|"
    r"ticks?|mites?|lice|insects?|bugs?|bees?|battery|end|ends|sea|calm|leaves|grass|plants?|larvae|maggots|bacteria|"
    r"cells)"
)
_PAPERS = (
    r"(?:vaccines?|vaccinations?|rabies|licen[sc]e|medications?|meds?|drugs?|prescription|rx|certificate)"
)
_LOSABLE = (
    r"(?:appetite|balance|vision|eyesight|sight|weight|hearing|voice|interest|fur|hair|coat|teeth|tooth|collar|cone|"
    r"footing|energy|muscle|function|sensation|feeling|control|tag|tags|leash)"
)
_PEOPLE = r"(?:we|they|owners?|o|family|clients?|has|have|had)"

EUTHANASIA = (
    r"(?:be)?euth(?:s|d|ed|o|a\w*|[eio]n\w*|n\w*)?|beuth\w*|eut(?:an|ah|hn)\w*|e?uthan\w*|euhtan\w*|uethan\w*|"
    r"ethan[ai]s\w*|euthasol|euthansol|dolethal|lethabarb|somulose|fatal plus|pentoject"
)

_END, _DEAD = ReasonCode.END_OF_LIFE, ReasonCode.DECEASED

PHRASES: tuple[Phrase, ...] = (
    # euthanasia, by its names
    _row(EUTHANASIA, Negation.REFUSAL, certain=_END),
    _row(r"end of life", Negation.REFUSAL, certain=_END),
    _row(r"eol", Negation.REFUSAL),
    _row(r"pts", Negation.REFUSAL),
    _row(
        r"put(?:s|ting)?(?: (?!in |on |into |inside |at |near )\w+){0,4} to (?:sleep|rest)", Negation.REFUSAL
    ),
    _row(r"(?:lay|laid|laying) to rest", Negation.REFUSAL),
    _row(r"humanely (?:destroyed|killed|ended|dispatched)", Negation.REFUSAL),
    _row(
        rf"put(?:s|ting)?(?: (?!{_FEET_AND_BOWLS} )\w+){{0,3}} down",
        Negation.REFUSAL,
        unless_after=rf"(?:the |a |any |her |his |its |their )*{_FEET_AND_BOWLS}",
    ),
    _row(
        r"let(?:ting)?(?: (?:him|her|it|them|\w+))? go",
        Negation.REFUSAL,
        unless_after=r"(?:outside|out|home|potty|up|upstairs|downstairs|swimming|running|to (?:the )?(?:bathroom|yard|"
        r"daycare|groomer)|for (?:\w+ ){0,3}(?:walks?|breaks?|potty|bathroom))",
    ),
    _row(
        r"pentobarb\w*|barbiturate overdose|overdose of barbiturate|t61|t 61|final injection",
        Negation.REFUSAL,
    ),
    _row(r"pink juice|the last injection"),
    # talks about the end
    _row(r"quality of life|qol|hhhhhmm|hospice|moribund|terminally ill|in extremis|agonal"),
    _row(r"(?:grave|hopeless) prognosis|prognosis(?: is| was| remains)? (?:grave|hopeless)"),
    _row(r"(?:say|said|saying|final|last) (?:their |his |her )?farewells?|good ?byes?"),
    # died, by its names
    _row(
        r"died|dies|dieing|perished|drowned",
        Negation.DENIAL,
        unless_before=r"(?:battery|batteries|phone|engine|microchip|machine|computer|plants?|fleas?)(?: has| had)?",
        unless_after=r"(?:down|off|out)",
    ),
    _row(r"die|dying|dyeing", Negation.DENIAL, unless_after=r"(?:down|off|out|to (?:eat|play|go|get))"),
    _row(r"deaths?|demise|fatal(?:ity|ities)?", Negation.DENIAL, unless_before=_MIGHT),
    _row(
        r"(?:cause|time) of death|death (?:occurred|at|pronounced|confirmed|declared|was|today|due|from|secondary)"
    ),
    _row(r"deceased?|dec'd", Negation.DENIAL, certain=_DEAD),
    _row(
        r"dead|lifeless",
        Negation.DENIAL,
        certain=_DEAD,
        unless_before=r"(?:ate|eaten|eating|eats|chewed|chewing|rolled in|licked|licking)(?: a| the| some)?",
        unless_after=_DEAD_THINGS,
    ),
    _row(r"doa|tod|dead on arrival", Negation.DENIAL, certain=_DEAD),
    _row(rf"(?:passed|passing|pass|passes)(?: {_PET}| \w+)? away", Negation.DENIAL, certain=_DEAD),
    _row(
        rf"pass(?:ed|ing)? (?:peacefully|quietly|on|naturally|unexpectedly|over|at home|in {_OF_PET} sleep)"
    ),
    _row(
        rf"passed (?!in (?:the |his |her |its |a )?{_STOOL} )"
        rf"(?:in|at|during|before|while|under|with|from|due|{_TIMES})",
        unless_before=rf"{_PASSED}{_HAS_BEEN}",
    ),
    _row(
        rf"(?!it|they){_PET}(?:'s)?(?: has| had| have| just| sadly| then| already)* passed",
        unless_after=rf"{_LOOKS}(?:{_PASSED}|tests?|exams?|hearing|vision|blood|bone)",
    ),
    _row(
        rf"(?:{_OF_PET}|peaceful|recent|since|sudden|after|upon|before|patient|pet) passing",
        unless_after=rf"{_LOOKS}{_PASSED}",
    ),
    _row(rf"(?:{_PET}|has|had)(?: has| had| sadly| then)* expired", unless_before=rf"{_PAPERS}{_HAS_BEEN}"),
    _row(
        r"expired (?:overnight|peacefully|at home|en route|under|during|despite|in (?:the )?"
        r"(?:clinic|hospital|kennel|cage|car|surgery)|before|prior|naturally|shortly|while|at \d+)",
        unless_before=rf"{_PAPERS}{_HAS_BEEN}",
    ),
    _row(
        r"(?:(?:did|could|does|will|would|may|might) not|didn't|couldn't|doesn't|won't|wouldn't|cannot|can't) "
        r"(?:make it|survive|pull through)",
        unless_after=r"(?:outside|to (?:the |his |her |their )?(?:litter ?box|litter|yard|door|potty|bathroom|last|"
        r"previous|appointment|recheck))",
    ),
    _row(r"(?:not|unable to|couldn't|cannot) be (?:saved|revived|resuscitated)|no longer with us|succumb\w*"),
    _row(
        r"not survived|(?:never|not) (?:woke up|wake up|recovered from anesthesia)|(?:not |in)compatible with life"
    ),
    _row(
        rf"{_PEOPLE} lost (?:him|her|it|them|the|their|his|{_PET})",
        unless_after=_LOSABLE,
    ),
    _row(r"loss of (?:your|their|his|her)", unless_after=_LOSABLE),
    _row(r"lost (?:his|her|its|their|the) (?:battle|fight|life|lives)"),
    _row(
        r"(?:he|she)(?:'s| is| was) gone",
        unless_after=r"(?:off|out|outside|missing|blind|lame|through|without|up|down)",
    ),
    _row(
        r"(?:was|were|been|got|is) killed|killed (?:him|her|by (?:a )?(?:car|truck|dog|coyote))",
        unless_before=r"(?:fleas|ticks|worms|parasites|bacteria|mites)",
    ),
    _row(r"(?:went|gone|goes|drifted|slipped|drift|slip|slipping)(?: off)? (?:to sleep|away|peacefully)"),
    _row(
        r"peaceful|peacefully",
        unless_before=r"(?:sleeping|sleeps|slept|resting|rests|rested|recovering|lying|laying|eating|purring)"
        r"(?: \w+)?",
        unless_after=r"(?:sleeping|resting|sleep|recovery|recovering|household|lying)",
    ),
    _row(r"end(?:ed|ing|s)? (?:of )?(?:(?:his|her|its|their|the) )?(?:suffering|life|misery)"),
    _row(r"final rest(?:ing place)?|eternal rest|at peace|better place|celebration of life"),
    # the moment itself
    _row(
        r"(?:cardiac|cardiopulmonary|cardio pulmonary|respiratory|heart) arrest|asystol\w*|flat ?lin\w*",
        Negation.DENIAL,
        unless_before=_RISKS,
    ),
    _row(
        r"(?:patient|pt|pet|dog|cat|he|she) (?:has |had )?arrested|arrested (?:under|during|at|in|on)",
        Negation.DENIAL,
    ),
    _row(
        r"no (?:heart ?beats?|pulses?|vital signs|signs of life|cardiac activity|heart sounds?)",
        unless_after=r"(?:deficits?|abnormalit\w*|abnormal|quality)",
    ),
    _row(
        r"(?:heart|breathing) (?:has |had )?(?:stopped|ceased)|(?:stopped|ceased) breathing|"
        r"heart(?:beat)? stop(?:s|ped)?"
    ),
    _row(
        r"(?:not|isn't|wasn't|no longer|stopped) breathing|no respirations?|pulseless",
        unless_after=r"(?:hard|heavily|heavy|fast|rapidly|well|normally|through)",
    ),
    _row(rf"{_PET} coded|coded (?:during|at|under|in|on)|code blue", unless_before=r"colou?r"),
    _row(r"pupils (?:were |are )?fixed(?: and dilated)?|rosc"),
    _row(
        r"(?:cpr|resuscitation|cpcr)(?: \w+){0,4} (?:performed|initiated|started|begun|began|stopped|discontinued|"
        r"ended|unsuccessful|failed|futile|ceased|terminated|attempted|for|without|not successful|to no avail)"
    ),
    _row(
        r"(?:unsuccessful|failed|began|started|initiated|performed|despite|stopped|attempted|after) "
        r"(?:cpr|resuscitation|cpcr)"
    ),
    _row(r"unable to (?:resuscitate|revive|save)|despite (?:all |our |resuscitative )*efforts"),
    # afterwards
    _row(r"cremat\w*|cremains|aquamation|incineration|crem|urns?|taxiderm\w*"),
    _row(r"ashes", unless_before=r"(?:fireplace|wood|volcanic)"),
    _row(r"burials?|(?:bury|buried|burying)(?: \w+)? (?:at home|home|in (?:the )?(?:yard|garden)|him|her)"),
    _row(
        r"necrops\w*|autops\w*|post ?mortems?|rigor mortis|mortuary|morgue|body ?bag",
    ),
    _row(
        r"body (?:was |is |to be |will be )*(?:released|sent|taken|picked|returned|wrapped|transported|kept|held|care|"
        r"disposal|disposition|in freezer)|care of (?:the )?(?:body|remains)|"
        rf"{_OF_PET} remains (?:to|were|was|are|will|taken|returned|sent|picked|released)",
        unless_before=r"foreign",
        unless_after=r"warm",
    ),
    _row(
        r"(?:group|communal|private|mass) (?:disposal|aftercare)|aftercare (?:arranged|arrangements|company|provider)"
    ),
    _row(r"paw ?prints?|nose ?prints?|in memory|in memoriam|keepsakes?|(?:fur|hair) clipping keepsake"),
    _row(r"condolences?|sympathy|sympathies|bereave\w*|griev\w*|grief|mourn\w*|pet loss"),
    _row(
        r"sorry for (?:your|the|their|his|her)(?: \w+)? loss|rest in peace|rainbow ?bridge|"
        r"(?:over|crossed|crossing) the rainbow"
    ),
    _row(
        r"crossed over|cross\w* the (?:\w+ )?bridge|in heaven|(?:to|went to|gone to) heaven|"
        r"angel wings|earned (?:his|her) wings"
    ),
    _row(r"memorials?", unless_after=r"(?:day|weekend|hospital)"),
    _row(r"rip", in_capitals=True),
    # as written in Canada and along the border
    _row(r"decedee?s?|fallec\w*|murio|mort|morte|muerto|muerta|muerte|sacrificad[oa]|dormir para siempre"),
)
