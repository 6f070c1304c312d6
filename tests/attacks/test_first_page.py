"""Row security costs a user's first page of the activity record next to nothing, however many rows there are."""

from __future__ import annotations

import pytest

from tests.bench.rls import P95_LIMIT, RATIO_LIMIT, ROWS, USERS, Figures, first_page
from tests.support.many_rows import fill_audit
from tests.support.postgres import ClinicDatabase


def assert_one_look(figures: Figures) -> None:
    """Who asks is found out once, and the page is read from the index that has its order."""
    steps = [line.strip() for line in figures.plan.splitlines()]
    assert len([step for step in steps if step.startswith("InitPlan")]) == 1, figures.plan
    assert figures.plan.count("Index Scan using idexx_sync_audit_log_page_idx") == 1, figures.plan
    assert "Sort" not in figures.plan
    assert "Filter" not in figures.plan


def test_first_page(clinic_database: ClinicDatabase) -> None:
    fill_audit(clinic_database.owner_url, 100, 50_000)
    figures = first_page(clinic_database, samples=20)
    assert_one_look(figures)
    # a generous deadline: the figure is the long version's, and that of `run.py bench rls`
    assert figures.page_p95 < 20 * P95_LIMIT


@pytest.mark.long(item=17)
def test_first_page_of_a_million_rows(clinic_database: ClinicDatabase) -> None:
    fill_audit(clinic_database.owner_url, USERS, ROWS)
    figures = first_page(clinic_database)
    print(f"p95 {figures.page_p95:.2f} ms, ratio {figures.ratio:.2f}")
    assert_one_look(figures)
    assert figures.page_p95 < P95_LIMIT
    assert figures.ratio <= RATIO_LIMIT
