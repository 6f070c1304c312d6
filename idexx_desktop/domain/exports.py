"""What an export of the activity record is and holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ExportFormat(StrEnum):
    """SIGNED: JSON lines with a signed manifest, to prove something by. TABLE: CSV, for people."""

    SIGNED = "jsonl"
    TABLE = "csv"


@dataclass(frozen=True, slots=True)
class ChainPart:
    """The consecutive rows of one chain that a file holds; hashes in hexadecimal."""

    chain: str
    first_seq: int
    last_seq: int
    hash_before: str
    last_hash: str


@dataclass(frozen=True, slots=True)
class ExportedRecord:
    """A file that was written. Only a signed one has a manifest, its SHA-256, and the fingerprint of the key.

    `statement` is what the manifest's file holds.
    """

    path: Path
    rows: int
    chains: tuple[ChainPart, ...] = ()
    manifest: Path | None = None
    sha256: str | None = None
    fingerprint: str | None = None
    statement: bytes = field(default=b"", repr=False)
