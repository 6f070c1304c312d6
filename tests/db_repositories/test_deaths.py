"""The database knows a pet, and its owner, again as `domain.told_deaths` does."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import psycopg

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.households import Member
from idexx_desktop.domain.told_deaths import ToldDeath, of_pet
from tests.support.postgres import AllRecords

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
CHOICES: dict[str, tuple[str | None, ...]] = {
    "client_id": (None, "k1", "k2"),
    "branch": ("", "North", "South"),
    "phone": (None, "+15105550142", "+15105550143"),
    "owner_name": ("", "Kim Lee", " kim   LEE", "Ana"),
    "patient_id": (None, "p1", "p2"),
    "patient_name": ("", "Rex", "REX ", "Nala"),
}
# a visit, under whichever key, and the death: made as only the superuser can, and gone with the savepoint
VISIT = """
  INSERT INTO public.visits (clinic_id, user_id, visit_key, consultation_id, visit_at, kind, state, reason_code, reason,
      client_id, branch, phone, owner_name, patient_id, patient_name)
    VALUES (%(clinic)s, %(user)s, %(key)s, '8001', %(at)s, 'general', 'held', 'review', 'x',
      %(client_id)s, %(branch)s, %(phone)s, %(owner_name)s, %(patient_id)s, %(patient_name)s)
"""
DEATH = """
  INSERT INTO public.deaths (clinic_id, visit_key, told_at, client_id, branch, phone, owner_name, patient_id,
      patient_name)
    VALUES (%(clinic)s, %(key)s, %(at)s, %(client_id)s, %(branch)s, %(phone)s, %(owner_name)s, %(patient_id)s,
      %(patient_name)s) RETURNING id
"""


def somebody(chance: random.Random, key: str) -> Member:
    chosen: dict[str, Any] = {name: chance.choice(values) for name, values in CHOICES.items()}
    return Member(key, date.min, **chosen)


def told(member: Member, number: int) -> ToldDeath:
    return ToldDeath(f"{number}", member, "", AT)


def test_the_same_pets_and_owners(clinic_records: AllRecords, tx: Transaction) -> None:
    chance = random.Random(65)  # noqa: S311 - a test
    records = clinic_records.a
    visits = [somebody(chance, f"a:{number}") for number in range(40)]
    deaths = [somebody(chance, chance.choice(["a:1", "c:8001", "a:7000"])) for _ in range(40)]
    whose = {"clinic": records.clinic_id, "user": records.user_id, "at": AT}

    def columns(member: Member) -> dict[str, Any]:
        return {name: getattr(member, name) for name in CHOICES} | {"key": member.visit_key, **whose}

    with psycopg.connect(clinic_records.database.owner_url, autocommit=True) as connection:
        ids = []
        for member in visits:
            connection.execute(VISIT.encode(), columns(member))
        for member in deaths:
            row = connection.execute(DEATH.encode(), columns(member)).fetchone()
            ids.append(str(row[0]) if row else "")
    by_id = {each: replace(told(member, 0), id=each) for each, member in zip(ids, deaths, strict=True)}
    found_some = 0
    for member in visits:
        expected = {each for each, death in by_id.items() if death.is_of(member, "8001")}
        found = {death.id for death in tx.deaths.of_visit(member.visit_key)}
        assert found == expected, member
        found_some += len(found)
        near = tx.deaths.near([member], [member.visit_key, "c:8001"])
        assert (of_pet(near, member, "8001") is None) is (not expected), member
        others = {
            death.id for death in by_id.values() if death.concerns(member, AT) and death.id not in expected
        }
        assert others <= {death.id for death in near}
        concerned = {each for each in ids if member.visit_key in tx.deaths.concerned([each])}
        kept = {each for each, death in by_id.items() if death.pet.visit_key == member.visit_key}
        assert expected | others <= concerned <= expected | others | kept
    assert found_some > 100
