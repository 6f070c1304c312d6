"""A backup as a file: whole under its name, or not there; whatever is damaged in it is refused with words."""

from __future__ import annotations

import json
import os
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from idexx_desktop.domain.audit_chain import ChainEnd
from idexx_desktop.domain.backup import Backup, Contents, WhoseRecords
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.backup_file import (
    ENDING,
    backups_in,
    check,
    delivered,
    name_of,
    pack,
    parts_of,
    read,
)
from idexx_desktop.vault.backup_proof import BackupSigner
from idexx_desktop.vault.keyring_store import KeyringStore

MADE_AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
HOLDS = Contents("0013", {"public.visits": 3}, {"c": ChainEnd(2, b"\1" * 32)}, None)
NAMES = ("base", "list")
WHOSE = WhoseRecords("Zoë's Vets & Co.", "c-1", "pm@zoe.example", practice_site=False)


def never() -> bool:
    return False


def a_backup(folder: Path, **changes: Any) -> Backup:
    made = Backup("b-1", folder, 0, MADE_AT, WHOSE, "0.1.0", "18", HOLDS)
    made = replace(made, **changes)
    return replace(made, path=folder / name_of(made))


def packed(folder: Path, signer: BackupSigner | None = None, **changes: Any) -> Backup:
    """A whole file with two small parts, signed by some computer."""
    signer = signer or BackupSigner(KeyringStore("somebody"))
    backup = a_backup(folder, **changes)
    parts: dict[str, Path] = {}
    for name in NAMES:
        parts[name] = folder / f"{name}.part"
        parts[name].write_bytes(name.encode() * 5000)
    pack(backup.path, backup, parts, lambda about: signer.sign(about, lambda _: None))
    return replace(backup, size=backup.path.stat().st_size)


def checked(path: Path, names: tuple[str, ...] = NAMES) -> None:
    """The whole of it is read and compared."""
    check(read(path), names, never)


def test_what_is_packed_is_read(tmp_path: Path) -> None:
    backup = packed(tmp_path)
    assert backup.path.name == "zo-s-vets-co-20261122T180000Z" + ENDING
    file = read(backup.path)
    assert file.backup == backup
    assert file.proof is not None
    checked(backup.path)
    with parts_of(file, ("list",))["list"]() as part:
        assert part.read() == b"list" * 5000
    nameless = packed(tmp_path, whose=replace(WHOSE, practice="動物病院"))
    assert nameless.path.name.startswith("clinic-")


def test_the_newest_comes_first_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    old = packed(tmp_path)
    new = packed(tmp_path, made_at=MADE_AT + timedelta(days=1))
    (tmp_path / f"text{ENDING}").write_text("no backup")
    (tmp_path / f"cut{ENDING}").write_bytes(new.path.read_bytes()[:-40])
    (tmp_path / f"folder{ENDING}").mkdir()
    (tmp_path / f"{old.path.name}.12345678.unfinished").write_bytes(old.path.read_bytes())
    assert [file.backup for file in backups_in(tmp_path)] == [new, old]


def test_every_cut_and_every_changed_byte_is_refused(tmp_path: Path) -> None:
    """Of a file in which nothing but names of the archive's own directory could be changed without harm."""
    backup = packed(tmp_path)
    whole = backup.path.read_bytes()
    for size in range(0, len(whole), 977):
        backup.path.write_bytes(whole[:size])
        with pytest.raises(Failure) as refused:
            checked(backup.path)
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    unnoticed = 0
    for place in range(0, len(whole), 101):
        changed = bytearray(whole)
        changed[place] ^= 0x5A
        backup.path.write_bytes(changed)
        with suppress(Failure):
            checked(backup.path)
            with parts_of(read(backup.path), NAMES)["base"]() as part:
                assert part.read() == b"base" * 5000, "what passes is whole"
            unnoticed += 1
    assert unnoticed < 5


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (lambda about: about | {"format": 2}, "newer version"),
        (lambda about: about | {"format": "1"}, "damaged"),
        (lambda about: about | {"chains": {"c": [1]}}, "damaged"),
        (lambda about: about | {"chains": {"c": [1, "not hexadecimal"]}}, "damaged"),
        (lambda about: about | {"rows": 7}, "damaged"),
        (lambda about: about | {"made_at": "yesterday"}, "damaged"),
        (lambda about: about | {"whose": {"practice": "Oak"}}, "damaged"),
        (lambda _: {"format": 1}, "damaged"),
        (lambda about: [about], "damaged"),
    ],
)
def test_what_a_file_says_of_itself_is_not_trusted(
    tmp_path: Path, change: Callable[[Mapping[str, Any]], Any], title: str
) -> None:
    backup = packed(tmp_path)
    with zipfile.ZipFile(backup.path) as archive:
        about = json.loads(archive.read("backup.json"))
    with zipfile.ZipFile(backup.path, "w") as archive:
        archive.writestr("backup.json", json.dumps(change(about)))
    with pytest.raises(Failure) as refused:
        read(backup.path)
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    assert title in refused.value.title
    assert backups_in(tmp_path) == []


