"""Tables as CSV files: nothing in them computes, and a list that is saved is recorded before its file appears."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

import pytest

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, VisitFilter, Whose
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.spreadsheets import inert
from idexx_desktop.services import visits
from idexx_desktop.services.tables import write_table
from idexx_desktop.services.visits import VisitService
from tests.support.bad_input import ACTING
from tests.support.practice import Practice

TITLES = ("Key", "Owner")


def cells(visit: VisitRecord) -> tuple[str, str]:
    return visit.visit_key, visit.owner_name


def saved(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+15105550123", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "＠x"],
)
def test_what_a_spreadsheet_would_compute_is_marked(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["", "Rex", "O'Neil", "1-2", "2026-11-22 10:00", "<b>bold</b>", "小虎", "a=b"]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell


def test_titles_and_rows_are_written_as_excel_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "pets.csv"
    assert write_table(path, ["Pet"], [["小虎"], ['with "quotes", and\nlines'], ["=1"]]) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert saved(path) == [["Pet"], ["小虎"], ['with "quotes", and\nlines'], ["'=1"]]


def test_no_sign_that_acts_gets_into_a_table(tmp_path: Path) -> None:
    """And none of them hides a formula."""
    path = tmp_path / "pets.csv"
    write_table(path, ["Pet"], [[f"\u202e{''.join(ACTING)}Bella"], ["\u200b=1+1"], ["\x1b@SUM(A1)"]])
    [(_,), (name,), (formula,), (other,)] = saved(path)
    assert name.endswith("Bella")
    assert not set(name) & (set(ACTING) - {"\n", "\t"})
    assert formula == "'=1+1"
    assert not set(other) & set(ACTING)


def test_every_visit_of_the_filter_is_saved_and_that_is_recorded(
    synced: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "_SAVED_AT_ONCE", 7)
    service = synced.program.visits
    path, which = tmp_path / "visits.csv", VisitFilter()
    path.write_text("from before", encoding="utf-8")
    everything = service.rows(which, Page(limit=1000))
    assert len(everything) > 14
    assert service.save(path, which, TITLES, cells) == len(everything)
    assert saved(path) == [list(TITLES), *(list(cells(visit)) for visit in everything)]
    assert path.stat().st_mode & 0o777 == 0o600
    (row,) = synced.program.audit.rows(AuditFilter(action=str(Action.LIST_EXPORTED)), Page())
    assert row.metadata == {"kind": "visits", "rows": len(everything), "format": "csv"}


def test_what_can_not_be_recorded_or_written_is_not_saved(synced: Practice, tmp_path: Path) -> None:
    service, folder = synced.program.visits, tmp_path / "lists"
    folder.mkdir()
    path = folder / "visits.csv"
    path.write_text("from before", encoding="utf-8")
    synced.query("DELETE FROM idexx_app.audit_actions WHERE action = 'list.exported'")
    with pytest.raises(Failure):
        service.save(path, VisitFilter(), TITLES, cells)
    assert [each.name for each in folder.iterdir()] == ["visits.csv"]
    assert path.read_text(encoding="utf-8") == "from before"
    with pytest.raises(Failure) as refused:
        service.save(tmp_path / "missing" / "visits.csv", VisitFilter(), TITLES, cells)
    assert refused.value.title == "The file couldn't be saved there."


def test_the_visits_of_others_are_for_admins(synced: Practice, tmp_path: Path) -> None:
    people, path = synced.database.people, tmp_path / "visits.csv"
    with pytest.raises(Failure) as refused:
        synced.program.visits.save(path, VisitFilter(whose=Whose()), TITLES, cells)
    assert refused.value.code is FailureCode.DATABASE_REFUSED
    assert not path.exists()
    with closing(Database(synced.database.url(people.admin))) as database:
        records = ClinicRecords(database, people.admin.user_id, people.admin.clinic_id)
        service = VisitService(records, synced.clock, synced.program.neo_address.to_open)
        assert service.save(path, VisitFilter(whose=Whose(people.a.user_id)), TITLES, cells) > 14


def test_one_visit_by_its_key(synced: Practice) -> None:
    service = synced.program.visits
    wanted = service.rows(VisitFilter(), Page())[3]
    assert service.rows(VisitFilter(visit_key=wanted.visit_key), Page()) == [wanted]
    assert service.count(VisitFilter(visit_key="a:none")) == 0
