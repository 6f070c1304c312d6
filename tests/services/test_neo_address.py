"""Where Neo is, as people on each computer say it; and sign-ins that older programs have sealed for any address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from idexx_desktop import app
from idexx_desktop.app import SetUp
from idexx_desktop.db import migrate
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.neo_address import OwnChoice, Why
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.services import profile as profiles
from idexx_desktop.simulator.site import PracticeNeo
from idexx_desktop.sync.sealed_login import put_in, seal_login
from idexx_desktop.sync.signin import SealedSignIn
from tests.services.test_computers import approve, fails
from tests.support.own_choices import MemoryChoices
from tests.support.postgres import OAK
from tests.support.practice import LOGIN, Practice, Practices

VENDORS = "https://us.idexxneo.com"


@pytest.fixture
def first(practices: Practices) -> Practice:
    """The computer where the sign-in was entered."""
    return practices("ordinary-day", visits=2)


@pytest.fixture
def elsewhere(first: Practice) -> Iterator[PracticeNeo]:
    """Neo has moved there."""
    with PracticeNeo("ordinary-day", visits=2, now=first.clock.now) as site:
        yield site


def row_of(practice: Practice) -> SealedCredentials:
    with practice.program.records.transaction() as tx:
        row = tx.credentials.get()
    assert row is not None
    return row


def why(practice: Practice) -> Why | None:
    question = practice.program.neo_address.place().question
    return question.why if question else None


def seal_as_before(practice: Practice) -> None:
    """As a program did that knew of no addresses."""
    sharing, row = practice.sharing(), row_of(practice)
    old = seal_login(sharing.sealer, LOGIN, row.id, row.user_id, row.encryption_key_id, None)
    with practice.program.records.transaction() as tx:
        assert put_in(tx, row, old, practice.clock.now())


def forget_choice(practice: Practice) -> None:
    """The profile's file as a program wrote it that knew of no choice."""
    path = practice.home / profiles.FILE_NAME
    kept = json.loads(path.read_text())
    for name in ("neo_url", "neo_urls_declined", "browser_path"):
        del kept[name]
    path.write_text(json.dumps(kept))


# what was there before


def test_an_older_database_with_data_keeps_everything_and_asks_once(first: Practice) -> None:
    assert first.sync().failure is None
    visits = first.visits()
    seal_as_before(first)
    first.program.records.database.close()
    migrate.downgrade(first.database.owner_url, "0013")
    first.query("UPDATE public.clinic_settings SET browser_path = '/tmp/evil', concurrency = 7")
    migrate.upgrade(first.database.owner_url)
    assert first.query("SELECT DISTINCT browser_path, concurrency FROM public.clinic_settings") == [
        {"browser_path": None, "concurrency": 7}
    ]
    forget_choice(first)
    assert first.visits() == visits
    assert first.program.neo_address.browser_path() is None
    # a practice Neo is nobody's own domain: a person says that it is the one
    failure = first.sync().failure
    assert failure is not None
    assert failure.code is FailureCode.ADDRESS_CHANGED
    assert first.site.url in failure.title
    fails(FailureCode.INVALID_INPUT, first.program.neo_address.keep)
    first.program.neo_address.use(first.site.url)
    assert first.sync().failure is None
    assert row_of(first).neo_url == first.site.url
    assert first.actions()["address.chosen"] == 1


def test_setting_up_again_says_where_neo_is_once(first: Practice) -> None:
    forget_choice(first)
    assert why(first) is Why.FIRST
    for address in (first.site.url, "http://127.0.0.1:9"):
        wanted = SetUp(OAK, "America/Los_Angeles", "a@oak.example", neo_url=address)
        with app.set_up(first.environment, wanted) as (program, created):
            assert not created
            assert program.neo_address.place().address == first.site.url
    assert why(first) is None