def rewritten(
    path: Path, change: Callable[[dict[str, Any]], object], *, into: Path | None = None, **options: Any
) -> Path:
    """The same file, which says something else of itself."""
    folder = into or path.parent
    folder.mkdir(exist_ok=True)
    target = folder / f"rewritten{ENDING}"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", **options) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "backup.json":
                about = json.loads(content)
                change(about)
                content = json.dumps(about).encode()
            new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about.update(made_at="2099-01-01T00:00:00+00:00"),
        lambda about: about["whose"].update(practice="Elm Road"),
        lambda about: about["sha256"].update(base="00" * 32),
        lambda about: about.update(more=1),
        lambda about: about["proof"].update(key="A" * 43),
        lambda about: about["proof"].update(signature="A" * 86),
        lambda about: about["proof"].update(kit=[]),
        lambda about: about.update(proof={}),
        lambda about: about.update(proof="yes"),
    ],
)
def test_what_was_signed_can_not_be_changed(
    tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    path = rewritten(packed(tmp_path).path, change)
    with pytest.raises(Failure) as refused:
        read(path)
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE


def test_without_its_proof_it_is_one_of_an_older_version(tmp_path: Path) -> None:
    """Nobody can tell it from one whose proof was taken away, so it is treated alike: a person has to say yes."""
    path = rewritten(
        packed(tmp_path).path, lambda about: about.pop("proof"), compression=zipfile.ZIP_DEFLATED
    )
    assert read(path).proof is None
    checked(path)


def archive_with(folder: Path, *more: tuple[str, bytes]) -> Path:
    """A whole backup with more entries than it says."""
    path = packed(folder).path
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name twice
        for name, content in more:
            archive.writestr(name, content)
    return path


def test_an_archive_with_other_entries_is_refused(tmp_path: Path) -> None:
    for number, more in enumerate(
        [
            [("../outside", b"x")],
            [("base", b"x")],
            [("BASE", b"x")],
            [("backup.json", b"{}")],
            [("base\0x", b"")],
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = archive_with(folder, *more)
        with pytest.raises(Failure) as refused:
            checked(path)
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE, more


def test_an_archive_can_not_fill_the_memory(tmp_path: Path) -> None:
    """A description, or a directory, of many megabytes is read by nobody."""
    huge = packed(tmp_path).path
    with zipfile.ZipFile(huge, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("backup.json", b" " * (100 << 20))
    many = tmp_path / f"many{ENDING}"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:060}", b"")
    tracemalloc.start()
    try:
        for path in (huge, many):
            with pytest.raises(Failure) as refused:
                read(path)
            assert refused.value.code is FailureCode.BACKUP_UNUSABLE
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_an_encrypted_archive_and_what_is_no_file_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path).path
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(content)
    if sys.platform != "win32":
        os.mkfifo(tmp_path / f"pipe{ENDING}")  # whoever opened it would wait for ever
    assert backups_in(tmp_path) == []


def test_what_counts_is_what_was_read(tmp_path: Path) -> None:
    """The file is another one by the time its parts are read."""
    file = read(packed(tmp_path).path)
    packed_again = packed(tmp_path / "..", id="b-2")
    packed_again.path.replace(file.backup.path)
    for name in NAMES:
        content = (name * 5000).encode()
        with parts_of(file, NAMES)[name]() as part:
            assert part.read(10) == content[:10], "the same content is the same"
    with zipfile.ZipFile(file.backup.path, "w") as archive:
        for name in NAMES:
            archive.writestr(name, b"something else")
    with pytest.raises(Failure, match="was changed") as refused, parts_of(file, NAMES)["base"]() as part:
        part.read(3)
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no such file") as refused:
        read(tmp_path / "nothing")
    with pytest.raises(Failure) as lacking:
        checked(packed(tmp_path).path, (*NAMES, "another"))
    assert lacking.value.code is FailureCode.BACKUP_UNUSABLE
    assert refused.value.title == "There is no such backup."


def test_it_gets_its_name_at_the_end(tmp_path: Path) -> None:
    source = packed(tmp_path).path
    folder = tmp_path / "stick"
    folder.mkdir()
    target = folder / source.name
    left, others = folder / f"x{ENDING}.mine.unfinished", folder / f"x{ENDING}.theirs.unfinished"
    left.write_text("of a crash")
    others.write_text("of another computer, at work")
    with delivered(source, target, "mine", never):
        assert not target.exists()
        assert backups_in(folder) == []
    assert target.read_bytes() == source.read_bytes()
    assert sorted(folder.iterdir()) == sorted([target, others])


def test_nothing_is_left_where_it_fails_or_is_stopped(tmp_path: Path) -> None:
    source = packed(tmp_path).path
    folder = tmp_path / "stick"
    folder.mkdir()
    with (
        pytest.raises(Failure) as ended,
        delivered(source, folder / source.name, "mine", lambda: True),
    ):
        raise AssertionError("it was stopped before")
    assert ended.value.code is FailureCode.CANCELLED
    with pytest.raises(ZeroDivisionError), delivered(source, folder / source.name, "mine", never):
        raise ZeroDivisionError
    assert list(folder.iterdir()) == []


def test_what_is_read_back_must_be_what_was_written(tmp_path: Path) -> None:
    """A drive that loses bytes: here the two differ because the other one is changed meanwhile."""
    source = packed(tmp_path).path
    folder = tmp_path / "stick"
    folder.mkdir()
    chunks = 0

    def meddling() -> bool:
        nonlocal chunks
        chunks += 1
        if chunks == 2:  # it was written, and is being read
            source.write_bytes(source.read_bytes()[:-1] + b"?")
        return False

    with (
        pytest.raises(Failure, match="read back") as refused,
        delivered(source, folder / source.name, "mine", meddling),
    ):
        raise AssertionError("it would count")
    assert refused.value.code is FailureCode.BACKUP_NOT_MADE
    assert list(folder.iterdir()) == []
