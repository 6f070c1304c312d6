#!/usr/bin/env python3
"""Checks an export of idexx-desktop's activity record without that program: `verify_audit_export.py FILE`.

Needs Python 3.11 and the package `cryptography`, nothing else. Beside FILE lies FILE.manifest.json. What is checked:

1. the manifest is signed by the key that it names, which must be the one that `--fingerprint` says;
2. the file is the one that was signed (SHA-256), with as many rows of the same chains;
3. the rows of each chain are numbered without a gap, each holds the hash of the row before it, and its own hash is
   SHA-256 of that hash and its canonical bytes: the netstrings (`length:bytes,`; a NULL is `-`) of the twelve FIELDS.

Anybody can make an export that fits together, and sign it with a key of their own: only the fingerprint, which the
clinic gives by another way, says that it is the clinic's.

Exit code 0: WHOLE, everything fits, and the key is the expected one. 1: NOT WHOLE; the first thing that doesn't fit is
printed. 2: wrong arguments. 3: CONSISTENT, everything fits, and no key was given to compare. 4: NOT CHECKED, the files
can't be read. Whatever the files hold, the first line begins with one of these words.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "idexx-desktop activity record 1"
SIGNED_AS = b"idexx-desktop: the manifest of an export of the activity record\n"
FIELDS = (
    "chain", "seq", "id", "timestamp", "user_id", "actor", "action", "status", "ip_address", "session_id",
    "error_details", "metadata",
)  # fmt: skip
BEFORE_FIRST = bytes(32).hex()
WHOLE, NOT_WHOLE, CONSISTENT, NOT_CHECKED = 0, 1, 3, 4
# more than this program ever writes; what is longer isn't read into memory
LONGEST_ROW, LONGEST_MANIFEST = 16 << 20, 64 << 20
SHOWN = 200  # characters of a text from the files
# what each value of a manifest is; "clinics" came later than the others
SHAPE: dict[str, type | tuple[type, ...]] = {
    "format": str, "since": (str, type(None)), "until": (str, type(None)), "made_at": str, "program_version": str,
    "rows": int, "chains": list, "sha256": str, "public_key": str, "signature": str,
}  # fmt: skip
PART = {"chain": str, "first_seq": int, "last_seq": int, "hash_before": str, "last_hash": str}


class NotWholeError(Exception):
    """The first thing that doesn't fit, in words."""


class NotReadableError(Exception):
    """Why there is nothing to check, in words."""


def main(arguments: list[str] | None = None) -> int:
    """Check one export and say what was found; the exit code."""
    with suppress(AttributeError):  # an output that somebody has put in its place
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal that knows no “
    parser = argparse.ArgumentParser(description="Check an export of idexx-desktop's activity record.")
    parser.add_argument("file", help="the export; beside it lies its manifest")
    parser.add_argument(
        "--fingerprint", type=fingerprint, help="of the key that must have signed it, as the clinic says it"
    )
    options = parser.parse_args(arguments)
    try:
        return check(options.file, options.fingerprint)
    except NotWholeError as problem:
        print(f"NOT WHOLE: {problem}")
        return NOT_WHOLE
    except NotReadableError as problem:
        print(f"NOT CHECKED: {problem}")
    except OSError as problem:
        print(
            f"NOT CHECKED: {shown(problem.filename or options.file)}: {problem.strerror or type(problem).__name__}"
        )
    except Exception as problem:  # a mistake of this program's must not look like an answer
        print(f"NOT CHECKED: this program couldn't go on ({type(problem).__name__})")
    return NOT_CHECKED


def check(file: str, expected: str | None) -> int:
    """Check everything, and print what was found; the exit code."""
    path = regular(file)
    manifest = read_manifest(regular(f"{file}.manifest.json"))
    signed_with = check_signature(manifest, expected)
    check_file(path, manifest)
    rows = f"{manifest['rows']} rows of {len(manifest['chains'])} chains"
    if expected is None:
        print(f"CONSISTENT: {rows} fit together, but nothing shows that they are the clinic's.")
        print(
            f"Ask the clinic by another way whether its key is {signed_with}; then check with --fingerprint."
        )
    else:
        print(f"WHOLE: {rows}, nothing changed or missing.")
        print(f"Signed with the key {signed_with} (as expected).")
    print(
        f"Clinic: {', '.join(map(shown, clinics_of(manifest))) or 'not named by the version that made it'}."
    )
    since, until = manifest["since"] or "the beginning", manifest["until"] or manifest["made_at"]
    print(f"Range: {shown(since)} to {shown(until)}.")
    print(f"Made at {shown(manifest['made_at'])} by idexx-desktop {shown(manifest['program_version'])}.")
    return CONSISTENT if expected is None else WHOLE


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest, as it was written."""
    name = shown(path.name)
    with path.open("rb") as file:
        raw = file.read(LONGEST_MANIFEST + 1)
    if len(raw) > LONGEST_MANIFEST:
        raise NotWholeError(f"{name} is longer than a manifest can be")
    manifest = parsed(raw)
    if manifest is None:
        raise NotWholeError(f"{name} can't be read")
    if manifest.get("format") != FORMAT:
        raise NotWholeError(f"{name} is no manifest of the format “{FORMAT}”")
    return manifest


def check_signature(manifest: dict[str, Any], expected: str | None) -> str:
    """Check that the manifest is signed by the key that it names; that key's fingerprint."""
    said = {key: value for key, value in manifest.items() if key != "signature"}
    try:
        signed = SIGNED_AS + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        key = from_base64(manifest["public_key"])
        Ed25519PublicKey.from_public_bytes(key).verify(from_base64(manifest["signature"]), signed)
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotWholeError("the manifest was changed: its signature doesn't fit") from None
    found = grouped(hashlib.sha256(key).hexdigest()[:20])
    if expected is not None and expected != found:
        raise NotWholeError(f"signed with another key: {found}")
    if not (fits(manifest, SHAPE) and all(fits(part, PART) for part in manifest["chains"])):
        raise NotWholeError("the manifest was signed, and isn't one that idexx-desktop makes")
    return found


