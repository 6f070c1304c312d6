"""SAFETY 26: of two programs, processes of their own, that start a sync at once, exactly one runs, each time."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack

import pytest

from idexx_desktop.domain.failures import FailureCode
from tests.support.practice import Practice, Practices
from tests.torture.child import Child, Told, sync_when_told

# whoever has the lease waits until the other one has been refused, however long that takes on a busy computer
LEASE_SECONDS = 300.0
NAMES = ("Front Desk 1", "Front Desk 2")


def one_runs(programs: dict[str, Child]) -> str:
    """Start both; who ran."""
    for program in programs.values():
        program.said.send(True)
    answers = {name: program.hear() for name, program in programs.items()}
    assert sorted(answers.values()) == [str(FailureCode.OTHER_COMPUTER), "running"], answers
    (runs,) = (name for name, answer in answers.items() if answer == "running")
    programs[runs].said.send(True)
    assert programs[runs].hear() == ""
    return runs


def start_often(practice: Practice, pairs: int) -> None:
    """So many pairs of starts, by the same two programs."""
    told = [Told.by(practice.environment, device=name, lease_seconds=LEASE_SECONDS) for name in NAMES]
    with ExitStack() as parts:
        programs = {each.device: parts.enter_context(Child(sync_when_told, each)) for each in told}
        for program in programs.values():
            assert program.hear() == "ready"
        won = Counter(one_runs(programs) for _ in range(pairs))
        for program in programs.values():
            program.said.send(False)
            assert program.ended() == 0
    print(f"\n{pairs} starts of two programs at once: {dict(won)}")
    runs = practice.query("SELECT status::text, device FROM public.idexx_sync_sessions")
    assert Counter(row["device"] for row in runs) == won
    assert {row["status"] for row in runs} == {"completed"}


@pytest.mark.long(item=26)
def test_four_simultaneous_starts(shared_practices: Practices) -> None:
    start_often(shared_practices("ordinary-day", visits=2), 4)


@pytest.mark.long(item=26)
def test_a_thousand_simultaneous_starts(shared_practices: Practices) -> None:
    start_often(shared_practices("ordinary-day", visits=2), 1000)
