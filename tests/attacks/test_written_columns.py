"""Every column that a member of a clinic may write is attacked: what a colleague's program does then is compared.

The catalogue says which columns there are. A colleague puts hostile values there, at a database prompt, on a copy of
the records; then the victim's program syncs and shows every page. No secret leaves, nothing is executed, no call
appears, moves or disappears, unless `allowed.py` says so, and then the activity record names the colleague.

Many columns are written at once, and halved until those are found that did it. Values that are refused are harmless.
"""

from __future__ import annotations

import random
import socket
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.attacks.allowed import ALLOWED, KNOWN_HARM
from tests.attacks.battlefield import Battlefield, battle
from tests.attacks.columns import Attack, Column
from tests.attacks.hostile import Known, attacks_on
from tests.support.postgres import People, TestServer
from tests.support.practice import Practices, memory_keyring, synced_template
from tests.support.waiting import wait_until

__all__ = ["synced_template"]

_SEED = 38
_NORMAL_ROUNDS = 2
_ROUNDS_WITH_BROWSER = 2  # in which addresses and programs are written
_TABLES_AT_A_TIME = 5
_COLUMNS_OF_EACH_TABLE = 2


@pytest.fixture(scope="module")
def battlefield(
    postgres: TestServer, people: People, synced_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Battlefield]:
    """Made once; every life is on a copy."""
    folder = tmp_path_factory.mktemp("written")
    with (
        memory_keyring(),
        ExitStack() as parts,
        battle(Practices(postgres, people, folder, parts), synced_template, folder) as made,
    ):
        yield made


def rounds(columns: Sequence[Column], known: Known) -> list[list[Attack]]:
    """The first value of each column, then the second of each, and so on."""
    by_number: defaultdict[int, list[Attack]] = defaultdict(list)
    for column in columns:
        for number, attack in enumerate(attacks_on(column, known)):
            by_number[number].append(attack)
    return [by_number[number] for number in sorted(by_number)]


def a_few_of_each_table(columns: Sequence[Column]) -> list[Column]:
    """Those that were seen to do harm, and others by chance; what else is allowed is for the long run."""
    chance = random.Random(_SEED)  # noqa: S311 - which ones are tried
    chosen: list[Column] = []
    for table in sorted({column.table for column in columns}):
        own = [each for each in columns if each.table == table]
        known = [each for each in own if str(each) in KNOWN_HARM]
        others = [each for each in own if str(each) not in {*KNOWN_HARM, *ALLOWED}]
        chosen += [*known, *chance.sample(others, len(others))][:_COLUMNS_OF_EACH_TABLE]
    return chosen


def groups(attacks: Sequence[Attack], tables_at_a_time: int) -> Iterator[list[Attack]]:
    """Those of some tables at a time; each by itself of which an effect is allowed."""
    harmless = [each for each in attacks if str(each.column) not in ALLOWED]
    tables = sorted({attack.column.table for attack in harmless})
    for start in range(0, len(tables), tables_at_a_time):
        some = tables[start : start + tables_at_a_time]
        yield [each for each in harmless if each.column.table in some]
    yield from ([each] for each in attacks if str(each.column) in ALLOWED)


def report(found: dict[str, list[str]]) -> str:
    """Each attack that did harm, with the first things that are different."""
    return "\n".join(f"{attack}: {'; '.join(lines[:3])}" for attack, lines in found.items())


def test_an_undisturbed_life_is_the_same_each_time(battlefield: Battlefield) -> None:
    assert battlefield.life([], with_browser=False) == ([], False)
    calls = [line for line in battlefield.undisturbed[False].effects if line.startswith("calls: ")]
    assert len(calls) > 10
    assert battlefield.undisturbed[False].failures == frozenset()


def test_harm_would_be_noticed(battlefield: Battlefield) -> None:
    """With rights on every row, the same write does harm: so it is the database that keeps the colleague from it."""
    column = next(
        each for each in battlefield.columns if str(each) == "scheduled_discharge_calls.customer_phone"
    )
    strong = replace(battlefield, without_limits=True)
    found, _ = strong.life([Attack(column, "+12065550999")], with_browser=False)
    for noticed in ("isn't any more: calls: ", "is new: calls: ", "is new: a call of the victim's: "):
        assert any(line.startswith(noticed) for line in found), found


def test_the_traps_spring(battlefield: Battlefield) -> None:
    assert battlefield.traps.sprung() == []
    with socket.create_connection(("127.0.0.1", battlefield.traps.listener.port)) as connection:
        connection.sendall(b"password")
    subprocess.run([battlefield.traps.program], check=True)
    found: list[str] = []

    def both() -> bool:
        found.extend(battlefield.traps.sprung())
        return len(found) == 2

    wait_until(both)
    assert sorted(found) == ["8 bytes reached the attacker", "the attacker's program was executed"]


def attacked(battlefield: Battlefield, some: list[list[Attack]], tables_at_a_time: int) -> Iterator[str]:
    """What each round of attacks did, in words; nothing where all of it is harmless."""
    for number, attacks in enumerate(some):
        for group in groups(attacks, tables_at_a_time):
            found = battlefield.culprits(group, with_browser=number < _ROUNDS_WITH_BROWSER)
            yield f"round {number}: {len(group)} attacks on {group[0].column.table} and others\n{report(found)}".strip()


def test_what_a_colleague_writes_changes_nothing(battlefield: Battlefield) -> None:
    first, *more = rounds(a_few_of_each_table(battlefield.columns), battlefield.known)[:_NORMAL_ROUNDS]
    # what is allowed has effects and takes a life of its own each time: once is enough here
    some = [first, *([each for each in attacks if str(each.column) not in ALLOWED] for attacks in more)]
    found = [said for said in attacked(battlefield, some, tables_at_a_time=100) if "\n" in said]
    assert found == [], f"seed {_SEED}\n" + "\n".join(found)


@pytest.mark.long(item=38)
def test_whatever_a_colleague_writes_anywhere_changes_nothing(battlefield: Battlefield) -> None:
    found = []
    every = rounds(battlefield.columns, battlefield.known)
    for said in attacked(battlefield, every, tables_at_a_time=_TABLES_AT_A_TIME):
        print(said, flush=True)
        found += [said] if "\n" in said else []
    print(f"{battlefield.lives} lives")
    assert found == [], "\n".join(found)