def on_real_site(practice: Practice, suggested: str) -> tuple[SealedSignIn, MemoryChoices]:
    """A profile of an older program, whose clinic works with the real Neo."""
    practice.query("UPDATE public.clinic_settings SET neo_url = %s", suggested)
    choices = MemoryChoices(OwnChoice())
    sharing = replace(practice.sharing(), neo=choices)
    return SealedSignIn(practice.program.records, sharing, practice.clock), choices


def test_without_asking_only_under_the_vendors_own_domain(first: Practice) -> None:
    seal_as_before(first)
    for suggested in (
        "https://idexxneo.com.evil.example",
        "https://us.idexxneo.com:8443",
        "http://127.0.0.1:9",
    ):
        sealed, choices = on_real_site(first, suggested)
        fails(FailureCode.ADDRESS_CHANGED, sealed.require)
        assert (row_of(first).neo_url, choices.read()) == (None, OwnChoice())
    sealed, choices = on_real_site(first, "https://US.IdexxNeo.com/login")
    usable = sealed.require()
    assert (usable.address, usable.row.neo_url, choices.read().address) == (VENDORS, VENDORS, VENDORS)
    assert sealed.open(usable.row) == LOGIN
    assert first.query("SELECT 1 FROM public.neo_cookies") == []
    recorded = first.actions()["address.chosen"]
    assert sealed.require() == usable
    assert first.actions()["address.chosen"] == recorded > 0


def test_what_is_given_for_one_run_is_an_answer_but_moves_no_seal(first: Practice) -> None:
    given = "https://neo.clinic.example"
    seal_as_before(first)
    sealed, choices = on_real_site(first, VENDORS)
    choices.choice = OwnChoice(given=given)
    assert sealed.require().address == given
    assert (choices.read().address, row_of(first).neo_url) == (VENDORS, VENDORS)
    choices.choice = replace(choices.choice, given=None)
    assert sealed.require().address == VENDORS
    # where nothing else is known, it is what the person has said
    seal_as_before(first)
    sealed, choices = on_real_site(first, "https://idexxneo.com.evil.example")
    choices.choice = OwnChoice(given=given)
    assert sealed.require().address == given
    assert (choices.read().address, row_of(first).neo_url) == (given, given)


# several computers


def test_a_person_on_a_second_computer_confirms_where_the_sign_in_goes(
    practices: Practices, first: Practice
) -> None:
    second = practices.computer(first, "Front desk 2", says_where=False)
    approve(first, second)
    assert why(second) is Why.FIRST
    failure = second.sync().failure
    assert failure is not None
    assert failure.code is FailureCode.ADDRESS_CHANGED
    second.program.neo_address.use(first.site.url)
    assert second.sync().failure is None
    kept = profiles.load(second.home)
    assert kept is not None
    assert kept.neo_url == first.site.url
    # nobody else is asked because of it
    assert why(first) is None
    assert first.sync().failure is None


def test_neo_moves_and_each_computer_is_asked(
    practices: Practices, first: Practice, elsewhere: PracticeNeo
) -> None:
    second = practices.computer(first, "Front desk 2")
    approve(first, second)
    assert second.sync().failure is None
    first.program.neo_address.use(elsewhere.url)
    assert row_of(first).neo_url == elsewhere.url
    question = second.program.neo_address.place().question
    assert question is not None
    assert (question.why, question.address, question.by) == (
        Why.ELSEWHERE,
        elsewhere.url,
        "test_a@oak.example",
    )
    failure = second.sync().failure
    assert failure is not None
    assert failure.code is FailureCode.ADDRESS_CHANGED
    assert elsewhere.sign_in_attempts == 0
    second.program.neo_address.use(elsewhere.url)
    usable = SealedSignIn(second.program.records, second.sharing(), second.clock).require()
    assert (usable.address, usable.row.neo_url) == (elsewhere.url, elsewhere.url)
    assert [why(each) for each in (first, second)] == [None, None]


