"""What Neo asks of a person before it goes on: after the password, or over the sign-in form. The words are data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from idexx_desktop.domain.failures import WORDS, Failure, FailureCode

# a person has to do something first
ASKS_MORE = (
    FailureCode.CODE_ASKED,
    FailureCode.PASSWORD_EXPIRED,
    FailureCode.NEO_ASKS,
    FailureCode.BRANCH_ASKED,
    FailureCode.SOMETHING_BETWEEN,
)

_MOST_BRANCHES = 6
_LONGEST_BRANCH = 40

# The first that fits wins.
_KINDS: Sequence[tuple[str, str, str]] = (
    (
        "terms",
        "IDEXX Neo wants its terms to be accepted first.",
        r"terms (and|&) conditions|terms of (use|service)|(licen[cs]e|user|service) agreement|privacy (policy|notice)"
        r"|(accept|agree)\w* (to )?(the|our|these|new|updated)\b[^.]{0,40}\b(terms|agreement|conditions|policy)",
    ),
    (
        "a new device",
        "IDEXX Neo wants a person to confirm this computer first.",
        r"(new|unknown|unrecogni[sz]ed|trust(ed)?|verify|confirm|register|remember) (this |your |a )?(new )?"
        r"(device|browser|computer)|(device|browser|computer) (is |was )?(not |un)recogni[sz]ed|confirm it('s| is) you",
    ),
    (
        "signed in elsewhere",
        "IDEXX Neo says that this user is signed in elsewhere, and asks whether to go on here.",
        r"(already|currently|still) (signed|logged).?in|(signed|logged).?in (elsewhere|somewhere|(on|from) another)"
        r"|(another|other|active|existing|concurrent) session|session (is )?(already )?(active|in use)",
    ),
    (
        "a bill",
        "IDEXX Neo shows a bill that a person has to answer first.",
        r"past.?due|overdue|(unpaid|outstanding|open) (invoice|bill|balance)|payment (is |method |details )?"
        r"(required|due|failed|declined|expired|needed)|subscription (has |is )?(expired|ended|suspended|due)"
        r"|update your (payment|billing)|your (bill|invoice)\b",
    ),
    (
        "an announcement",
        "IDEXX Neo shows an announcement that a person has to read first.",
        r"what('s| is) new|announc|important (notice|message|update|information)|release notes|news\b"
        r"|scheduled (down.?time|update)|please (read|note)|welcome to the new|take (a|the) tour|survey|feedback",
    ),
)  # fmt: skip
_TABLE = tuple((told, title, re.compile(words, re.IGNORECASE)) for told, title, words in _KINDS)
_OVER_TITLE = "Something lies over IDEXX Neo's sign-in page that only a person can answer. Nothing was typed."
_OVER_ADVICE = WORDS[FailureCode.NEO_ASKS].said.advice
_BRANCH = re.compile(
    r"\b((choose|select|pick|switch)( (a|an|the|your|which|one))?|which) (\w+ )?"
    r"(branch|location|site|practice|clinic|hospital)\b",
    re.IGNORECASE,
)
_NO_BRANCH = re.compile(
    r"(log|sign).?(out|off|in)|back|cancel|help|support|continue|next|go|ok|submit|confirm|"
    r"(please )?(choose|select)\b.*|-+|",
    re.IGNORECASE,
)


def asked_by(texts: Iterable[str]) -> Failure | None:
    """NEO_ASKS, in words of its own, where these texts ask something of a person; None where they don't."""
    said = " ".join(" ".join(texts).split()).replace("’", "'")
    for told, title, words in _TABLE:
        if words.search(said):
            return Failure(FailureCode.NEO_ASKS, told, title=title)
    return None


def lies_over(text: str) -> Failure:
    """NEO_ASKS for what covers the sign-in form and can't plainly be closed."""
    asked = asked_by([text])
    told = asked.detail if asked else "of an unknown kind"
    return Failure(FailureCode.NEO_ASKS, f"over the form: {told}", title=_OVER_TITLE, advice=_OVER_ADVICE)


def asks_for_branch(headings: Iterable[str]) -> bool:
    """Whether a page is there for choosing a branch."""
    return any(_BRANCH.search(heading) for heading in headings)


def branches_among(choices: Iterable[str]) -> tuple[str, ...]:
    """Those of a page's choices that may be branches."""
    found = (" ".join(choice.split()) for choice in choices)
    return tuple(dict.fromkeys(one for one in found if not _NO_BRANCH.fullmatch(one)))


def branch_asked(branches: Sequence[str], wanted: str) -> Failure:
    """BRANCH_ASKED, naming what there is to choose."""
    shown = ", ".join(branch[:_LONGEST_BRANCH] for branch in branches[:_MOST_BRANCHES])
    listed = f" It offers: {shown}." if shown else ""
    asked = (
        f"IDEXX Neo has no branch “{wanted[:_LONGEST_BRANCH]}” for this user."
        if wanted
        else "IDEXX Neo asks in which branch this user works."
    )
    told = f"{len(branches)} to choose from"
    return Failure(FailureCode.BRANCH_ASKED, told, title=f"{asked}{listed}", choices=tuple(branches))