def clinics_of(manifest: dict[str, Any]) -> list[str]:
    """The clinics that the export is of; none where an older version made it."""
    named = manifest.get("clinics", [])
    return [name for name in named if isinstance(name, str)] if isinstance(named, list) else []


def check_file(path: Path, manifest: dict[str, Any]) -> None:
    """Check every row, in one pass and in little memory."""
    digest = hashlib.sha256()
    parts: list[dict[str, Any]] = []
    seen: set[str | None] = set()
    rows = 0
    with path.open("rb") as file:
        while line := file.readline(LONGEST_ROW + 1):
            rows += 1
            if len(line) > LONGEST_ROW:
                raise NotWholeError(f"line {rows}: it is longer than a row can be")
            digest.update(line)
            check_row(rows, read_row(rows, line), parts, seen)
    expected = manifest["chains"]
    for part, wanted in zip(parts, expected, strict=False):
        if part != wanted:
            raise NotWholeError(f"chain {shown(part['chain'])}: not the rows that the manifest names")
    if (rows, len(parts)) != (manifest["rows"], len(expected)):
        wanted_rows = f"{shown(manifest['rows'])} of {len(expected)}"
        raise NotWholeError(
            f"the file has {rows} rows of {len(parts)} chains, the manifest says {wanted_rows}"
        )
    if digest.hexdigest() != manifest["sha256"]:
        raise NotWholeError("the file isn't the one that was signed: its SHA-256 doesn't fit")


def check_row(
    number: int, row: dict[str, str | None], parts: list[dict[str, Any]], seen: set[str | None]
) -> None:
    """Check that a row follows the one before it; `parts` holds what was seen of each chain so far."""
    seq = int(row["seq"] or "0")
    if not parts or parts[-1]["chain"] != row["chain"]:
        if row["chain"] in seen:
            raise NotWholeError(f"line {number}: its chain was already over")
        if seq == 1 and row["previous_hash"] != BEFORE_FIRST:
            raise NotWholeError(f"line {number}: something stands before the first row of its chain")
        seen.add(row["chain"])
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
    row = parsed(line)
    if row is None:
        raise NotWholeError(f"line {number}: it can't be read")
    if tuple(row) != (*FIELDS, "previous_hash", "hash"):
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


def parsed(raw: bytes) -> dict[str, Any] | None:
    """A JSON object in UTF-8 that says each thing once; None for anything else, however deep, long or odd."""
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=each_once, parse_constant=refuse)
    except (ValueError, RecursionError, MemoryError):
        return None
    return found if isinstance(found, dict) else None


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two readers each might take another value of the same name."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name that comes twice")
    return found


def refuse(constant: str) -> NoReturn:
    """NaN and the infinities, which are no JSON."""
    raise ValueError(constant)


def fits(found: object, shape: dict[str, Any]) -> bool:
    """Whether it is an object with these values, each of its type."""
    return isinstance(found, dict) and all(
        name in found and isinstance(found[name], kind) and not isinstance(found[name], bool)
        for name, kind in shape.items()
    )


def regular(name: str) -> Path:
    """The path of a file that can be read to its end: a pipe or a device might have none."""
    try:
        path = Path(name)
        mode = path.stat().st_mode
    except ValueError:
        raise NotReadableError(f"{shown(name)}: this is no name of a file") from None
    if not stat.S_ISREG(mode):
        raise NotReadableError(f"{shown(name)}: this is no file")
    return path


def fingerprint(text: str) -> str:
    """A fingerprint as somebody typed it; ValueError, which becomes a wrong argument, for what is none."""
    digits = re.sub(r"[\s-]", "", text).lower()
    if not re.fullmatch("[0-9a-f]{20}", digits):
        raise ValueError("no fingerprint")
    return grouped(digits)


def grouped(digits: str) -> str:
    """In groups of four, as people compare it."""
    return "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def shown(text: object) -> str:
    """A text from the files for a terminal: nothing in it moves the cursor or turns the direction of reading."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(text)[:SHOWN])


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
