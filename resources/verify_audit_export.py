#!/usr/bin/env python3
"""Checks an export of idexx-desktop's activity record without that program: `verify_audit_export.py FILE`.

Needs Python 3.11 and the package `cryptography`, nothing else. Beside FILE lies FILE.manifest.json. What is checked:

1. the manifest is signed by the key that it names, which is the expected one where `--fingerprint` says which;
2. the file is the one that was signed (SHA-256), with as many rows of the same chains;
3. the rows of each chain are numbered without a gap, each holds the hash of the row before it, and its own hash is
   SHA-256 of that hash and its canonical bytes: the netstrings (`length:bytes,`; a NULL is `-`) of the twelve FIELDS.

Exit code 0: everything fits. 1: something doesn't; the first thing is printed. 2: wrong arguments.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "idexx-desktop activity record 1"
SIGNED_AS = b"idexx-desktop: the manifest of an export of the activity record\n"
FIELDS = (
    "chain", "seq", "id", "timestamp", "user_id", "actor", "action", "status", "ip_address", "session_id",
    "error_details", "metadata",
)  # fmt: skip
BEFORE_FIRST = bytes(32).hex()


class NotWholeError(Exception):
    """The first thing that doesn't fit, in words."""


def main() -> int:
    """Check one export and say what was found; the exit code."""
    parser = argparse.ArgumentParser(description="Check an export of idexx-desktop's activity record.")
    parser.add_argument("file", type=Path, help="the export; beside it lies its manifest")
    parser.add_argument("--fingerprint", help="of the key that must have signed it, as the program shows it")
    arguments = parser.parse_args()
    try:
        manifest = read_manifest(arguments.file.with_name(f"{arguments.file.name}.manifest.json"))
        fingerprint = check_signature(manifest, arguments.fingerprint)
        check_file(arguments.file, manifest)
    except NotWholeError as problem:
        print(f"NOT WHOLE: {problem}")
        return 1
    except OSError as problem:
        print(f"NOT CHECKED: {problem.filename}: {problem.strerror}")
        return 1
    print(f"WHOLE: {manifest['rows']} rows of {len(manifest['chains'])} chains, nothing changed or missing.")
    print(f"Range: {manifest['since'] or 'the beginning'} to {manifest['until'] or manifest['made_at']}.")
    print(f"Made at {manifest['made_at']} by idexx-desktop {manifest['program_version']}.")
    known = "as expected" if arguments.fingerprint else "ask the clinic whether this is its key"
    print(f"Signed with the key {fingerprint} ({known}).")
    return 0


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest, as it was written."""
    try:
        manifest = json.loads(path.read_bytes())
    except ValueError:
        raise NotWholeError(f"{path.name} can't be read") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NotWholeError(f"{path.name} is no manifest of the format “{FORMAT}”")
    return manifest


def check_signature(manifest: dict[str, Any], expected: str | None) -> str:
    """Check that the manifest is signed by the key that it names; that key's fingerprint."""
    said = {key: value for key, value in manifest.items() if key != "signature"}
    signed = SIGNED_AS + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    try:
        key = from_base64(manifest["public_key"])
        Ed25519PublicKey.from_public_bytes(key).verify(from_base64(manifest["signature"]), signed)
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError):
        raise NotWholeError("the manifest was changed: its signature doesn't fit") from None
    digits = hashlib.sha256(key).hexdigest()[:20]
    fingerprint = "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    if expected is not None and expected.strip().lower() != fingerprint:
        raise NotWholeError(f"signed with another key: {fingerprint}")
    return fingerprint


def check_file(path: Path, manifest: dict[str, Any]) -> None:
    """Check every row, in one pass and in little memory."""
    digest = hashlib.sha256()
    parts: list[dict[str, Any]] = []
    rows = 0
    with path.open("rb") as file:
        for rows, line in enumerate(file, start=1):
            digest.update(line)
            check_row(rows, read_row(rows, line), parts)
    expected = manifest["chains"]
    for part, wanted in zip(parts, expected, strict=False):
        if part != wanted:
            raise NotWholeError(f"chain {part['chain']}: not the rows that the manifest names")
    if (rows, len(parts)) != (manifest["rows"], len(expected)):
        wanted_rows = f"{manifest['rows']} of {len(expected)}"
        raise NotWholeError(
            f"the file has {rows} rows of {len(parts)} chains, the manifest says {wanted_rows}"
        )
    if digest.hexdigest() != manifest["sha256"]:
        raise NotWholeError("the file isn't the one that was signed: its SHA-256 doesn't fit")


def check_row(number: int, row: dict[str, str | None], parts: list[dict[str, Any]]) -> None:
    """Check that a row follows the one before it; `parts` holds what was seen of each chain so far."""
    seq = int(row["seq"] or "0")
    if not parts or parts[-1]["chain"] != row["chain"]:
        if any(part["chain"] == row["chain"] for part in parts):
            raise NotWholeError(f"line {number}: its chain was already over")
        if seq == 1 and row["previous_hash"] != BEFORE_FIRST:
            raise NotWholeError(f"line {number}: something stands before the first row of its chain")
        before = row["previous_hash"]
        parts.append({"chain": row["chain"], "first_seq": seq, "last_seq": seq - 1, "hash_before": before})
        parts[-1]["last_hash"] = before
    part = parts[-1]
    if seq != part["last_seq"] + 1:
        raise NotWholeError(f"line {number}: row {seq} where row {part['last_seq'] + 1} belongs")
    if row["previous_hash"] != part["last_hash"]:
        raise NotWholeError(f"line {number}: it doesn't follow the row before it")
    hashed = bytes.fromhex(part["last_hash"]) + canonical(row)
    if row["hash"] != hashlib.sha256(hashed).hexdigest():
        raise NotWholeError(f"line {number}: it was changed")
    part["last_seq"], part["last_hash"] = seq, row["hash"]


def read_row(number: int, line: bytes) -> dict[str, str | None]:
    """A line's fields: all of them, nothing else, each text or null."""
    try:
        row = json.loads(line)
    except ValueError:
        raise NotWholeError(f"line {number}: it can't be read") from None
    if not isinstance(row, dict) or tuple(row) != (*FIELDS, "previous_hash", "hash"):
        raise NotWholeError(f"line {number}: it doesn't have the fields of a row")
    if not all(value is None or isinstance(value, str) for value in row.values()):
        raise NotWholeError(f"line {number}: a field is neither text nor null")
    if not (is_number(row["seq"]) and is_hash(row["previous_hash"]) and is_hash(row["hash"])):
        raise NotWholeError(f"line {number}: its number or a hash of it is none")
    return row


def canonical(row: dict[str, str | None]) -> bytes:
    """The bytes that a row's hash covers, after the hash of the row before it."""
    encoded = (
        value if value is None else value.encode("utf-8", "surrogatepass")
        for value in (row[name] for name in FIELDS)
    )
    return b"".join(b"-" if value is None else b"%d:%b," % (len(value), value) for value in encoded)


def is_number(value: str | None) -> bool:
    """A row's number as the database writes it."""
    return value is not None and len(value) < 20 and value.isascii() and value.isdigit() and value[0] != "0"


def is_hash(value: str | None) -> bool:
    """32 bytes in hexadecimal, small letters."""
    return value is not None and len(value) == 64 and set(value) <= set("0123456789abcdef")


def from_base64(text: str) -> bytes:
    """Bytes written as base64url without padding."""
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


if __name__ == "__main__":
    sys.exit(main())
