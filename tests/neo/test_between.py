"""Whatever stands between the program and Neo, by name: the right outcome, and the right words."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.routing import consequence
from idexx_desktop.neo import covering, signin
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.simulator.between import PAGES, Where
from idexx_desktop.simulator.site import PracticeNeo
from tests.neo.one_browser import Run
from tests.neo.support import LOGIN, ZONE, Canned, OddSite, form

Code = FailureCode
IN = "signed in"
BRANCH = "North Branch"
# where a page needs more than the sign-in: the branch that a person named
NAMED = {
    "branch": BRANCH,
    "branch from a list": BRANCH,
    "branch among radio buttons": BRANCH,
}


@dataclass(frozen=True)
class Expected:
    """How a sign-in ends: with a code and these words in title or advice, or signed in."""

    code: FailureCode | None
    words: str = ""
    submits: int = 1


def before(code: FailureCode, words: str) -> Expected:
    """It ends before the form was sent."""
    return Expected(code, words, 0)


ROBOTS = before(Code.SOMETHING_BETWEEN, "A check for robots answers in place of IDEXX Neo")
NETWORK = before(Code.SOMETHING_BETWEEN, "A page of this network")
OVER = before(Code.NEO_ASKS, "lies over IDEXX Neo's sign-in page")
SIGNED_IN = Expected(None)

SIGN_INS = {
    "robot check": ROBOTS,
    "robot check while busy": ROBOTS,
    "robot check as a picture": ROBOTS,
    "robot check that says so in a header": ROBOTS,
    "robot check that lets browsers through": SIGNED_IN,
    "firewall": ROBOTS,
    "web filter": NETWORK,
    "Wi-Fi page": NETWORK,
    "Wi-Fi page elsewhere": NETWORK,
    "network wants a sign-in": NETWORK,
    "expired page": before(Code.SOMETHING_BETWEEN, "its page is too old"),
    "not from here": before(Code.NOT_FROM_HERE, "only allows this user from certain places"),
    "maintenance": before(Code.MAINTENANCE, "under maintenance"),
    "cookie banner": SIGNED_IN,
    "cookie banner without a choice": SIGNED_IN,
    "announcement over the form": SIGNED_IN,
    "modal": SIGNED_IN,
    "modal that comes late": SIGNED_IN,
    "two layers": SIGNED_IN,
    "terms over the form": OVER,
    "link over the form": OVER,
    "page that loads": SIGNED_IN,
    "words over a field": SIGNED_IN,
    "button that waits for a key": SIGNED_IN,
    "button that never opens": before(Code.PAGE_CHANGED, "looks different"),
    "company that can't be changed": SIGNED_IN,
    "another company that can't be changed": before(Code.INVALID_INPUT, "for another company ID"),
    "company from a list": SIGNED_IN,
    "company from a list without ours": before(Code.INVALID_INPUT, "for another company ID"),
    "form in a new tab": SIGNED_IN,
    "button outside of the form": SIGNED_IN,
    "attempts left": Expected(Code.WRONG_PASSWORD, "didn't accept the password"),
    "no attempts left": Expected(Code.LOCKED_OUT, "has locked this user"),
    "form too old": Expected(Code.SOMETHING_BETWEEN, "its page is too old"),
    "not a robot": Expected(Code.SOMETHING_BETWEEN, "A check for robots"),
    "went wrong": Expected(Code.SIGN_IN_REJECTED, "didn't say why"),
    "expired page after the submit": Expected(Code.SOMETHING_BETWEEN, "its page is too old"),
    "robot check after the submit": Expected(Code.SOMETHING_BETWEEN, "A check for robots"),
    "branch": SIGNED_IN,
    "branch from a list": SIGNED_IN,
    "branch among radio buttons": SIGNED_IN,
    "terms": Expected(Code.NEO_ASKS, "its terms"),
    "new device": Expected(Code.NEO_ASKS, "confirm this computer"),
    "signed in elsewhere": Expected(Code.NEO_ASKS, "signed in elsewhere"),
    "bill": Expected(Code.NEO_ASKS, "a bill"),
    "announcement": Expected(Code.NEO_ASKS, "an announcement"),
    "announcement that stops nothing": SIGNED_IN,
    "code for a new device": Expected(Code.CODE_ASKED, "a code that only a person can enter"),
}
ANSWERS = {
    "answer: robot check": ROBOTS,
    "answer: robot check while busy": ROBOTS,
    "answer: robot check in a header": ROBOTS,
    "answer: expired": before(Code.SOMETHING_BETWEEN, "its page is too old"),
    "answer: Wi-Fi page": NETWORK,
    "answer: Wi-Fi page elsewhere": NETWORK,
    "answer: network wants a sign-in": NETWORK,
    "answer: sign-in page that checks for robots": before(Code.SESSION_EXPIRED, "signed us out"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[PracticeNeo]:
    """One practice site; each page is put in the way in its turn."""
    with PracticeNeo(visits=1) as started:
        yield started


@pytest.fixture(autouse=True)
def short_waits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On pages where nothing comes that could be waited for."""
    name = getattr(request.node, "callspec", None) and request.node.callspec.params.get("name")
    if name in SIGN_INS and SIGN_INS[name].submits == 0:
        if PAGES[name].where is Where.FORM:
            monkeypatch.setattr(signin, "_FORM_SECONDS", 0.5)
        monkeypatch.setattr(signin, "_PRESSABLE_SECONDS", 0.5)
        monkeypatch.setattr(covering, "_LOADED_SECONDS", 0.5)


