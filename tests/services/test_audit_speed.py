"""A generous deadline for checking a long record; the real figures live in `run.py bench audit`."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from tests.bench.audit import VERIFIED_WITHIN, measure
from tests.support.many_rows import fill_audit
from tests.support.postgres import AllRecords
from tests.support.record_keeping import Keeping

MEGABYTE = 2**20


def test_50_000_rows(clinic_records: AllRecords, tmp_path: Path) -> None:
    fill_audit(clinic_records.database.owner_url, users=4, rows=50_000)
    began = time.monotonic()
    found = Keeping(tmp_path).check(clinic_records.admin).verify()
    assert (found.ok, found.rows > 50_000) == (True, True)
    assert time.monotonic() - began < VERIFIED_WITHIN / 4


@pytest.mark.long(item=21)
def test_a_million_rows(clinic_records: AllRecords, tmp_path: Path) -> None:
    owner = clinic_records.database.owner_url
    fill_audit(owner, users=1000, rows=1_000_000)
    before = psutil.Process().memory_info().rss
    seconds = measure(clinic_records.admin, owner, Keeping(tmp_path), tmp_path)
    grown = (psutil.Process().memory_info().rss - before) / MEGABYTE
    print(f"{seconds}, grown by {grown:.0f} MB")
    assert seconds["verify"] <= VERIFIED_WITHIN
    assert grown < 100