def test_keeping_ours_seals_it_for_ours(
    practices: Practices, first: Practice, elsewhere: PracticeNeo
) -> None:
    second = practices.computer(first, "Front desk 2")
    approve(first, second)
    first.program.neo_address.use(elsewhere.url)
    second.program.neo_address.keep()
    assert row_of(second).neo_url == first.site.url
    assert (why(first), why(second)) == (Why.ELSEWHERE, None)
    first.program.neo_address.keep()
    assert (why(first), why(second)) == (None, Why.ELSEWHERE)


def test_a_new_key_changes_nothing_of_where_it_goes(practices: Practices, first: Practice) -> None:
    second = practices.computer(first, "Front desk 2", says_where=False)
    approve(first, second)
    first.program.computers.rotate_key()
    assert row_of(first).neo_url == first.site.url
    first.program.computers.make_kit()
    second.program.computers.remove(first.sharing().own().id)
    assert row_of(first).neo_url == first.site.url
    assert why(second) is Why.FIRST


def test_a_kit_opens_the_sign_in_and_not_the_question(practices: Practices, first: Practice) -> None:
    code = first.program.computers.make_kit().code
    found = practices.computer(first, "From the kit", says_where=False)
    found.program.computers.recover(code)
    obstacle = found.program.credentials.obstacle()
    assert obstacle is not None
    assert obstacle.code is FailureCode.ADDRESS_CHANGED
    found.program.neo_address.use(first.site.url)
    assert found.program.credentials.obstacle() is None


# answers


def test_an_answer_that_can_not_be_used_changes_nothing(first: Practice) -> None:
    service, before = first.program.neo_address, row_of(first)
    for address in ("http://neo.example", "neo", "", VENDORS, "https://127.0.0.1@neo.example"):
        fails(FailureCode.INVALID_INPUT, partial(service.use, address))
    assert (service.place().address, row_of(first)) == (first.site.url, before)


def test_saying_again_what_holds_changes_nothing(first: Practice) -> None:
    before, actions = row_of(first), first.actions()
    first.program.neo_address.use(f"{first.site.url}/login")
    first.program.neo_address.keep()
    assert (row_of(first), first.actions()) == (before, actions)


def test_a_sign_in_that_was_tested_elsewhere_is_not_kept_as_tested(
    first: Practice, elsewhere: PracticeNeo
) -> None:
    service = first.program.credentials
    service.test(LOGIN)
    first.program.neo_address.use(elsewhere.url)
    service.save(LOGIN)
    assert (service.status().state, row_of(first).neo_url) == ("unknown", elsewhere.url)
    assert first.query("SELECT 1 FROM public.neo_cookies") == []


def test_a_computer_that_can_not_open_the_sign_in_may_say_where_neo_is(
    practices: Practices, first: Practice, elsewhere: PracticeNeo
) -> None:
    stranger = practices.computer(first, "Front desk 3", says_where=False)
    before = row_of(first)
    stranger.program.neo_address.use(elsewhere.url)
    assert row_of(first) == before
    assert stranger.program.neo_address.place().address == elsewhere.url
    assert why(first) is Why.CHANGED


def test_whoever_names_an_address_at_set_up_has_answered(practices: Practices, first: Practice) -> None:
    first.query("UPDATE public.clinic_settings SET neo_url = 'http://127.0.0.1:9'")
    second = practices.computer(first, "Front desk 2")
    place = second.program.neo_address.place()
    assert (place.address, place.question) == (first.site.url, None)


def test_a_profile_with_a_broken_choice_says_so(first: Practice) -> None:
    path = first.home / profiles.FILE_NAME
    kept = json.loads(path.read_text())
    for broken in ({"neo_url": "http://neo.example"}, {"neo_url": 5}, {"neo_urls_declined": [5]}):
        path.write_text(json.dumps(kept | broken))
        fails(FailureCode.INVALID_INPUT, first.program.neo_address.place)