def options_for(site: PracticeNeo, branch: str = "") -> NeoOptions:
    """Without a limit on requests a second."""
    return NeoOptions(site.url, ZONE, requests_per_second=0, branch=branch)


async def sign_in(site: PracticeNeo, branch: str = "", kept: str | None = None) -> str:
    """Sign in once; the cookies."""
    async with NeoSession(options_for(site, branch), SystemClock(), random.Random(7), kept) as session:  # noqa: S311 - jitter
        await session.sign_in(replace(LOGIN, username=f"  {LOGIN.username} "))
        return session.cookies()


def outcome(ends: Failure | None, submits: int, expected: Expected) -> None:
    """It ended as expected, and said so in the right words."""
    code = ends.code if ends else None
    said = f"{ends.title} {ends.advice}" if ends else ""
    assert (code, expected.words in said, submits) == (expected.code, True, expected.submits), said
    if code in (Code.SOMETHING_BETWEEN, Code.NEO_ASKS, Code.BRANCH_ASKED):
        assert ends is not None
        assert not consequence(ends.code).suspends
        assert LOGIN.password not in f"{ends!r}"


# others of the same kind are tried each time
RARE = {
    "robot check while busy", "robot check as a picture", "web filter", "expired page", "not from here", "maintenance",
    "two layers", "company from a list without ours", "branch among radio buttons", "no attempts left", "bill",
    "announcement",
}  # fmt: skip


@pytest.mark.long(item=56)
@pytest.mark.parametrize("name", SIGN_INS)
def test_each_page_meets_a_browser_of_its_own(name: str, site: PracticeNeo) -> None:
    site.play(name)
    sent = site.counts.get("POST /login", 0)

    async def run() -> None:
        options = options_for(site, NAMED.get(name, ""))
        async with NeoSession(options, SystemClock(), random.Random(7)) as session:  # noqa: S311 - spreads retries
            await session.sign_in(LOGIN)

    ends = None
    try:
        asyncio.run(run())
    except Failure as failure:
        ends = failure
    outcome(ends, site.counts.get("POST /login", 0) - sent, SIGN_INS[name])


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.long(item=56)) if name in RARE else name for name in SIGN_INS],
)
def test_each_page_of_a_sign_in_has_its_outcome_and_its_words(
    name: str, site: PracticeNeo, in_one_tab: Run
) -> None:
    site.play(name)
    sent = site.counts.get("POST /login", 0)
    ends = None
    try:
        in_one_tab(sign_in(site, NAMED.get(name, "")))
    except Failure as failure:
        ends = failure
    outcome(ends, site.counts.get("POST /login", 0) - sent, SIGN_INS[name])
    if PAGES[name].where is Where.AFTER:
        # what a person has to answer is never answered for them, but for the branch that they named
        assert site.chosen in ((BRANCH, "1") if name in NAMED else (None,))


@pytest.mark.parametrize("wanted", ["", "South Branch"])
def test_a_branch_that_nobody_named_is_asked_for_once_with_what_there_is(
    wanted: str, site: PracticeNeo, in_one_tab: Run
) -> None:
    site.play("branch")
    with pytest.raises(Failure) as told:
        in_one_tab(sign_in(site, wanted))
    assert told.value.code is Code.BRANCH_ASKED
    assert "Main Street, North Branch." in told.value.title
    assert (f"no branch “{wanted}”" in told.value.title) is bool(wanted)
    assert site.chosen is None


@pytest.fixture(scope="module")
def signed_in(site: PracticeNeo, in_one_tab: Run) -> str:
    """Cookies that work."""
    site.play("")
    return in_one_tab(sign_in(site))


