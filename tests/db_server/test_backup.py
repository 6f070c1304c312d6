"""Copies of a running server: whole or refused, one at a time, and nothing of them is left behind."""

from __future__ import annotations

import gzip
import io
import shutil
import signal
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import psutil
import pytest

from idexx_desktop import ending
from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.backup import DATA, LOG, PARTS, workshop
from idexx_desktop.db.server.process import ServerProcess
from idexx_desktop.db.server.programs import Programs
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.ending import Ended
from tests.db_server.conftest import ask, passwords_at, server_at

Taken = Mapping[str, bytes]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server with one table."""
    home = tmp_path_factory.mktemp("home")
    with server_at(home).attached() as address:
        ask(address, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS value")
    yield home
    server_at(home).remove()


@pytest.fixture
def server(home: Path) -> EmbeddedServer:
    return server_at(home)


@pytest.fixture(scope="module")
def taken(home: Path) -> Taken:
    """A copy, taken once."""
    server = server_at(home)
    with server.attached() as address, workshop(server) as shop:
        parts = shop.take(address)
        assert [path.name for path in shop.folder.iterdir()] == ["copy"], "the password's file is gone"
        return {name: path.read_bytes() for name, path in parts.items()}


def opening(parts: Taken) -> Mapping[str, Callable[[], BinaryIO]]:
    return {name: partial(io.BytesIO, content) for name, content in parts.items()}


def processes_below(place: Path) -> list[psutil.Process]:
    """The servers on data folders below this place."""
    return [
        process
        for process in psutil.process_iter(["cwd"])
        if process.info["cwd"] and Path(process.info["cwd"]).is_relative_to(place / "backup")
    ]


def test_a_copy_is_a_server_again(home: Path, server: EmbeddedServer, taken: Taken) -> None:
    assert taken.keys() == set(PARTS)
    with server.attached() as address, workshop(server) as shop:
        shop.unpack(opening(taken))
        with shop.running(passwords_at(home)) as copy:
            assert copy.port != address.port
            assert ask(copy, "SELECT count(*) FROM kept") == 1000
            ask(copy, "DROP TABLE kept")
        assert ask(address, "SELECT count(*) FROM kept") == 1000, "the server itself was not touched"
        place = shop.cluster.place
    assert not (place / "backup").exists()
    assert processes_below(place) == []


def test_on_another_computer_and_in_place_of_other_data(
    tmp_path: Path,
    made_server: Callable[[Path], EmbeddedServer],
    taken: Taken,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody there knows the old password; what is replaced stays whole.

    Data are moved, not copied: where new ones go by default may be another file system by then.
    """
    server = made_server(tmp_path / "other")

    def put() -> Path | None:
        with workshop(server) as shop:
            shop.unpack(opening(taken))
            shop.trial.set_password(server.superuser_password())
            return server.put_in_place(shop.trial)

    assert put() is None, "there was nothing before"
    with server.attached() as address:
        assert ask(address, "SELECT count(*) FROM kept") == 1000
        ask(address, "DROP TABLE kept")
        with pytest.raises(Failure) as refused:
            server.put_in_place(server.cluster())
        assert refused.value.code is FailureCode.INVALID_INPUT, "a program uses it"
    before = server.cluster()
    monkeypatch.setenv("IDEXX_DESKTOP_SYSTEM_DATA", str(tmp_path / "another drive"))
    assert put() == before.data
    assert server.cluster().place.parent == before.place.parent
    moved = server_at((tmp_path / "other").rename(tmp_path / "moved"))
    with moved.attached() as address:
        assert ask(address, "SELECT count(*) FROM kept") == 1000, "a profile that moves finds its records"
    (tmp_path / "moved").rename(tmp_path / "other")
    assert (before.data / "PG_VERSION").exists()
    shutil.rmtree(before.place, ignore_errors=True)


