"""Which address is in use, and which question is asked, from what was chosen, suggested and sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_address import (
    InUse,
    OwnChoice,
    Question,
    Suggestion,
    Why,
    confirmed_address,
    decide,
)

US, CA, OWN = "https://us.idexxneo.com", "https://ca.idexxneo.com", "https://neo.clinic.example"
EVIL, HERE = "https://idexxneo.com.evil.example", "http://127.0.0.1:8080"
AT = datetime(2026, 3, 12, 17, 5, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")
NOBODY = OwnChoice()
CHOSEN = OwnChoice(US)


def told(address: str) -> Suggestion:
    return Suggestion(address, "ben@oak.example", AT)


@pytest.mark.parametrize(
    ("own", "suggested", "sealed_for", "decided"),
    [
        # chosen here, and nobody says otherwise
        (CHOSEN, US, US, InUse(US)),
        (CHOSEN, f"{US}/login", None, InUse(US)),
        # nobody has chosen here: without asking the vendor's own only
        (NOBODY, US, None, InUse(US, US)),
        (NOBODY, "https://US.idexxneo.com/", None, InUse(US, US)),
        (NOBODY, OWN, CA, InUse(CA, CA)),
        (NOBODY, EVIL, None, Why.FIRST),
        (NOBODY, OWN, None, Why.FIRST),
        (NOBODY, US, EVIL, Why.FIRST),
        (NOBODY, HERE, None, Why.FIRST),
        (OwnChoice(practice=True), HERE, None, Why.FIRST),
        (OwnChoice(practice=True), US, None, Why.FIRST),
        # somebody else says otherwise, the vendor's own or not
        (CHOSEN, CA, US, Why.CHANGED),
        (CHOSEN, EVIL, None, Why.CHANGED),
        (CHOSEN, "javascript:alert(1)", US, Why.CHANGED),
        (CHOSEN, "", US, Why.CHANGED),
        (replace(CHOSEN, declined=(EVIL,)), EVIL, US, InUse(US)),
        (replace(CHOSEN, declined=(EVIL,)), CA, US, Why.CHANGED),
        # another computer has sealed it for somewhere else; what was declined is not a yes to that
        (CHOSEN, US, CA, Why.ELSEWHERE),
        (CHOSEN, CA, CA, Why.ELSEWHERE),
        (replace(CHOSEN, declined=(CA,)), CA, CA, Why.ELSEWHERE),
        # a person says it for this run
        (replace(CHOSEN, given=OWN), EVIL, CA, InUse(OWN)),
        (OwnChoice(given=OWN), EVIL, None, InUse(OWN, OWN)),
        (OwnChoice(given=OWN), US, None, InUse(OWN, US)),
    ],
)
def test_what_is_decided(
    own: OwnChoice, suggested: str, sealed_for: str | None, decided: InUse | Why
) -> None:
    found = decide(own, told(suggested), sealed_for)
    if isinstance(decided, InUse):
        assert found == decided
    else:
        assert isinstance(found, Question)
        assert found.why is decided


@pytest.mark.parametrize(
    "own",
    [
        OwnChoice("http://us.idexxneo.com"),
        OwnChoice("https://us.idexxneo.com@evil.example"),
        OwnChoice(HERE),
        OwnChoice(US, practice=True),
        OwnChoice(US, given=HERE),
        OwnChoice(HERE, given=US, practice=True),
    ],
)
def test_a_persons_own_choice_is_checked_at_every_use(own: OwnChoice) -> None:
    with pytest.raises(Failure) as refused:
        decide(own, told(US), US)
    assert refused.value.code is FailureCode.INVALID_INPUT


def test_a_browser_is_led_only_to_what_was_confirmed_here() -> None:
    assert confirmed_address(CHOSEN, told(EVIL)) == US
    assert confirmed_address(NOBODY, told(EVIL)) is None
    assert confirmed_address(NOBODY, told(US)) == US


def test_the_question_names_who_and_when_and_shows_everything_inert() -> None:
    changed = decide(CHOSEN, told(CA), US)
    assert isinstance(changed, Question)
    assert changed.failure(ZONE).title == (
        "Neo's address was changed by ben@oak.example on 12 Mar 2026 at 10:05 to https://ca.idexxneo.com: use it?"
    )
    assert " on Mar 12, 2026 at 10:05 am to " in changed.failure(ZONE, "US").title
    hostile = Suggestion("\u202emoc.oxenxxedi//:sptth" * 900, "\u202ex\x1b[31m" * 900, AT)
    changed = decide(CHOSEN, hostile, US)
    assert isinstance(changed, Question)
    failure = changed.failure(ZONE)
    assert failure.code is FailureCode.ADDRESS_CHANGED
    assert failure.words.exit_code == 4
    assert failure.title.isprintable()
    assert len(failure.title) < 250
    unknown = decide(CHOSEN, Suggestion(CA), US)
    assert isinstance(unknown, Question)
    assert unknown.failure(ZONE).title == "Neo's address was changed to https://ca.idexxneo.com: use it?"
