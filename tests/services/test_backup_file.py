"""A backup as a file: whole under its name, or not there; whatever is damaged in it is refused with words."""

from __future__ import annotations

import json
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


def packed(folder: Path, **changes: Any) -> Backup:
    """A whole file with two small parts."""
    backup = a_backup(folder, **changes)
    parts: dict[str, Path] = {}
    for name in NAMES:
        parts[name] = folder / f"{name}.part"
        parts[name].write_bytes(name.encode() * 5000)
    pack(backup.path, backup, parts)
    return replace(backup, size=backup.path.stat().st_size)


def test_what_is_packed_is_read(tmp_path: Path) -> None:
    backup = packed(tmp_path)
    assert backup.path.name == "zo-s-vets-co-20261122T180000Z" + ENDING
    assert read(backup.path) == backup
    check(backup.path, NAMES, never)
    with parts_of(backup.path, ("list",))["list"]() as part:
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
    assert backups_in(tmp_path) == [new, old]


def test_every_cut_and_every_changed_byte_is_refused(tmp_path: Path) -> None:
    """Of a file in which nothing but names of the archive's own directory could be changed without harm."""
    backup = packed(tmp_path)
    whole = backup.path.read_bytes()
    for size in range(0, len(whole), 977):
        backup.path.write_bytes(whole[:size])
        with pytest.raises(Failure) as refused:
            check(backup.path, NAMES, never)
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    unnoticed = 0
    for place in range(0, len(whole), 101):
        changed = bytearray(whole)
        changed[place] ^= 0x5A
        backup.path.write_bytes(changed)
        with suppress(Failure):
            check(backup.path, NAMES, never)
            with parts_of(backup.path, NAMES)["base"]() as part:
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


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no such file") as refused:
        read(tmp_path / "nothing")
    with pytest.raises(Failure) as lacking:
        check(packed(tmp_path).path, (*NAMES, "another"), never)
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