@pytest.mark.parametrize("name", ANSWERS)
def test_each_page_in_place_of_an_answer_has_its_outcome_and_its_words(
    name: str, site: PracticeNeo, signed_in: str
) -> None:
    site.play(name)
    asked = sum(site.counts.values())

    async def read() -> None:
        session = NeoSession(options_for(site), SystemClock(), random.Random(7), signed_in)  # noqa: S311 - jitter
        async with session:
            await session.read_consultation("1")

    with pytest.raises(Failure) as told:
        asyncio.run(read())
    outcome(told.value, 0, ANSWERS[name])
    # asked once: over and over would be what a check for robots looks for
    assert sum(site.counts.values()) == asked + 1


def test_what_was_answered_once_stays_answered(site: PracticeNeo, in_one_browser: Run) -> None:
    site.play("branch")
    kept = in_one_browser(sign_in(site, BRANCH))
    assert site.chosen == BRANCH
    site.play("branch")
    again = in_one_browser(sign_in(site, kept=kept))
    assert site.chosen is None
    assert "neo_answered" in again
    with pytest.raises(Failure) as told:  # what another address left says nothing here
        in_one_browser(sign_in(site, kept=kept.replace("127.0.0.1", "neo.example")))
    assert told.value.code is Code.BRANCH_ASKED


REMEMBERS = """
document.cookie = 'was=' + (localStorage.getItem('device') || 'unknown');
localStorage.setItem('device', 'trusted');
document.forms[0].addEventListener('submit', () => localStorage.setItem('typed', document.forms[0].password.value));
"""


def test_what_the_pages_keep_is_kept_but_never_the_password(odd_site: OddSite, in_one_browser: Run) -> None:
    odd_site.answers["GET /login"] = form(script=REMEMBERS)
    odd_site.answers["POST /login"] = Canned(status=302, headers={"Location": "/home"})
    odd_site.answers["GET /home"] = Canned("<h1>Welcome</h1>")
    odd_site.answers["GET /users"] = Canned('{"name": "Oak"}')

    async def once(kept: str | None) -> str:
        options = NeoOptions(odd_site.url, ZONE, requests_per_second=0)
        async with NeoSession(options, SystemClock(), random.Random(7), kept) as session:  # noqa: S311 - jitter
            await session.sign_in(LOGIN)
            return session.cookies()

    first = in_one_browser(once(None))
    assert "was=unknown" in odd_site.headers["POST /login"]["cookie"]
    assert "trusted" in first
    assert LOGIN.password not in first
    in_one_browser(once(first))
    assert "was=trusted" in odd_site.headers["POST /login"]["cookie"]


# which the way itself decides; the last two come of our watching the page
_OF_THE_WAY = {"host", "connection", "cookie", "accept-encoding", "pragma", "cache-control"}


def test_we_ask_as_the_pages_own_script_does(odd_site: OddSite, in_one_tab: Run) -> None:
    asks = "fetch('/probe', {headers: {Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest'}});"
    odd_site.answers["GET /login"] = form()
    odd_site.answers["POST /login"] = Canned(status=302, headers={"Location": "/home"})
    odd_site.answers["GET /home"] = Canned(f"<h1>Welcome</h1><script>{asks}</script>")
    odd_site.answers["GET /probe"] = odd_site.answers["GET /users"] = Canned('{"name": "Oak"}')

    async def once() -> None:
        options = NeoOptions(odd_site.url, ZONE, requests_per_second=0)
        async with NeoSession(options, SystemClock(), random.Random(7)) as session:  # noqa: S311 - spreads retries
            await session.sign_in(LOGIN)

    in_one_tab(once())
    page, ours = odd_site.headers["GET /probe"], odd_site.headers["GET /users"]
    assert {name: text for name, text in ours.items() if name not in _OF_THE_WAY} == {
        name: text for name, text in page.items() if name not in _OF_THE_WAY
    }
    assert {
        "accept",
        "user-agent",
        "sec-ch-ua",
        "sec-fetch-site",
        "accept-language",
        "referer",
    } <= ours.keys()
    for what, headers in odd_site.headers.items():
        assert not [name for name, text in headers.items() if "headless" in text.lower()], what


def test_notes_that_speak_of_such_things_are_notes(site: PracticeNeo, signed_in: str) -> None:
    site.play("")
    (visit,) = site.world.consultations
    site.world.write_notes(visit.id, "<p>Just a moment... captcha, Wi-Fi, hotspot; page expired</p>")

    async def read() -> str:
        session = NeoSession(options_for(site), SystemClock(), random.Random(7), signed_in)  # noqa: S311 - jitter
        async with session:
            return str(await session.read_consultation(str(visit.id)))

    assert "captcha" in asyncio.run(read())


def test_every_page_is_judged() -> None:
    assert len(PAGES.keys() - RARE) >= 40
    assert SIGN_INS.keys() | ANSWERS.keys() == PAGES.keys()
