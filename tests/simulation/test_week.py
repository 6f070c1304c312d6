"""Weeks of a clinic, each made from a seed: Neo changes, people decide, runs break off; what must hold is checked.

After every event:
- every visit that a run was told of has exactly one state, with its reason and its trace;
- a visit is on one call at most, whoever syncs it and under whatever key; no call is about nobody;
- a call that was handed over, or ended, is as it was;
- a run that did not finish is not `completed`, and says why.

After a run that read everything:
- every visit that the lists showed is accounted for, and the counts of the run add up;
- nothing is queued about the dead, the cancelled, drafts, visits without notes or whose kind is switched off, for
  numbers that opted out or were never any, after a person's no, in review mode or while calls are paused;
- calls are at decent hours for the owner, inside the clinic's window, on open days, after the visit;
- one call names all pets that the owner brought on a day; one that is held, or died, holds it;
- an ordinary visit is called about: it is held or left out only for a reason that the model knows, too;
- the attention list is exactly what needs a person;
- the same run again changes nothing.

While programs are open, or where one was there within ten minutes:
- at the instant a call is due, Neo was asked for the pages of all its visits within 45 minutes, and that was saved,
  or it is not queued (`ticking.py`, `looked_at.py`); and so it was for what may stop it, the owner's other open visits
  of the day and those of the pet;
- what is due soon and can be read is read;
- no call is held for a reading that could be had; what was held is scheduled again once it was read, not before;
- what Neo couldn't answer is not asked for again within ten minutes.

All weeks together meet every reason and every failure, but for five (`reaching.py`).

At once, when a person says so: pause, review mode, opt-out, "no call", "ignore".

On real records, by the engine and the services themselves, after every event besides:
- they hold what the records in memory hold: visits, calls, rules, runs with their counts and codes;
- what reads as scheduled, one by one and counted, has a call that is queued or was handed over;
- each change has its audit row; a run whose lease was taken over writes nothing more.

Where a colleague writes rows that look like claims, cases and calls, everybody's calls are those of the week without.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pytest

from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.failures import FailureCode
from tests.simulation import hostile
from tests.simulation.events import USERS, Week
from tests.simulation.found import FOUND, OFFICE
from tests.simulation.invariants import Broken
from tests.simulation.making import week
from tests.simulation.mutations import (
    LOOKED,
    LOOKS,
    LOOKS_ON_RECORDS,
    ON_RECORDS,
    RULES,
    TRUSTING,
    WEEK,
    Mutation,
    mutated,
)
from tests.simulation.playing import Clinic
from tests.simulation.program import Program
from tests.simulation.reaching import UNREACHED, failure_mark, in_all, reason_mark, require_reached
from tests.simulation.remembering import remembering
from tests.simulation.told import without_deaths
from tests.simulation.weeks import broken, play, play_beside, shrunk, told
from tests.support.postgres import ClinicDatabase

# how many weeks each test plays, and how many of them in one item: the items are shared by the test workers
PLAYED = {
    "test_weeks_in_memory": (2_000, 250),
    "test_weeks_on_records": (12, 1),
    "test_a_hostile_colleague_changes_nobodys_calls": (200, 100),
    "test_a_hostile_colleague_on_records": (3, 1),
    "test_a_hundred_thousand_weeks_in_memory": (100_000, 1_000),
    "test_twenty_thousand_weeks_before_their_calls": (20_000, 1_000),
}
# a week on real records costs a hundred times as much
SHORT = 14
Beside = Callable[[Week], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The seeds of each item, always the same; one alone where the command line names it."""
    if "seeds" not in metafunc.fixturenames:
        return
    only = metafunc.config.getoption("--week", None)
    count, size = PLAYED[metafunc.function.__name__]
    items = [range(start, start + size) for start in range(0, count, size)]
    if only is not None:
        items = [range(only, only + 1)]
    metafunc.parametrize("seeds", items, ids=[f"{seeds[0]}-{seeds[-1]}" for seeds in items])


