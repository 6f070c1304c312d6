"""What of a copy belongs in a data folder, and an archive that is nothing but folders and files."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from idexx_desktop.db.server.data_folder import check_label, is_folder, is_segment, is_used, listed_sizes
from idexx_desktop.db.server.plain_tar import Member, PlainTar

LABEL = b"""START WAL LOCATION: 0/2000028 (file 000000010000000000000002)
CHECKPOINT LOCATION: 0/2000080
BACKUP METHOD: streamed
BACKUP FROM: primary
START TIME: 2026-11-22 10:00:00 UTC
LABEL: pg_basebackup base backup
START TIMELINE: 1
"""


@pytest.mark.parametrize(
    "name",
    [
        "PG_VERSION", "backup_label", "global/pg_control", "global/1262", "global/1262_fsm", "base/5/2619",
        "base/16384/16385.1", "base/16384/16385_vm.12", "base/1/pg_filenode.map", "base/1/PG_VERSION", "pg_xact/0000",
        "pg_multixact/members/0000", "pg_multixact/offsets/00FF",
    ],
)  # fmt: skip
def test_what_is_used(name: str) -> None:
    assert is_used(name)


@pytest.mark.parametrize(
    "name",
    [
        "postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf", "postgresql.conf.new",
        "current_logfiles", "log/server-Mon.log", "tablespace_map", "backup_label.old", "pg_stat/pgstat.stat",
        "pg_logical/replorigin_checkpoint", "core.123", "base/5/pg_filenode.map.tmp",
    ],
)  # fmt: skip
def test_what_is_left_out(name: str) -> None:
    assert not is_used(name)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "/", "../PG_VERSION", "/PG_VERSION", "base/../PG_VERSION", "base//5/2619", "base/5/../2619",
        "base\\5\\2619", "c:PG_VERSION", "PG_VERSION ", "PG_VERSION\n", "pg_version", "PG_VERSION\0", "recovery.signal",
        "standby.signal", "promote.signal", "postmaster.pid", "postmaster.opts", "conf.d/a.conf", "server.key",
        "server.crt", "root.crt", "pg_replslot/a/state", "pg_twophase/1", "pg_tblspc/16999", "pg_dynshmem/mmap.1",
        "global/pg_internal.init", "base/5/pg_internal.init", "base/5/t3_2619", "base/5/2619_x", "base/x/2619",
        "log/../postgresql.conf", "log/a/b", "pg_stat/../x", "recovery.conf", "archive_status/x", "pg_wal/000000010000",
        "lib/evil.so", "base/5/evil.so", "pg_logical/snapshots/0-1.snap", "recovery.done", "backup_manifest",
    ],
)  # fmt: skip
def test_what_belongs_nowhere(name: str) -> None:
    with pytest.raises(ValueError, match="in no data folder"):
        is_used(name)


def test_the_log_and_the_folders() -> None:
    assert is_segment("000000010000000000000002")
    assert not is_segment("archive_status/000000010000000000000002.done")
    for name in ("00000002.history", "x", "../000000010000000000000002", "000000010000000000000002.partial"):
        with pytest.raises(ValueError, match="write-ahead"):
            is_segment(name)
    assert is_folder("base/16384")
    assert is_folder("pg_wal/archive_status")
    for name in ("..", "base/..", "conf.d", "base/5/x", "pg_tblspc/16999", "/base"):
        with pytest.raises(ValueError, match="in no data folder"):
            is_folder(name)


@pytest.mark.parametrize(
    "change",
    [
        (b"primary", b"standby"), (b"streamed", b"pg_start_backup"), (b"TIMELINE: 1\n", b"TIMELINE: 1\nx: y\n"),
        (b"START TIMELINE: 1\n", b""), (b"0/2000080", b"0/2000080\nINCREMENTAL FROM LSN: 0/1"), (LABEL, b""),
        (b"pg_basebackup base backup", b"x\nBACKUP FROM: standby"),
    ],
)  # fmt: skip
def test_only_the_beginning_of_a_whole_copy(change: tuple[bytes, bytes]) -> None:
    check_label(LABEL)
    with pytest.raises(ValueError, match="beginning"):
        check_label(LABEL.replace(*change))


@pytest.mark.parametrize(
    "listed",
    [
        "[]", "{}", "", '{"Files": [{"Path": "a"}]}', '{"Files": [{"Path": 1, "Size": 1}]}',
        '{"Files": [{"Path": "a", "Size": -1}]}', '{"Files": [{"Path": "a", "Size": true}]}',
        '{"Files": [{"Path": "a", "Size": 1}, {"Path": "a", "Size": 1}]}',
        '{"Files": [{"Encoded-Path": "61", "Size": 1}]}',
    ],
)  # fmt: skip
def test_what_is_no_list_of_files(listed: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        listed_sizes(listed.encode())
    assert listed_sizes(json.dumps({"Files": [{"Path": "a", "Size": 7}]}).encode()) == {"a": 7}


def archived(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for info, content in members:
            info.size = len(content) or info.size
            archive.addfile(info, io.BytesIO(content) if content else None)
    return buffer.getvalue()


def entry(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type = kind
    return info, content


def read(archive: bytes) -> list[tuple[Member, bytes]]:
    tape = PlainTar(io.BytesIO(archive))
    return [(member, b"".join(tape.chunks())) for member in tape.members()]


def test_folders_and_files_are_read() -> None:
    big = b"abc" * 1_000_001
    archive = archived(
        entry("a", kind=tarfile.DIRTYPE), entry("./a/empty"), entry("a/big", big), entry("z", b"z")
    )
    assert read(archive) == [
        (Member("a", None), b""), (Member("a/empty", 0), b""), (Member("a/big", len(big)), big), (Member("z", 1), b"z"),
    ]  # fmt: skip
    tape = PlainTar(io.BytesIO(archive))
    assert [member.name for member in tape.members()] == ["a", "a/empty", "a/big", "z"], (
        "nobody has to read one"
    )


@pytest.mark.parametrize(
    "kind", [b"1", b"2", b"3", b"4", b"6", b"7", b"x", b"g", b"L", b"K", b"S", b"M", b"V", b"\0"]
)
def test_whatever_else_an_archive_can_hold_is_refused(kind: bytes) -> None:
    info, _ = entry("x", kind=kind)
    info.linkname = "/etc/passwd"
    with pytest.raises(ValueError, match="neither"):
        read(info.tobuf(tarfile.USTAR_FORMAT) + bytes(1024))


def test_long_names_and_damaged_headers_are_refused() -> None:
    long = archived(entry("n" * 60 + "/" + "m" * 90))
    with pytest.raises(ValueError, match="neither"):
        read(long)
    with pytest.raises(ValueError, match="neither"):
        read(archived(entry("n" * 300), form=tarfile.PAX_FORMAT))
    whole = archived(entry("a", b"a" * 600), entry("b", b"b"))
    for place in (0, 130, 150, 156, 300, 511):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(ValueError, match=r"damaged|number"):
            read(bytes(changed))


def test_a_cut_one_and_one_that_goes_on_are_refused() -> None:
    whole = archived(entry("a", b"a" * 600), entry("b", b"b"))
    for size in (0, 100, 512, 900, 1500, 2560):
        with pytest.raises(EOFError):
            read(whole[:size])
    with pytest.raises(ValueError, match="behind the end"):
        read(whole + b"x")
    with pytest.raises(ValueError, match="behind the end"):
        read(whole + bytes(1 << 20))
