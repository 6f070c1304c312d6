"""Every change of the record is found: any at all, or older than the last signed copy where hashes were made anew."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from idexx_desktop.domain.audit_chain import (
    BEFORE_FIRST,
    ChainEnd,
    Checked,
    Evidence,
    SignedHead,
    canonical,
    check_chains,
)
from tests.domain.record_chains import (
    CHAINS,
    CHANGES,
    SIGNED_AT,
    Change,
    Record,
    Row,
    chance_of,
    cut,
    end_of,
    inserted,
    made_anew,
    made_record,
)

ATTACKS = 1000
FIRST = CHAINS[0]


def attacked(seed: int) -> tuple[Record, Change, str, int, random.Random]:
    """A record, and what is done to which row of which chain."""
    chance = chance_of(seed)
    record = made_record(chance)
    chain = chance.choice(CHAINS)
    return record, CHANGES[seed % len(CHANGES)], chain, chance.randrange(len(record.chains[chain])), chance


def test_a_record_that_nobody_touched() -> None:
    for seed in range(100):
        record = made_record(chance_of(seed))
        found = record.check()
        assert found.problem is None
        assert found.rows == sum(map(len, record.chains.values()))
        assert found.ends == record.ends


def test_1000_changes_by_somebody_who_does_not_make_the_hashes_anew() -> None:
    for seed in range(ATTACKS):
        record, change, chain, at, chance = attacked(seed)
        found = record.changed(chain, change(chance, record.chains[chain], at), anew=False).check()
        assert found.problem is not None, f"seed {seed}: {change.__name__} at {at} of {chain}"
        assert chain in found.problem, f"seed {seed}"


def test_1000_changes_with_all_hashes_made_anew() -> None:
    """What touches a row that is signed, or one before it, is found; the rest nobody could find."""
    found_count = 0
    for seed in range(ATTACKS):
        record, change, chain, at, chance = attacked(seed)
        rows = record.chains[chain]
        changed = record.changed(chain, change(chance, rows, at), anew=True)
        touched = next(
            (place for place, row in enumerate(rows) if changed.chains[chain][place : place + 1] != [row]),
            len(rows),
        )
        found = changed.check()
        old = touched < record.last_signed(chain)
        assert (found.problem is not None) is old, f"seed {seed}: {change.__name__} at {at}: {found.problem}"
        found_count += old
    assert ATTACKS / 4 < found_count < ATTACKS


def test_the_first_bad_row_is_named() -> None:
    record = made_record(chance_of(1))
    rows = record.chains[FIRST]
    changed = replace(rows[4], fields=(*rows[4].fields[:6], "nothing", *rows[4].fields[7:]))
    broken = record.changed(FIRST, [*rows[:4], changed, *rows[5:]], anew=False).check()
    assert broken.problem == f"chain {FIRST}, row 5: it was changed"
    assert (broken.rows, broken.ends) == (4, {})


def test_between_which_copies_hashes_were_made_anew_is_named() -> None:
    rows = made_record(chance_of(2)).chains[FIRST][:8]
    signed = tuple(SignedHead(FIRST, end_of(rows[:seq]), SIGNED_AT + timedelta(hours=seq)) for seq in (2, 6))
    record = Record({FIRST: rows}, {FIRST: end_of(rows)}, {FIRST: signed})
    added = record.changed(FIRST, inserted(chance_of(3), rows, 4), anew=True).check()
    assert added.problem == f"chain {FIRST}, row 3 to 6: not what was signed on 2026-11-20 22:00 UTC"
    ended = record.changed(FIRST, cut(chance_of(3), rows, 5), anew=True).check()
    assert ended.problem == f"chain {FIRST}, row 6: missing, and was signed on 2026-11-20 22:00 UTC"
    later = record.changed(FIRST, inserted(chance_of(3), rows, 6), anew=True).check()
    assert later.problem is None


def test_a_chain_that_is_gone_altogether() -> None:
    record = made_record(chance_of(4))
    others = {chain: rows for chain, rows in record.chains.items() if chain != FIRST}
    ends = {chain: end for chain, end in record.ends.items() if chain != FIRST}
    assert "it ends here, not with" in (Record(others, record.ends, {}).check().problem or "")
    assert "row 1: missing, and was signed" in (Record(others, ends, record.signed).check().problem or "")
    assert Record(others, ends, {}).check().problem is None
    assert "doesn't know this chain" in (Record(record.chains, ends, {}).check().problem or "")


def test_no_two_rows_have_the_same_bytes() -> None:
    assert canonical(("ab", "c")) != canonical(("a", "bc"))
    assert canonical((None, "")) != canonical(("", None))
    assert canonical(("1:a,",)) == b"4:1:a,,"
    assert canonical(("Zoë", None)) == "4:Zoë,-".encode()


# what retention removed

REMOVED = 5
LATER = SIGNED_AT + timedelta(days=6 * 365 + 30)


def after_removal(rows: list[Row], start: ChainEnd, signed: int, *, now_is_later: bool = True) -> Checked:
    """Check a chain whose beginning is gone, of which a copy of row `signed` was kept."""
    whole = made_record(chance_of(5)).chains[FIRST]
    listed = [(*row.fields, row.previous, row.hash) for row in rows]
    copy = SignedHead(FIRST, end_of(whole[:signed]), SIGNED_AT)
    moment = (LATER if now_is_later else SIGNED_AT + timedelta(days=400)) - timedelta(days=6 * 365)
    return check_chains(listed, Evidence({FIRST: start}, {FIRST: end_of(whole)}, {FIRST: (copy,)}, moment))


@pytest.fixture
def whole() -> list[Row]:
    return made_record(chance_of(5)).chains[FIRST]


def test_a_chain_goes_on_where_retention_has_ended(whole: list[Row]) -> None:
    start = end_of(whole[:REMOVED])
    for signed in (2, REMOVED, REMOVED + 1):
        found = after_removal(whole[REMOVED:], start, signed)
        assert (found.problem, found.rows) == (None, len(whole) - REMOVED), signed
    # everything may be gone
    assert after_removal([], end_of(whole), 2).problem is None


def test_an_invented_checkpoint_is_found(whole: list[Row]) -> None:
    start = end_of(whole[:REMOVED])
    gap = after_removal(whole[REMOVED + 1 :], start, 2)
    assert f"expected row {REMOVED + 1}" in (gap.problem or "")
    invented = ChainEnd(REMOVED, bytes(range(32)))
    assert "does not follow" in (after_removal(whole[REMOVED:], invented, 2).problem or "")
    again = made_anew(whole[REMOVED:], invented)
    assert "not what was signed" in (after_removal(again, invented, REMOVED).problem or "")
    assert "not what was signed" in (after_removal(again, invented, REMOVED + 2).problem or "")


def test_removing_what_is_younger_than_six_years_is_found(whole: list[Row]) -> None:
    """A copy of row 2 was made at a moment; row 3 is younger than that, so it can't be gone before its time."""
    start = end_of(whole[:REMOVED])
    early = after_removal(whole[REMOVED:], start, 2, now_is_later=False)
    assert early.problem == f"chain {FIRST}, row {REMOVED}: removed before its six years were over"
    # a copy of the very row after which the chain goes on says nothing about its age
    assert after_removal(whole[REMOVED:], start, REMOVED, now_is_later=False).problem is None


def test_nothing_at_all() -> None:
    assert check_chains([], Evidence({}, {})) == Checked(0, {})
    assert check_chains([], Evidence({}, {FIRST: BEFORE_FIRST})).problem is None