def play_in_memory(seeds: range, test: str) -> Counter[str]:
    """Play these weeks; the first that fails is told whole, and shrunk, with the command that plays it again.

    Returns what they have met, and how often.
    """
    reached: Counter[str] = Counter()

    def play_and_count(one: Week) -> None:
        reached.update(play(one).records.reached)

    with remembering():
        for seed in seeds:
            played = week(seed)
            problem = broken(played, play_and_count)
            if problem is not None:
                shorter = shrunk(played)
                needed = told(shorter, broken(shorter) or problem)
                raise failed(played, problem, test, f"\n\nThis much of it is enough:\n{needed}") from problem
    return reached


def failed(played: Week, problem: Exception, test: str, more: str = "") -> AssertionError:
    """What to raise for a week that failed."""
    command = f"python3 run.py test tests/simulation/test_week.py -k {test} --week {played.seed}"
    return AssertionError(f"{told(played, problem)}{more}\n\nAgain: {command}")


@contextmanager
def program_of(played: Week, database: ClinicDatabase, folder: Path) -> Iterator[Program]:
    """The program in a clinic at the beginning of this week."""
    people = dict(zip(USERS, (database.people.a, database.people.colleague), strict=True))
    program = Program(Clinic.at_work(played), database, people, folder)
    try:
        yield program
    finally:
        program.close()


@pytest.fixture
def beside(clinic_database: ClinicDatabase, tmp_path: Path) -> Beside:
    """Plays one week on real records."""

    def play_it(played: Week) -> None:
        with program_of(played, clinic_database, tmp_path) as program:
            play_beside(played, program)

    return play_it


