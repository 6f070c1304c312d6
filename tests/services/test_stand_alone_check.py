"""Whatever is given to the stand-alone check of an export: one line of words, a documented exit code, no traceback."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from idexx_desktop.domain.audit_chain import FIELDS, ChainRow, canonical
from idexx_desktop.domain.exports import ExportedRecord
from idexx_desktop.services.audit_export import SIGNED_AS, signed_export
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.signing import RecordSigner
from tests.support.bad_input import HOSTILE

SCRIPT = Path(__file__).parents[2] / "resources" / "verify_audit_export.py"
WORDS = {0: "WHOLE: ", 1: "NOT WHOLE: ", 3: "CONSISTENT: ", 4: "NOT CHECKED: "}
CLINIC = "Oak Street Vets"
SEEDS = 400
Document = dict[str, Any]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The check, loaded here: hundreds of processes would take minutes."""
    spec = importlib.util.spec_from_file_location("verify_audit_export", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(count: int) -> list[ChainRow]:
    """One chain."""
    found: list[ChainRow] = []
    before = bytes(32)
    for number in range(1, count + 1):
        fields = ("chain-1", str(number), f"id-{number}", "2026-11-22T16:00:00.000000Z", None, "anna",
                  "sync.started", "ok", "127.0.0.1", None, None, '{"a": 1}')  # fmt: skip
        after = hashlib.sha256(before + canonical(fields)).digest()
        found.append((*fields, before, after))
        before = after
    return found


@pytest.fixture
def signer() -> RecordSigner:
    return RecordSigner(KeyringStore("profile-1"))


@pytest.fixture
def export(tmp_path: Path, signer: RecordSigner) -> ExportedRecord:
    when = datetime(2026, 11, 22, tzinfo=UTC)
    with signed_export(tmp_path / "record.jsonl", rows(5), None, None, [CLINIC], signer, when) as made:
        pass
    return made


def check(script: ModuleType, *arguments: str) -> tuple[int, str]:
    """Its exit code and what it printed; the first line is a verdict, and one that isn't good stands alone."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = script.main([*arguments])
    said = out.getvalue()
    assert said.startswith(WORDS[code]), (code, said)
    if code in (1, 4):
        assert said.endswith("\n")
        assert said.count("\n") == 1
    assert all(sign.isprintable() for line in said.splitlines() for sign in line)
    return code, said


def signed_anew(manifest: Document, signer: RecordSigner) -> bytes:
    """Any manifest, signed by somebody."""
    said = {**manifest, "public_key": signer.public_key}
    said.pop("signature", None)
    covered = SIGNED_AS + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return json.dumps({**said, "signature": signer.sign(covered)}).encode()


def manifest_of(export: ExportedRecord) -> Document:
    found: Document = json.loads(export.statement)
    return found


# what is said where all is well


def test_it_is_whole_only_with_a_key_to_compare(script: ModuleType, export: ExportedRecord) -> None:
    key = export.fingerprint or ""
    for typed in (key, key.upper(), key.replace("-", ""), f"  {key.replace('-', ' ')} "):
        code, said = check(script, str(export.path), "--fingerprint", typed)
        assert code == 0
        assert f"Clinic: {CLINIC}." in said
    code, said = check(script, str(export.path))
    assert code == 3
    assert "WHOLE" not in said
    assert f"Clinic: {CLINIC}." in said
    other = ("0" if key[0] != "0" else "1") + key[1:]
    assert check(script, str(export.path), "--fingerprint", other)[0] == 1


@pytest.mark.parametrize("typed", ["", "whatever", "1a2b", "1a2b-3c4d-5e6f-7081-92a3-0000", "g" * 20])
def test_what_is_no_fingerprint_is_a_wrong_argument(export: ExportedRecord, typed: str) -> None:
    command = [sys.executable, "-I", str(SCRIPT), str(export.path), "--fingerprint", typed]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--fingerprint" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_export_of_an_older_version(
    script: ModuleType, export: ExportedRecord, signer: RecordSigner
) -> None:
    """It names no clinic; all the rest counts as ever."""
    manifest = manifest_of(export)
    del manifest["clinics"]
    assert export.manifest is not None
    export.manifest.write_bytes(signed_anew(manifest, signer))
    code, said = check(script, str(export.path), "--fingerprint", export.fingerprint or "")
    assert code == 0
    assert "Clinic: not named by the version that made it." in said


@pytest.mark.parametrize(
    "name", [*HOSTILE, "\x1b[2J\x1b[HWHOLE: 5 rows", "a\nWHOLE: b", "\ud800", "x" * 9000]
)
def test_texts_of_a_manifest_do_nothing(
    script: ModuleType, export: ExportedRecord, signer: RecordSigner, name: str
) -> None:
    """`check` looks at every sign that is printed."""
    assert export.manifest is not None
    changed = {"clinics": [name, 7, None], "made_at": name, "program_version": name, "since": name}
    export.manifest.write_bytes(signed_anew({**manifest_of(export), **changed}, signer))
    code, said = check(script, str(export.path), "--fingerprint", export.fingerprint or "")
    assert (code, len(said.splitlines())) == (0, 5)
    assert len(said) < 2_000


# what isn't


NESTED = b'{"a":' * 200_000 + b"1" + b"}" * 200_000
ODD_FILES: dict[str, bytes] = {
    "empty": b"",
    "nul": b"\0" * 5000,
    "newlines": b"\n" * 5000,
    "nested objects": NESTED,
    "nested lists": b"[" * 500_000,
    "a huge number": b'{"rows":' + b"9" * 100_000 + b"}",
    "a huge float": b'{"rows":1e999999}',
    "not a number": b'{"rows":NaN}',
    "utf-16": '{"format":"idexx"}'.encode("utf-16"),
    "a mark of order": b"\xef\xbb\xbf{}",
    "latin-1": b'{"format":"\xe9"}',
    "half a surrogate": b'{"format":"\\ud800"}',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"idexx"',
    "twice": b'{"format":1,"format":2}',
    "no end": b'{"format":"idexx-desktop activity record 1"',
}


@pytest.mark.parametrize("what", ODD_FILES)
def test_odd_files(script: ModuleType, export: ExportedRecord, what: str) -> None:
    assert export.manifest is not None
    good = export.path.read_bytes()
    export.path.write_bytes(ODD_FILES[what])
    assert check(script, str(export.path))[0] == 1
    export.path.write_bytes(good)
    export.manifest.write_bytes(ODD_FILES[what])
    assert check(script, str(export.path))[0] == 1


VALUES: tuple[object, ...] = (
    None, True, 0, -1, 2**63, 10**4000, 1.5, float("inf"), float("nan"), "", "\0", "\ud800", "x" * 10_000, [], [[]],
    [None], [{}], [{"chain": "chain-1"}], {}, {"a": {}}, ["chain-1"] * 9,
)  # fmt: skip


def test_values_of_any_type_in_a_signed_manifest(
    script: ModuleType, export: ExportedRecord, signer: RecordSigner
) -> None:
    """Whoever has a key of their own can sign anything."""
    good = manifest_of(export)
    assert export.manifest is not None
    found: set[int] = set()
    for name in (*good, "something more"):
        for value in VALUES:
            export.manifest.write_bytes(signed_anew({**good, name: value}, signer))
            found.add(check(script, str(export.path))[0])
    for name in good["chains"][0]:
        for value in VALUES:
            changed = {**good, "chains": [{**good["chains"][0], name: value}]}
            export.manifest.write_bytes(signed_anew(changed, signer))
            assert check(script, str(export.path))[0] == 1, (name, value)
    assert found == {1, 3}
    for name in good:
        export.manifest.write_bytes(json.dumps({**good, name: [name]}).encode())
        assert check(script, str(export.path))[0] == 1, name


def test_values_of_any_type_in_a_row(script: ModuleType, export: ExportedRecord) -> None:
    lines = export.path.read_bytes().splitlines(keepends=True)
    good: Document = json.loads(lines[2])
    for name in (*FIELDS, "previous_hash", "hash"):
        for value in (*VALUES, "00", "²", "١", "-1", "9" * 30, "AB" * 32):
            row = json.dumps({**good, name: value}).encode() + b"\n"
            export.path.write_bytes(b"".join([*lines[:2], row, *lines[3:]]))
            same = good[name] == value and type(good[name]) is type(value)
            assert check(script, str(export.path))[0] == 1 or same, (name, value)


def changed_at_random(chance: random.Random, raw: bytes) -> bytes:
    """Bytes turned, cut, doubled, mixed in."""
    content = raw
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(content) + 1)
        start, end = content[:place], content[place:]
        more = (chance.randbytes(chance.randint(1, 9)), chance.choice(list(ODD_FILES.values()))[:200])
        content = chance.choice(
            (start, end, start + more[0] + end, start + content[place // 2 :], start + more[1])
        )
    return content


def test_files_changed_at_random(script: ModuleType, export: ExportedRecord) -> None:
    assert export.manifest is not None
    files = {path: path.read_bytes() for path in (export.path, export.manifest)}
    for seed in range(SEEDS):
        chance = random.Random(seed)  # noqa: S311 - chooses changes
        path = chance.choice(list(files))
        made = changed_at_random(chance, files[path])
        path.write_bytes(made)
        code, said = check(script, str(export.path))
        same = made == files[path] or (path == export.manifest and json_of(made) == json_of(files[path]))
        assert code == (3 if same else 1), (seed, said)
        path.write_bytes(files[path])


def json_of(raw: bytes) -> object:
    try:
        return json.loads(raw.decode())
    except (ValueError, RecursionError):
        return None


def test_what_can_not_be_read(script: ModuleType, export: ExportedRecord, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("", ".", "..", "/", str(folder), str(tmp_path / "missing"), "a\0b", "x" * 5000, "/dev/null",
                 "/dev/zero", "\udcff", str(export.path) + "/below"):  # fmt: skip
        assert check(script, name)[0] == 4, name
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        assert check(script, str(pipe))[0] == 4
        assert export.manifest is not None
        export.manifest.unlink()
        export.manifest.symlink_to("/dev/zero")
        assert check(script, str(export.path))[0] == 4
    export.path.with_name("alone").write_text("{}")
    assert check(script, str(export.path.with_name("alone")))[0] == 4


def test_files_that_are_too_big_are_not_read_into_memory(
    script: ModuleType, export: ExportedRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert export.manifest is not None
    with export.path.open("r+b") as file:
        file.truncate(1 << 40)  # a hole: takes no room
    assert "longer than a row" in check(script, str(export.path))[1]
    with export.manifest.open("r+b") as file:
        file.truncate(1 << 40)
    assert "longer than a manifest" in check(script, str(export.path))[1]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_process_of_its_own_on_any_terminal(export: ExportedRecord, encoding: str) -> None:
    assert export.manifest is not None
    export.manifest.write_bytes(b'{"format": "else"}')
    for file in (export.path, Path("\u202e\u05d0")):
        ran = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), str(file)],
            env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (1 if file == export.path else 4, b"")
        assert ran.stdout.startswith(b"NOT ")
