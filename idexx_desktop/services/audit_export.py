"""The activity record as a file: signed, for whoever has to prove something; or as a table, for people.

A signed export is JSON lines, each the twelve fields of a row's canonical bytes as text (null is NULL) and the two
hashes, and beside it `<name>.manifest.json`, signed with the profile's key, which says what the file holds.
`resources/verify_audit_export.py` checks both without this program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from idexx_desktop import __version__
from idexx_desktop.domain.audit import ACTION_WORDS, Action
from idexx_desktop.domain.audit_chain import FIELDS, ChainRow
from idexx_desktop.domain.exports import ChainPart, ExportedRecord
from idexx_desktop.domain.records import AuditRecord
from idexx_desktop.services.drafts import drafts_of
from idexx_desktop.services.tables import write_table
from idexx_desktop.vault.signing import RecordSigner

FORMAT = "idexx-desktop activity record 1"
# what a signature covers begins with these words
SIGNED_AS = b"idexx-desktop: the manifest of an export of the activity record\n"
_TITLES = ("Who", "What", "Result", "When", "From address", "Details", "Problem", "Sync", "Login", "Row")


@contextmanager
def signed_export(
    path: Path,
    rows: Iterable[ChainRow],
    since: datetime | None,
    until: datetime | None,
    clinics: Sequence[str],
    signer: RecordSigner,
    made_at: datetime,
    *,
    replace: bool = False,
) -> Iterator[ExportedRecord]:
    """Write rows that come ordered by chain and number, and the manifest; both appear when the block ends well.

    `clinics` are the names of those that the rows are of, for whoever checks the file.
    INVALID_INPUT where a file is there already and `replace` is False, or the place can't be written.
    """
    manifest = path.with_name(f"{path.name}.manifest.json")
    with drafts_of((path, manifest), replace=replace) as (file_draft, manifest_draft):
        with file_draft.open("wb") as file:
            digest, chains = _write_rows(file, rows)
        count = sum(part.last_seq - part.first_seq + 1 for part in chains)
        said = {
            "format": FORMAT,
            "since": _utc(since),
            "until": _utc(until),
            "made_at": _utc(made_at),
            "program_version": __version__,
            "clinics": list(clinics),
            "rows": count,
            "chains": [asdict(part) for part in chains],
            "sha256": digest,
            "public_key": signer.public_key,
        }
        signature = signer.sign(SIGNED_AS + _compact(said))
        statement = json.dumps({**said, "signature": signature}, indent=1).encode()
        manifest_draft.write_bytes(statement)
        yield ExportedRecord(path, count, chains, manifest, digest, signer.fingerprint, statement)


@contextmanager
def table_export(
    path: Path,
    rows: Iterable[AuditRecord],
    emails: Mapping[str, str],
    zone: ZoneInfo,
    *,
    replace: bool = False,
) -> Iterator[ExportedRecord]:
    """Write a CSV file that a spreadsheet opens as it is; it appears when the block ends well.

    Times are in `zone`, with their offset. INVALID_INPUT as for `signed_export`.
    """
    with drafts_of((path,), replace=replace) as (draft,):
        count = write_table(draft, _TITLES, (_cells(row, emails, zone) for row in rows))
        yield ExportedRecord(path, count)


def _write_rows(file: BinaryIO, rows: Iterable[ChainRow]) -> tuple[str, tuple[ChainPart, ...]]:
    """The SHA-256 of what was written, and which rows it was."""
    digest, parts = hashlib.sha256(), []
    for chain, members in groupby(rows, key=itemgetter(0)):
        first: ChainRow | None = None
        for row in members:
            first = first or row
            line = _line(row)
            digest.update(line)
            file.write(line)
        if first is not None:
            parts.append(
                ChainPart(chain, int(first[1]), int(row[1]), _hexadecimal(first[-2]), _hexadecimal(row[-1]))
            )
    return digest.hexdigest(), tuple(parts)


def _line(row: ChainRow) -> bytes:
    entry = dict(zip(FIELDS, row, strict=False))
    entry["previous_hash"], entry["hash"] = _hexadecimal(row[-2]), _hexadecimal(row[-1])
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def _hexadecimal(value: bytes | None) -> str:
    """A row that somebody has damaged is exported as it is."""
    return (value or b"").hex()


def _cells(row: AuditRecord, emails: Mapping[str, str], zone: ZoneInfo) -> Sequence[str]:
    """Names first, ids last."""
    return (
        emails.get(row.user_id or "", row.actor or ""),
        ACTION_WORDS[Action(row.action)] if row.action in ACTION_WORDS else row.action,
        (row.status or "").replace("_", " "),
        row.timestamp.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        row.ip_address or "",
        _told(row.metadata),
        _told(row.error_details or {}),
        row.session_id or "",
        row.actor or "",
        str(row.seq),
    )


def _told(details: Mapping[str, Any]) -> str:
    """`visit key: a:5001; count: 3`."""
    values = ((key, value if isinstance(value, str) else json.dumps(value)) for key, value in details.items())
    return "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in values)


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _compact(entry: Mapping[str, object]) -> bytes:
    """The one spelling that is signed: keys in order, nothing but ASCII, no spaces."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
