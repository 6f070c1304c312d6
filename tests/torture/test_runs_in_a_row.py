"""SAFETY 30: many syncs in one process use no more than the first ones did."""

from __future__ import annotations

from statistics import median

import pytest

from tests.support.practice import Practices
from tests.torture.child import Child, Told, Use, sync_often

MOST_GROWTH = 0.05


def use_of_runs(practices: Practices, runs: int) -> list[Use]:
    """What a process of its own uses after each of so many runs; nothing of it is left when it has ended."""
    practice = practices("ordinary-day", visits=8)
    with Child(sync_often, Told.by(practice.environment, runs=runs), warm=False) as child:
        uses: list[Use] = [child.hear() for _ in range(runs)]
        assert child.ended() == 0
        assert child.started() == []
    return uses


def assert_flat(uses: list[Use], warm_up: int) -> None:
    """The last quarter uses as much as the first quarter after the warm-up."""
    warm = uses[warm_up:]
    part = max(len(warm) // 4, 1)
    first, last = warm[:part], warm[-part:]
    before, after = (median(use.memory for use in some) for some in (first, last))
    print(
        f"\n{len(uses)} runs: {before / 2**20:.1f} MB after the warm-up, {after / 2**20:.1f} MB at the end"
        f" ({after / before - 1:+.1%}); threads {last[-1].threads}, handles {last[-1].handles}"
    )
    assert after < before * (1 + MOST_GROWTH)
    for name in ("threads", "system_threads", "handles", "children"):
        counted = [getattr(use, name) for use in first], [getattr(use, name) for use in last]
        # what grows with the runs is never again as small as it was; a thread that is just ending is no growth
        assert min(counted[1]) <= max(counted[0]), (name, counted)


@pytest.mark.long(item=30)
def test_forty_runs(shared_practices: Practices) -> None:
    assert_flat(use_of_runs(shared_practices, 40), warm_up=8)


@pytest.mark.long(item=30)
def test_five_hundred_runs(shared_practices: Practices) -> None:
    assert_flat(use_of_runs(shared_practices, 500), warm_up=20)
