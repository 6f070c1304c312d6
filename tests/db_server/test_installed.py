"""An installed PostgreSQL is run only where nobody else of this computer could have changed what is run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from idexx_desktop.db.server import EmbeddedServer, checked_programs, server_account
from idexx_desktop.db.server.installed import keep_choice, kept_choice, kept_programs
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.db_server.conftest import ask, passwords_at
from tests.support.installed_postgres import copied_programs, system_programs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes; there it is a place")
as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files to others"
)
SOMEBODY = 12345


@pytest.fixture(scope="module")
def programs() -> Iterator[Path]:
    """A PostgreSQL that may be run."""
    with copied_programs() as folder:
        yield folder


@dataclass(frozen=True)
class Changed:
    """A file or folder of the installation, changed for one test."""

    path: Path
    mode: int

    def set(self, mode: int) -> None:
        self.path.chmod(mode)


@pytest.fixture
def changed(programs: Path) -> Iterator[Callable[[str, int], Path]]:
    """Gives something below the installation other rights; put back afterwards."""
    before: list[tuple[Path, int]] = []

    def change(name: str, mode: int) -> Path:
        path = programs.parent / name
        before.append((path, path.stat().st_mode & 0o7777))
        path.chmod(mode)
        return path

    yield change
    for path, mode in reversed(before):
        path.chmod(mode)


def refused(folder: Path) -> Failure:
    with pytest.raises(Failure) as caught:
        checked_programs(folder, server_account())
    assert caught.value.code is FailureCode.INVALID_INPUT
    return caught.value


def test_what_only_its_owner_may_change_is_run(programs: Path) -> None:
    assert checked_programs(programs, server_account()).major_version() == "18"


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("bin/postgres", 0o757),
        ("bin/pg_ctl", 0o777),
        ("bin", 0o757),
        (".", 0o757),
        ("..", 0o757),
        ("lib/plpgsql.so", 0o646),
        ("lib", 0o757),
        ("share/postgres.bki", 0o646),
        ("share/system_views.sql", 0o666),
        ("share/extension", 0o777),
    ],
)
def test_what_others_may_change_is_not(
    programs: Path, changed: Callable[[str, int], Path], name: str, mode: int
) -> None:
    path = changed(name, mode)
    assert f"could change {path.resolve()}" in refused(programs).title.replace("/bin/..", "").replace(
        "/./", "/"
    )


@as_root
@pytest.mark.parametrize("name", ["bin/initdb", "bin", "lib/plpgsql.so", "share"])
def test_what_belongs_to_another_user_is_not(programs: Path, name: str) -> None:
    path = programs.parent / name
    os.chown(path, SOMEBODY, SOMEBODY)
    try:
        assert str(path) in refused(programs).title
    finally:
        os.chown(path, 0, 0)


@as_root
def test_a_group_may_change_it_only_where_it_is_the_administrators(
    programs: Path, changed: Callable[[str, int], Path]
) -> None:
    path = changed("bin/postgres", 0o775)
    assert path.stat().st_gid == 0
    checked_programs(programs, server_account())
    os.chown(path, 0, SOMEBODY)
    try:
        assert str(path) in refused(programs).title
    finally:
        os.chown(path, 0, 0)


def test_links_are_followed_to_what_they_lead_to(programs: Path, tmp_path: Path) -> None:
    """An open folder anywhere on the way is found, and a circle of links doesn't hold anybody up."""
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    (tmp_path / "first").symlink_to(open_folder / "second")
    (open_folder / "second").symlink_to(programs)
    open_folder.chmod(0o777)
    assert f"could change {open_folder}" in refused(tmp_path / "first").title
    dangling = programs.parent / "share" / "dangling"
    dangling.symlink_to("/nowhere/at/all")  # as a distribution may leave one
    checked_programs(programs, server_account())
    dangling.unlink()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert "doesn't hold the programs" in refused(tmp_path / "circle").title


def fake_postgres(folder: Path, says: str) -> Path:
    """A folder with all programs in it, of which the server says its version."""
    folder.mkdir()
    for name in (
        "postgres",
        "initdb",
        "pg_ctl",
        "pg_controldata",
        "pg_basebackup",
        "pg_verifybackup",
        "pg_waldump",
    ):
        (folder / name).write_text(f"#!/bin/sh\n{says}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("echo 'postgres (PostgreSQL) 14.9'", "PostgreSQL 14.9 is too old"),
        ("exit 1", "can't be run"),
        ("echo something", "can't be run"),
    ],
)
def test_what_is_too_old_or_no_postgresql_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, words: str
) -> None:
    folder = fake_postgres(tmp_path / "bin", says)
    with pytest.raises(Failure, match="invalid_input") as caught:
        checked_programs(folder, None)
    assert words in caught.value.title


