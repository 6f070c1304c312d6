"""Why the records on this computer don't open is told by its cause, with a real server on really broken folders."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.diagnosis import not_run, trouble_said, trouble_with_files
from idexx_desktop.domain.failures import Failure, records_trouble
from idexx_desktop.domain.records_words import Trouble
from tests.db_server.test_embedded import cluster_of


def failed(server: EmbeddedServer) -> Failure:
    with pytest.raises(Failure) as caught, server.attached():
        pass
    return caught.value


def of(trouble: Trouble) -> tuple[str, str]:
    said = records_trouble(trouble, "")
    return said.title, said.advice


def _without(part: str) -> Callable[[Path], None]:
    def remove(data: Path) -> None:
        path = data / part
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


def _emptied(data: Path) -> None:
    for segment in (data / "pg_wal").glob("0*"):
        segment.unlink()


def _written_over(data: Path) -> None:
    (data / "global" / "pg_control").write_bytes(b"x" * 8192)


def _closed(part: str) -> Callable[[Path], None]:
    def close(data: Path) -> None:
        (data / part).chmod(0)

    return close


BROKEN: dict[str, tuple[Callable[[Path], None], Trouble]] = {
    "no version": (_without("PG_VERSION"), Trouble.DAMAGED),
    "no control file": (_without("global/pg_control"), Trouble.DAMAGED),
    "another control file": (_written_over, Trouble.DAMAGED),
    "no log of changes": (_emptied, Trouble.DAMAGED),
    "no folder of changes": (_without("pg_wal"), Trouble.DAMAGED),
    "no tables": (_without("global"), Trouble.DAMAGED),
    "files that may not be read": (_closed("global/pg_control"), Trouble.DENIED),
    "a folder that may not be read": (_closed("pg_wal"), Trouble.DENIED),
}


SOME = ("no control file", "no log of changes", "files that may not be read")


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files as POSIX has them")
@pytest.mark.parametrize("ways", [SOME, pytest.param(tuple(BROKEN), marks=pytest.mark.long(item=59))])
def test_each_cause_has_its_words(
    ways: tuple[str, ...], server: EmbeddedServer, home: Path, tmp_path: Path
) -> None:
    """One folder, broken in each way and put back: made once, since making it is what takes long."""
    with server.attached():
        pass
    data = cluster_of(home).data
    whole = tmp_path / "whole"
    subprocess.run(["cp", "-a", str(data), str(whole)], check=True)
    for what in ways:
        breaks, trouble = BROKEN[what]
        breaks(data)
        failure = failed(server)
        assert (failure.title, failure.advice) == of(trouble), (what, failure)
        # no message names a file that isn't there
        named = failure.detail.partition("(see ")[2].rstrip(")")
        assert not named or (data.parent.parent / named).is_file(), (what, failure.detail)
        shutil.rmtree(data)
        subprocess.run(["cp", "-a", str(whole), str(data)], check=True)
    with server.attached():
        pass


def test_no_log_is_named_before_there_is_one(server: EmbeddedServer, home: Path) -> None:
    cluster = cluster_of(home)
    assert "see" not in cluster.failure("initdb failed", "no reason").detail


SAID = {
    "FATAL:  could not create semaphores: No space left on device": Trouble.NO_MEMORY,
    "FATAL:  could not map anonymous shared memory: Cannot allocate memory": Trouble.NO_MEMORY,
    "LOG:  could not fork checkpointer: Resource temporarily unavailable": Trouble.NO_MEMORY,
    "PANIC:  could not write to file: No space left on device": Trouble.DISK_FULL,
    'initdb: error: could not create directory "data": Permission denied': Trouble.DENIED,
    'could not open file "base/5/1259": Read-only file system': Trouble.DENIED,
    'FATAL:  could not read file "global/pg_control": Input/output error': Trouble.DISK_BROKEN,
    "postgres: error while loading shared libraries: libicu.so": Trouble.INCOMPLETE,
    "initdb: error: input file \"/x/postgres.bki\" does not exist": Trouble.INCOMPLETE,
    "PANIC:  could not locate a valid checkpoint record": Trouble.DAMAGED,
    "something that nobody has seen before": Trouble.NOT_STARTED,
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_by_what_postgresql_said(said: str) -> None:
    assert trouble_said(said) is SAID[said]


def test_by_what_the_system_said() -> None:
    numbers = {
        errno.ENOSPC: Trouble.DISK_FULL, errno.EACCES: Trouble.DENIED, errno.EROFS: Trouble.DENIED,
        errno.EIO: Trouble.DISK_BROKEN, errno.ENOENT: Trouble.GONE, errno.ENOMEM: Trouble.NO_MEMORY,
        errno.EINVAL: Trouble.NOT_STARTED,
    }  # fmt: skip
    for number, trouble in numbers.items():
        assert trouble_with_files(OSError(number, os.strerror(number))) is trouble
    assert trouble_with_files(TimeoutError("lock is held by another process")) is Trouble.IN_USE


def test_a_program_that_is_not_run(tmp_path: Path) -> None:
    program = tmp_path / "postgres"

    def said(folder: Path | None) -> str:
        try:
            subprocess.run([str(program)], cwd=folder, check=False)
        except OSError as error:
            return not_run(program, error, folder).title
        raise AssertionError("it was run")

    assert said(tmp_path) == of(Trouble.INCOMPLETE)[0]
    assert said(tmp_path / "nowhere") == of(Trouble.GONE)[0]
    program.write_bytes(b"\x00")
    assert said(None) == of(Trouble.BLOCKED)[0]
    program.chmod(0o755)
    assert said(None) == of(Trouble.INCOMPLETE)[0]
    silent = subprocess.TimeoutExpired("postgres", 120)
    assert not_run(program, silent, None).title == of(Trouble.NOT_STARTED)[0]