def test_weeks_in_memory(seeds: range, tmp_path_factory: pytest.TempPathFactory) -> None:
    count, size = PLAYED["test_weeks_in_memory"]
    reached = play_in_memory(seeds, "test_weeks_in_memory")
    in_all_weeks = in_all(tmp_path_factory, f"{seeds[0]}", count // size, reached)
    if in_all_weeks is not None:
        require_reached(in_all_weeks)


def test_few_codes_are_out_of_reach() -> None:
    assert len(UNREACHED) <= 5


def test_weeks_on_records(seeds: range, beside: Beside) -> None:
    [seed] = seeds
    played = without_deaths(week(seed, length=SHORT))
    problem = broken(played, beside)
    if problem is not None:
        raise failed(played, problem, "test_weeks_on_records") from problem


def test_a_hostile_colleague_changes_nobodys_calls(seeds: range) -> None:
    with remembering():
        for seed in seeds:
            alone = hostile.undisturbed(week(seed))
            disturbed = hostile.disturbed(week(seed))
            try:
                calls = hostile.calls_of(play(disturbed))
                assert calls == hostile.calls_of(play(alone))
            except AssertionError as problem:
                raise failed(
                    disturbed, problem, "test_a_hostile_colleague_changes_nobodys_calls"
                ) from problem


def test_a_hostile_colleague_on_records(seeds: range, beside: Beside) -> None:
    [seed] = seeds
    played = hostile.disturbed(without_deaths(week(seed, length=SHORT)))
    problem = broken(played, beside)
    if problem is not None:
        raise failed(played, problem, "test_a_hostile_colleague_on_records") from problem


@pytest.mark.parametrize("mutation", TRUSTING, ids=str)
def test_trust_in_rows_of_others_is_found(mutation: Mutation) -> None:
    with mutated(mutation), pytest.raises(AssertionError):
        test_a_hostile_colleague_changes_nobodys_calls(range(100))


@pytest.mark.long(item=28)
def test_a_hundred_thousand_weeks_in_memory(seeds: range) -> None:
    print(f"\nweeks {seeds[0]} to {seeds[-1]}")
    play_in_memory(seeds, "test_weeks_in_memory")


@pytest.mark.long(item=43)
def test_twenty_thousand_weeks_before_their_calls(seeds: range) -> None:
    print(f"\nweeks {seeds[0]} to {seeds[-1]}")
    play_in_memory(seeds, "test_weeks_in_memory")


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_holds_now(name: str) -> None:
    play(FOUND[name])


@pytest.mark.parametrize(
    "name",
    [
        "signs of death to which a person said that there is no call",
        "a walk-in without a time gets an appointment of long ago",
    ],
)
def test_what_is_outside_of_the_window_counts_on_records_too(name: str, beside: Beside) -> None:
    beside(FOUND[name])


def test_what_becomes_of_accounts_and_programs(beside: Beside) -> None:
    beside(OFFICE)
    reached = play(OFFICE).records.reached
    codes = "no_credentials suspended too_many_tests no_profile code_refused invalid_input visit_not_saved"
    codes += " anothers_profile records_moved records_not_local records_open_elsewhere"
    codes += " database_outdated database_refused program_outdated"
    assert not [code for code in codes.split() if not reached[failure_mark(FailureCode(code))]]
    assert reached[reason_mark(ReasonCode.CALL_MISSING)]
    assert reached[reason_mark(ReasonCode.NO_TIME)]
    assert reached[reason_mark(ReasonCode.ACCOUNT_LEFT)]


@pytest.mark.parametrize("mutation", [*RULES, *LOOKS], ids=str)
def test_broken_rules_are_found(mutation: Mutation) -> None:
    """What was found once is quickest to find again."""
    seeds = range(PLAYED["test_weeks_in_memory"][0])
    with mutated(mutation), remembering():
        problems = (broken(each) for each in chain(FOUND.values(), map(week, seeds)))
        assert any(isinstance(problem, Broken) for problem in problems)


@pytest.mark.parametrize("played", [WEEK, LOOKED], ids=["all", "looks"])
def test_the_weeks_for_mutations_hold(played: Week, beside: Beside) -> None:
    beside(played)


@pytest.mark.parametrize("mutation", ON_RECORDS, ids=str)
def test_a_broken_engine_is_found(mutation: Mutation, beside: Beside) -> None:
    with mutated(mutation), pytest.raises(Broken):
        beside(WEEK)


@pytest.mark.parametrize("mutation", LOOKS_ON_RECORDS, ids=str)
def test_broken_looks_of_the_engine_are_found(mutation: Mutation, beside: Beside) -> None:
    with mutated(mutation), pytest.raises(Broken):
        beside(LOOKED)


def test_a_failing_week_is_told_and_shrunk() -> None:
    called_off = next(mutation for mutation in RULES if mutation.what == "calls about cancelled visits")
    with mutated(called_off), pytest.raises(AssertionError) as raised:
        play_in_memory(range(200), "test_weeks_in_memory")
    text = str(raised.value)
    command = text.splitlines()[-1]
    seed = int(command.rpartition(" ")[2])
    assert command.endswith(f"test_week.py -k test_weeks_in_memory --week {seed}")
    assert all(str(event) in text for event in week(seed).events)
    with mutated(called_off):
        shorter = shrunk(week(seed))
        assert isinstance(broken(shorter), Broken)
    assert len(shorter.events) < 10


def test_a_seed_gives_the_same_week_in_every_process() -> None:
    script = "from tests.simulation.test_week import ends; print(ends(range(30)))"
    again = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "28"},  # sets of texts have another order in it
    )
    assert again.stdout.strip() == ends(range(30))


def ends(seeds: range) -> str:
    """A hash of what is recorded at the end of these weeks."""
    records = [play(week(seed)).records for seed in seeds]
    found = [
        (each.calls, sorted(each.on_call.items()), each.runs, hashes(each.of(user)))
        for each in records
        for user in USERS
    ]
    return hashlib.sha256(repr(found).encode()).hexdigest()


def hashes(visits: dict[str, KnownVisit]) -> list[tuple[str, str]]:
    """Each visit's key with the hash of what was decided."""
    return sorted((key, visit.decision_hash) for key, visit in visits.items())
