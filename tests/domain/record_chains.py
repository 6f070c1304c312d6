"""Chains of the activity record on a list, and somebody who changes them: clumsily, or with all hashes made anew."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from idexx_desktop.domain.audit_chain import (
    BEFORE_FIRST,
    FIELDS,
    ChainEnd,
    Checked,
    Evidence,
    SignedHead,
    canonical,
    check_chains,
)

SIGNED_AT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
CHAINS = tuple(f"{number:08}-0000-4000-8000-000000000000" for number in range(3))
# texts that a careless form of the bytes would mix up
TEXTS = (None, "", "-", "0:,", "ok", "failed", "3:abc,", "Zoë 猫", '{"count": 3}', "sync.started")
Fields = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: twelve fields and two hashes."""

    fields: Fields
    previous: bytes
    hash: bytes

    @property
    def chain(self) -> str:
        """Which chain it says it is of."""
        return self.fields[0] or ""

    @property
    def seq(self) -> int:
        """Which number it says it has."""
        return int(self.fields[1] or 0)

    def numbered(self, seq: int) -> Row:
        """The same with another number."""
        return replace(self, fields=(self.fields[0], str(seq), *self.fields[2:]))


def chance_of(seed: int) -> random.Random:
    """Chance that can be had again."""
    return random.Random(seed)  # noqa: S311 - makes tests, no keys


def some_fields(chance: random.Random, chain: str, seq: int) -> Fields:
    """A row's fields, made up."""
    return (chain, str(seq), f"{chance.getrandbits(64):016x}", *(chance.choice(TEXTS) for _ in FIELDS[3:]))


def hashed(fields: Fields, previous: bytes) -> Row:
    """The row that the server would make of these fields."""
    return Row(fields, previous, hashlib.sha256(previous + canonical(fields)).digest())


def made_anew(rows: Iterable[Row], start: ChainEnd = BEFORE_FIRST) -> list[Row]:
    """The rows of one chain numbered and hashed again, as somebody who can do everything would."""
    made: list[Row] = []
    for seq, row in enumerate(rows, start=start.seq + 1):
        made.append(hashed(row.numbered(seq).fields, made[-1].hash if made else start.hash))
    return made


@dataclass(frozen=True, slots=True)
class Record:
    """All that lies in the database, and the signed copies, which don't."""

    chains: Mapping[str, list[Row]]
    ends: Mapping[str, ChainEnd]
    signed: Mapping[str, tuple[SignedHead, ...]]

    def check(self) -> Checked:
        """What checking finds; the database returns rows by chain and number."""
        rows = sorted(
            (row for rows in self.chains.values() for row in rows), key=lambda row: (row.chain, row.seq)
        )
        listed = [(*row.fields, row.previous, row.hash) for row in rows]
        return check_chains(listed, Evidence({}, self.ends, self.signed))

    def last_signed(self, chain: str) -> int:
        """The number of the newest row that is signed."""
        return self.signed[chain][-1].end.seq

    def changed(self, chain: str, rows: list[Row], *, anew: bool) -> Record:
        """With other rows in one chain; `anew`: with hashes and the database's note of its end that fit them."""
        if not anew:
            return replace(self, chains={**self.chains, chain: rows})
        rows = made_anew(rows)
        ends = {**self.ends, chain: end_of(rows)}
        return replace(self, chains={**self.chains, chain: rows}, ends=ends)


def end_of(rows: list[Row]) -> ChainEnd:
    """How a chain ends."""
    return ChainEnd(rows[-1].seq, rows[-1].hash) if rows else BEFORE_FIRST


def made_record(chance: random.Random) -> Record:
    """Three chains of 8 to 30 rows, each signed once, twice or three times before its end."""
    chains = {
        chain: made_anew(
            hashed(some_fields(chance, chain, seq), b"") for seq in range(1, chance.randint(8, 30) + 1)
        )
        for chain in CHAINS
    }
    signed = {
        chain: tuple(
            SignedHead(chain, end_of(rows[:seq]), SIGNED_AT + timedelta(hours=seq))
            for seq in sorted(chance.sample(range(1, len(rows)), chance.randint(1, 3)))
        )
        for chain, rows in chains.items()
    }
    return Record(chains, {chain: end_of(rows) for chain, rows in chains.items()}, signed)


def edited(chance: random.Random, rows: list[Row], at: int) -> list[Row]:
    """One field of a row is another; not its chain and number, which other changes are about."""
    row = rows[at]
    column = chance.randrange(2, len(FIELDS))
    other = chance.choice([text for text in (*TEXTS, "something else") if text != row.fields[column]])
    fields = (*row.fields[:column], other, *row.fields[column + 1 :])
    return [*rows[:at], replace(row, fields=fields), *rows[at + 1 :]]


def deleted(chance: random.Random, rows: list[Row], at: int) -> list[Row]:
    """One row is gone, or several, and at times the gap is closed."""
    gone = chance.randint(1, 3)
    after = rows[at + gone :]
    if chance.random() < 0.5:
        after = [row.numbered(row.seq - gone) for row in after]
    return [*rows[:at], *after]


def inserted(chance: random.Random, rows: list[Row], at: int) -> list[Row]:
    """A row more, with a hash that fits what is before it; what follows moves on by one."""
    before = rows[at - 1].hash if at else BEFORE_FIRST.hash
    new = hashed(some_fields(chance, rows[at].chain, rows[at].seq), before)
    return [*rows[:at], new, *(row.numbered(row.seq + 1) for row in rows[at:])]


def reordered(chance: random.Random, rows: list[Row], at: int) -> list[Row]:
    """Two rows have changed places."""
    other = chance.choice([place for place in range(len(rows)) if place != at])
    moved = list(rows)
    moved[at], moved[other] = rows[other].numbered(rows[at].seq), rows[at].numbered(rows[other].seq)
    return moved


def cut(_chance: random.Random, rows: list[Row], at: int) -> list[Row]:
    """Nothing is left from this row on."""
    return rows[:at]


Change = Callable[[random.Random, list[Row], int], list[Row]]
CHANGES: tuple[Change, ...] = (edited, deleted, inserted, reordered, cut)