@pytest.mark.parametrize("folder", ["/", "/tmp/no-such-folder", "relative/bin"])  # noqa: S108 - not there
def test_folders_without_programs_are_refused(folder: str) -> None:
    refusal = refused(Path(folder))
    assert "doesn't hold the programs of a PostgreSQL server" in refusal.title
    assert "/usr/lib/postgresql/17/bin" in refusal.advice


@as_root
def test_the_user_who_runs_it_must_reach_it(programs: Path, changed: Callable[[str, int], Path]) -> None:
    changed("..", 0o700)
    assert "who can't reach" in refused(programs).title


def test_nothing_is_run_before_it_was_checked(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    folder = fake_postgres(tmp_path / "bin", f"touch {marker}; echo 18.1")
    (folder / "pg_config").write_text(f"#!/bin/sh\ntouch {marker}\n")
    (folder / "pg_config").chmod(0o777)
    (folder / "initdb").chmod(0o757)
    assert f"could change {folder / 'initdb'}" in refused(folder).title
    (folder / "initdb").chmod(0o755)
    assert f"could change {folder / 'pg_config'}" in refused(folder).title
    assert not marker.exists()


def test_the_choice_is_kept_beside_the_data_and_looked_at_each_time(
    home: Path, server: EmbeddedServer, programs: Path, changed: Callable[[str, int], Path]
) -> None:
    with server.attached() as address:
        ask(address, "CREATE TABLE kept AS SELECT 7 AS value")
    server.choose_programs(programs)
    assert kept_choice(home / "database") == programs
    again = EmbeddedServer(home / "database", passwords_at(home))
    assert again.chosen_programs() == programs
    with again.attached() as address:
        assert ask(address, "SELECT value FROM kept") == 7
        with pytest.raises(Failure) as in_use:
            again.choose_programs(None)
        assert "in use" in in_use.value.title
    changed("bin/pg_ctl", 0o777)
    with pytest.raises(Failure) as unsafe, again.attached():
        pass
    assert unsafe.value.code is FailureCode.DATABASE_UNREACHABLE
    assert "could change" in unsafe.value.title
    again.choose_programs(None)
    with again.attached() as address:
        assert ask(address, "SELECT value FROM kept") == 7


def test_data_and_programs_of_different_versions_are_said(home: Path, server: EmbeddedServer) -> None:
    system = system_programs()
    if system is None:
        pytest.skip("no PostgreSQL 15 to 17 is installed here (Debian: apt-get install postgresql)")
    with server.attached() as address:
        ask(address, "CREATE TABLE kept AS SELECT 7 AS value")
    words = f"made by PostgreSQL 18, and PostgreSQL {system.parent.name} can't open them"
    with pytest.raises(Failure) as refused:
        server.choose_programs(system)
    assert words in refused.value.title
    other = EmbeddedServer(home / "database", passwords_at(home), programs=system)
    for attempt in (other.attached().__enter__, other.reset_superuser_password):
        with pytest.raises(Failure) as refused:
            attempt()
        assert refused.value.code is FailureCode.DATABASE_UNREACHABLE
        assert words in refused.value.title
    with server.attached() as address:
        assert ask(address, "SELECT value FROM kept") == 7


def test_given_programs_go_before_the_kept_ones_and_are_kept_with_new_data(
    home: Path, programs: Path
) -> None:
    given = EmbeddedServer(home / "database", passwords_at(home), programs=programs)
    with given.attached():
        assert kept_choice(home / "database") == programs
    given.remove()
    (home / "database").mkdir(exist_ok=True)
    keep_choice(home / "database", Path("/nowhere/bin"))
    assert given.cluster().programs.folder == programs
    given.remove()
    with pytest.raises(Failure) as gone:
        kept_programs(Path("/nowhere/bin"), None, whole=True)
    assert gone.value.code is FailureCode.DATABASE_UNREACHABLE
    assert "The clinic's records run on them." in gone.value.title
    keep_choice(home / "database", None)
    assert kept_choice(home / "database") is None