@pytest.mark.parametrize("part", [DATA, LOG])
@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied"])
def test_damage_is_found_before_anything_starts(
    server: EmbeddedServer, taken: Taken, part: str, damage: str
) -> None:
    content = bytearray(taken[part])
    middle = len(content) // 2
    if damage == "flipped":
        # several: a single bit may be one that means nothing
        content[middle : middle + 16] = bytes(255 - byte for byte in content[middle : middle + 16])
    else:
        del content[middle if damage == "cut" else 0 :]
    with workshop(server) as shop, pytest.raises(Failure) as refused:
        shop.unpack(opening({**taken, part: bytes(content)}))
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE


def archive_with(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member in members:
            archive.addfile(member)
    return gzip.compress(buffer.getvalue())


def a_link() -> tarfile.TarInfo:
    member = tarfile.TarInfo("base")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc"
    return member


@pytest.mark.parametrize(
    "member", [tarfile.TarInfo("../outside"), tarfile.TarInfo("/outside"), a_link()], ids=lambda it: it.name
)
def test_an_archive_that_leads_elsewhere_is_refused(
    server: EmbeddedServer, taken: Taken, member: tarfile.TarInfo
) -> None:
    with workshop(server) as shop, pytest.raises(Failure) as refused:
        shop.unpack(opening({**taken, DATA: archive_with(member)}))
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    assert not Path("/outside").exists()


def test_a_file_that_the_list_doesnt_know_is_refused(server: EmbeddedServer, taken: Taken) -> None:
    with gzip.open(io.BytesIO(taken[DATA])) as packed:
        buffer = io.BytesIO(packed.read())
    with tarfile.open(fileobj=buffer, mode="a") as archive:
        archive.addfile(tarfile.TarInfo("base/unknown"))
    changed = gzip.compress(buffer.getvalue(), 1)
    with workshop(server) as shop, pytest.raises(Failure) as refused:
        shop.unpack(opening({**taken, DATA: changed}))
    assert refused.value.detail == "another file than in the list"


def test_one_at_a_time(home: Path, server: EmbeddedServer) -> None:
    with (
        workshop(server),
        pytest.raises(Failure) as refused,
        workshop(server_at(home)),
    ):
        raise AssertionError("two in one folder")
    assert refused.value.code is FailureCode.BACKUP_NOT_MADE
    assert "under way" in refused.value.title
    with workshop(server):
        """The first one is done."""


def test_stopped_in_the_middle(server: EmbeddedServer, taken: Taken) -> None:
    asked = 0

    def after_a_while() -> bool:
        nonlocal asked
        asked += 1
        return asked > 200

    with (
        server.attached() as address,
        pytest.raises(Failure) as ended,
        workshop(server, lambda: True) as shop,
    ):
        shop.take(address)
    assert ended.value.code is FailureCode.CANCELLED
    with pytest.raises(Failure) as ended, workshop(server, after_a_while) as shop:
        shop.unpack(opening(taken))
    assert ended.value.code is FailureCode.CANCELLED
    assert not shop.folder.exists()


def test_what_a_crash_leaves_is_cleared_away(server: EmbeddedServer, taken: Taken) -> None:
    """A copy that still runs, as after a program that was killed in the middle."""
    with workshop(server) as shop:
        shop.unpack(opening(taken))
        shop.folder.rename(shop.cluster.place / "survivor")
    (shop.cluster.place / "survivor").rename(shop.folder)
    ServerProcess(shop.trial, shop.folder / "port").start()
    assert processes_below(shop.cluster.place) != []
    with server.attached() as address, workshop(server) as again:
        assert processes_below(shop.cluster.place) == []
        assert list(again.folder.iterdir()) == []
        assert again.take(address).keys() == set(PARTS)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_word_to_end_leaves_no_copy_running(
    server: EmbeddedServer, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes as soon as the copy's server was launched, which has said nothing of itself by then."""
    before = {number: signal.getsignal(number) for number in ending.numbers()}
    launch = Programs.launch

    def told(*arguments: Any, **options: Any) -> Any:
        process = launch(*arguments, **options)
        signal.raise_signal(signal.SIGTERM)
        return process

    with workshop(server) as shop:
        shop.unpack(opening(taken))
        monkeypatch.setattr(Programs, "launch", told)
        try:
            ending.listen()
            with pytest.raises(Ended), shop.running(server._passwords):
                raise AssertionError("it was told to end")
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        assert processes_below(shop.cluster.place) == []
