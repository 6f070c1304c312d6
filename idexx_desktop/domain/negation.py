"""Whether a phrase is taken back by the words around it: "no euthanasia discussed" against "no pain, euthanized".

Only what is listed takes a phrase back. Between the negation and the phrase no other words than those in the lists may
stand, no comma, no end of a sentence or line; two negations in a row are none; and a sentence that tells of a change
of mind ("declined at first, later elected") takes nothing back.
"""

from __future__ import annotations

import re
from functools import lru_cache

from idexx_desktop.domain.sign_phrases import Negation, Phrase
from idexx_desktop.domain.wording import LINE, PAUSE, STOP

_REACH = 160  # characters; longer than any phrase of the lists

_DENIALS = (
    r"no|not|never|without|cannot|isn't|wasn't|aren't|weren't|don't|doesn't|didn't|won't|wouldn't|hasn't|haven't|hadn't|"
    r"can't|couldn't|shouldn't|isnt|wasnt|dont|doesnt|didnt|wont|hasnt|havent"
)
_REFUSALS = r"declin(?:e|es|ed|ing)|refus(?:e|es|ed|ing)|den(?:y|ies|ied|ying)"
# an owner declines, while a patient that "rapidly declined" gets worse; so does a "treatment declined"
_WHO_REFUSES = (
    r"(?:owners?|o|clients?|family|they|parents?|mom|dad|mother|father|wife|husband)"
    r"(?: has| have| had| currently| still| again| politely| strongly| adamantly| firmly)*|"
    rf"[{STOP}{PAUSE}{LINE}]"
)
_AGAINST = r"against"
_BETWEEN_DENIAL = r"be|been|being|the|a|an|any|yet|of|for|signs?|evidence|risk|recent|currently|to"
_BETWEEN_REFUSAL = (
    rf"{_BETWEEN_DENIAL}|ready|willing|prepared|want|wants|wanting|wanted|wish|wishes|consider|considering|interested|in|"
    r"about|discuss|discussing|discussion|talk|mention|need|plan|plans|planning|elect|choose|opt|pursue|pursuing|"
    r"perform|request|recommend|reason|indication|humane|humanely"
)
_DENIED = re.compile(rf" (?:(?:{_DENIALS}|{_BETWEEN_DENIAL}) )+$")
_REFUSED = re.compile(rf" (?:(?:{_DENIALS}|{_REFUSALS}|{_AGAINST}|{_BETWEEN_REFUSAL}) )+$")
_NEGATION = re.compile(rf"(?<= )(?:{_DENIALS}|{_REFUSALS}|{_AGAINST})(?= )")
_REFUSAL = re.compile(rf"(?<= )(?:{_REFUSALS})(?= )")
_REFUSED_BY_OWNER = re.compile(rf" (?:{_WHO_REFUSES}) $")
_CHOSEN = re.compile(
    r"(?<= )(?:elect\w*|chose|chosen|opt\w*|consent\w*|agree\w*|wants?|request\w*|approv\w*|proceed\w*)(?= )"
)

