"""The server as its users see it: made, closed to others, quiet, and named when it fails."""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest

from idexx_desktop.db.server import EmbeddedServer, ServerAddress
from idexx_desktop.db.server.account import server_account
from idexx_desktop.db.server.backup import workshop
from idexx_desktop.db.server.cluster import Cluster
from idexx_desktop.db.server.place import find_place, system_data
from idexx_desktop.db.server.programs import find_programs
from idexx_desktop.domain.failures import Failure, FailureCode, records_trouble
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.vault.passphrase_store import PassphraseStore
from tests.db_server.conftest import ask, passwords_at
from tests.support.computers import open_place

__all__ = ["open_place"]


def cluster_of(home: Path) -> Cluster:
    """The data folder behind the server of this home."""
    folder, account = home / "database", server_account()
    folder.mkdir(exist_ok=True)
    return Cluster(find_place(folder, account), find_programs(account))


def failure_of(server: EmbeddedServer) -> str:
    with pytest.raises(Failure) as caught, server.attached():
        pass
    assert caught.value.code is FailureCode.DATABASE_UNREACHABLE
    return caught.value.detail


def test_made_started_stopped_and_found_again(server: EmbeddedServer) -> None:
    assert not server.status().prepared
    started = time.perf_counter()
    with server.attached() as first:
        made = time.perf_counter() - started
        ask(first, "CREATE TABLE kept AS SELECT 7 AS value")
        assert server.status().port == first.port
        leaving = time.perf_counter()
    stopped = time.perf_counter() - leaving
    assert (server.status().prepared, server.status().running) == (True, False)
    started = time.perf_counter()
    with server.attached() as second:
        found = time.perf_counter() - started
        assert ask(second, "SELECT value FROM kept") == 7
    assert second.port == first.port
    print(f"initdb and start {made:.2f} s, stop {stopped:.2f} s, start {found:.2f} s")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", "127.0.0.1"),
        ("password_encryption", "scram-sha-256"),
        ("log_min_error_statement", "panic"),
        ("log_parameter_max_length_on_error", "0"),
        ("fsync", "on"),
        ("shared_buffers", "32MB"),
        ("max_connections", "400"),
        ("superuser_reserved_connections", "5"),
        ("authentication_timeout", "5s"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
def test_settings(shared_address: ServerAddress, setting: str, value: str) -> None:
    assert ask(shared_address, f"SHOW {setting}") == value


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what a process shares")
def test_no_memory_is_shared_that_would_outlive_a_killed_server(shared_address: ServerAddress) -> None:
    one = psutil.Process(
        ask(shared_address, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    )
    shared = {area.path for process in (one, one.parent()) if process for area in process.memory_maps()}
    assert any("/pg_dynshmem/" in path for path in shared)
    assert not [path for path in shared if path.startswith("/dev/shm/PostgreSQL")]  # noqa: S108 - nothing is made


def test_locale_is_the_same_on_every_computer(shared_address: ServerAddress) -> None:
    assert ask(shared_address, "SELECT upper('é')") == "É"
    locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'template1'"
    assert ask(shared_address, locale) == "bC.UTF-8"


def test_nobody_is_trusted(shared_address: ServerAddress) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(shared_address, "SELECT 1", password="not it")
    methods = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert ask(shared_address, methods) == "scram-sha-256"


def test_local_socket_is_private_or_absent(shared_address: ServerAddress) -> None:
    folder = ask(shared_address, "SHOW unix_socket_directories")
    assert folder == "" or stat.S_IMODE(Path(folder.strip('"')).stat().st_mode) == 0o700


def test_address_shows_no_password(shared_address: ServerAddress) -> None:
    assert shared_address.password() not in repr(shared_address)
    assert "passwords" not in repr(shared_address)


def test_what_fails_in_a_statement_reaches_no_file(server: EmbeddedServer, home: Path) -> None:
    with server.attached() as address:
        password = address.password()
        for statement in (
            "SELECT 'planted-canary'::int",
            "CREATE TABLE t (name text UNIQUE); INSERT INTO t VALUES ('planted-canary'), ('planted-canary')",
            "DO $$ BEGIN RAISE WARNING 'planted-canary'; RAISE EXCEPTION 'planted-canary'; END $$",
        ):
            with pytest.raises(psycopg.Error):
                ask(address, statement)
    place = cluster_of(home).place
    logs = [path for path in place.rglob("*.log") if path.is_file()]
    assert any(b"database system is shut down" in path.read_bytes() for path in logs)
    assert [path for path in logs if b"planted-canary" in path.read_bytes()] == []
    files = [path for path in place.rglob("*") if path.is_file()]
    assert [path for path in files if password.encode() in path.read_bytes()] == []


def test_logs_stay_small_on_a_computer_that_is_off_at_night(server: EmbeddedServer, home: Path) -> None:
    """A server that never runs through midnight never overwrites one; a flood goes with the next start."""
    with server.attached():
        pass
    folder, now = cluster_of(home).data / "log", time.time()
    for name, days, size in (
        ("server-Mon.log", 7, 10),
        ("anything", 400, 10),
        ("server-Tue.log", 1, 5 << 20),
    ):
        (folder / name).write_bytes(b"x" * size)
        os.utime(folder / name, (now - days * 86_400,) * 2)
    (folder / "recent.log").write_text("of yesterday")
    os.utime(folder / "recent.log", (now - 86_400,) * 2)
    with server.attached():
        left = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert "recent.log" in left
    assert "anything" not in left
    assert all(size < 100_000 for size in left.values())


def test_place_is_private(server: EmbeddedServer, home: Path) -> None:
    with server.attached():
        place = cluster_of(home).place
        assert {path.name for path in place.iterdir()} <= {
            "data", "socket", "start.log", "held", "lease.json", "profile",
        }  # fmt: skip
        if sys.platform != "win32":
            assert (
                stat.S_IMODE(place.stat().st_mode) == stat.S_IMODE((place / "data").stat().st_mode) == 0o700
            )


def test_half_made_data_folder_is_made_anew(server: EmbeddedServer, home: Path) -> None:
    draft = cluster_of(home).place / "draft"
    (draft / "data").mkdir(parents=True)
    (draft / "password").write_text("left by a crash")
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1
    assert not draft.exists()


def test_no_data_folder_without_a_kept_password(home: Path, server: EmbeddedServer) -> None:
    passwords_at(home).set("anything", "so that there is a vault")
    locked = PassphraseStore(home / "vault.json", "profile-1", "another passphrase")
    with pytest.raises(Failure) as caught, EmbeddedServer(home / "database", locked).attached():
        pass
    assert caught.value.code is FailureCode.VAULT_LOCKED
    status = server.status()
    assert (status.prepared, status.users) == (False, 0)


def test_lost_password_is_reset_and_the_records_stay(server: EmbeddedServer, home: Path) -> None:
    with server.attached() as address:
        ask(address, "CREATE TABLE kept AS SELECT 7 AS value")
        old = address.password()
        passwords_at(home).delete("postgres-superuser")
        with pytest.raises(Failure) as caught:
            address.password()
        assert caught.value.code is FailureCode.KEY_MISSING
        server.reset_superuser_password()
        assert address.password() != old
        assert ask(address, "SELECT value FROM kept") == 7
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            ask(address, "SELECT 1", password=old)
    server.reset_superuser_password()
    assert not server.status().running
    with server.attached() as address:
        assert ask(address, "SELECT value FROM kept") == 7


def test_reset_before_anything_was_made_is_refused(server: EmbeddedServer) -> None:
    with pytest.raises(Failure) as caught:
        server.reset_superuser_password()
    assert caught.value.code is FailureCode.DATABASE_UNREACHABLE


def test_data_of_another_version_is_named_and_kept(server: EmbeddedServer, home: Path) -> None:
    with server.attached():
        pass
    version_file = cluster_of(home).data / "PG_VERSION"
    ours = version_file.read_text()
    version_file.write_text("12\n")
    assert f"PostgreSQL 12, these programs are of {ours.strip()}" in failure_of(server)
    version_file.write_text(ours)
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1


def test_damaged_data_is_named_with_the_log_and_without_the_folder_of_a_person(
    server: EmbeddedServer, home: Path
) -> None:
    with server.attached():
        pass
    (cluster_of(home).data / "global" / "pg_control").unlink()
    detail = failure_of(server)
    assert detail.endswith("/start.log)")
    assert str(home) not in detail
    assert server.status().users == 0


@pytest.mark.parametrize(
    "said",
    [
        'FATAL:  could not write to file "pg_wal/xlogtemp.9": No space left on device',
        'FATAL:  could not extend file "base/1/2691": wrote 9 of 8192 bytes\nHINT:  Check free disk space.',
    ],
)
def test_full_disk_is_named(server: EmbeddedServer, home: Path, said: str) -> None:
    failure = cluster_of(home).failure("the server did not start", said)
    assert failure.code is FailureCode.DATABASE_UNREACHABLE
    assert failure.title == records_trouble(Trouble.DISK_FULL, "").title
    assert "full" not in cluster_of(home).failure("the server did not start", "another reason").title


def test_odd_folder_names(open_place: Path, made_server: Callable[[Path], EmbeddedServer]) -> None:
    """Signs of a shell, line ends, no text at all, and longer than a socket's path; the tools' way there included."""
    names = (
        """it's a höme, \\ "%s" $HOME `id` $(id) ;&|*""",
        "\n \r\x0c\x85\u2028\n\n\n\n",
        os.fsdecode(b"\xff"),
        "x" * 200,
    )
    folder = open_place.joinpath(*(names if sys.platform != "win32" else ["it's a höme %s"]))
    (folder / "database").mkdir(parents=True)
    server = made_server(folder)
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1
        with workshop(server) as shop:
            parts = shop.take(address)
            shop.unpack({name: partial(io.FileIO, path) for name, path in parts.items()})
    server.reset_superuser_password()
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1
    assert cluster_of(folder).place.is_relative_to(folder)


def test_removed_with_all_its_data(server: EmbeddedServer, home: Path) -> None:
    with server.attached():
        place = cluster_of(home).place
        server.remove()
        assert not place.exists()
    assert passwords_at(home).get("postgres-superuser") is None
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1


def test_who_leaves_after_it_was_removed_makes_nothing_anew(
    home: Path, made_server: Callable[[Path], EmbeddedServer]
) -> None:
    server = made_server(home)
    before = set(system_data().iterdir()) if system_data().exists() else set()
    with server.attached():
        made_server(home).remove()
        shutil.rmtree(home / "database")
        with pytest.raises(Failure, match="was removed"):
            server.restarted()
    assert not (home / "database").exists()
    assert set(system_data().iterdir()) == before


@pytest.mark.parametrize("left", ["nothing", "its folder", "its place", "a link to nowhere"])
def test_what_is_gone_is_not_begun_anew(
    home: Path, made_server: Callable[[Path], EmbeddedServer], left: str
) -> None:
    """A drive that isn't there today: empty records in its place would be worse than none."""
    folder = home / "database"
    if left == "a link to nowhere":
        folder.symlink_to(home / "drive" / "database")
    elif left != "nothing":
        (folder / ("postgresql" if left == "its place" else "")).mkdir(parents=True)
    before = sorted(home.rglob("*"))
    server = EmbeddedServer(folder, passwords_at(home))
    with pytest.raises(Failure) as caught, server.attached(made=True):
        pass
    assert caught.value.trouble is Trouble.GONE
    assert (caught.value.title, server.status().prepared) == (records_trouble(Trouble.GONE, "").title, False)
    assert [
        path for path in sorted(home.rglob("*")) if path.suffix != ".lock" and path.name != "lock"
    ] == before


def test_relative_folder_is_the_same_server(
    server: EmbeddedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    relative = EmbeddedServer(Path("database"), passwords_at(home))
    with server.attached() as one, relative.attached() as other:
        assert one == other
        assert server.status().users == 2