# it was done: no refusal before it counts
_DONE = re.compile(r"\w*(?:zed|sed|thed|nised|nized)\b|laid\b|put\b.*|let\b.*|pts\b")
_WAS_DONE_AFTER = re.compile(
    rf" (?:(?:was|is|were|then|{re.escape(STOP)}|{re.escape(PAUSE)}) )*"
    r"(?:yes|y|x|done|performed|elected|completed|carried|administered|given|approved|consented|signed|proceeded|"
    r"scheduled|at \d+)(?= )"
)
_MAY_BE_DENIED_AS_DONE = re.compile(
    r" (?:was |is )?(?:performed|done|elected|administered|given|scheduled|carried)(?= )"
)
_REFUSED_AFTER = re.compile(
    r"(?: (?:was|is|were|has|had|been|currently|still|strongly|by|owners?|o|client|family|they|the|an|as|option|at|"
    r"this|time|today|offered|discussed|recommended|mentioned|and|but)){0,6} "
    r"(?:(?:declined|refused|deferred|postponed|cancelled|canceled)"
    r"(?= (?:[.,/]|by|at this time|today|for now|currently|strongly) )"
    r"|(?:not|never) (?:been |yet |be |currently )*(?:discussed|elected|indicated|warranted|performed|pursued|wanted|"
    r"considered|recommended|needed|necessary|an option|chosen|ready|interested|requested|required|planned)(?= ))"
)
_CHANGE_OF_MIND = re.compile(
    r"(?<= )(?:initially|first|originally|later|eventually|ultimately|finally|afterwards?|until|however|but|then|"
    r"subsequently|before|earlier|previously|prior|last|performed|consent\w*|agree\w*|proceed\w*|elsewhere)(?= )"
)
_CHANGED_LATER = re.compile(
    r"(?<= )(?:changed (?:\w+ )?minds?|reconsider\w*|later (?:elected|agreed|decided|opted|chose|consented|called)|"
    r"went ahead|proceed(?:ed|ing)? with (?:it|this|that))(?= )"
)


def is_taken_back(words: str, start: int, end: int, phrase: Phrase) -> bool:
    """Whether words[start:end], found by `phrase`, is negated, refused, or stands in a context known to be harmless."""
    before, after = words[max(0, start - _REACH) : start], words[end : end + _REACH]
    if phrase.unless_before and phrase.unless_before.search(before):
        return True
    if phrase.unless_after and phrase.unless_after.match(after):
        return True
    if phrase.negation is Negation.NEVER or _last_change(words) >= start:
        return False
    sentence_before, sentence_after = _sentence(words, start, end)
    if _CHANGE_OF_MIND.search(sentence_before):
        return False
    if phrase.negation is Negation.DENIAL:
        return _is_single(_DENIED.search(before)) and not _CHANGE_OF_MIND.search(sentence_after)
    matched = words[start:end]
    done = _DONE.fullmatch(matched) is not None
    if _negated_before(before, after, done=done):
        said = _MAY_BE_DENIED_AS_DONE.match(sentence_after)
        return not _CHANGE_OF_MIND.search(sentence_after, said.end() if said else 0)
    refused = None if done or _CHOSEN.search(sentence_before) else _REFUSED_AFTER.match(sentence_after)
    return refused is not None and not _CHANGE_OF_MIND.search(sentence_after, refused.end())


@lru_cache(maxsize=4)
def _last_change(words: str) -> int:
    """Where the last change of mind begins, -1 where there is none: looked for once in a text."""
    return max((match.start() for match in _CHANGED_LATER.finditer(words)), default=-1)


def _negated_before(before: str, after: str, *, done: bool) -> bool:
    """`done`: the phrase tells of something done ("euthanized"), to which fewer negations can belong."""
    chain = (_DENIED if done and not before.endswith(" to ") else _REFUSED).search(before)
    if chain is None or not _is_single(chain):
        return False
    refusal = _REFUSAL.search(chain.group())
    if refusal is None:
        return not _WAS_DONE_AFTER.match(after) or bool(_MAY_BE_DENIED_AS_DONE.match(after))
    said_by = before[: chain.start() + refusal.start()]
    return bool(_REFUSED_BY_OWNER.search(said_by)) and not _WAS_DONE_AFTER.match(after)


def _is_single(chain: re.Match[str] | None) -> bool:
    """Whether a chain of words before the phrase holds one negation; two of them are none."""
    return chain is not None and len(_NEGATION.findall(chain.group())) == 1


def _sentence(words: str, start: int, end: int) -> tuple[str, str]:
    """The rest of the sentence before and after words[start:end], each with a space at both ends."""
    mark = f" {STOP} "
    first = words.rfind(mark, 0, start) + len(mark) - 1
    last = words.find(mark, end)
    return words[first:start], words[end : last + len(mark)]
