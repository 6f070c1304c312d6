"""Signed copies of how the activity record's chains ended, kept in the profile's folder, outside of the database.

Whoever changes the database can compute every hash of it again, but can't make these copies agree. One JSON line for
each head; each line holds the hash of the line before it. How long the file is, and how it ends, lies in the profile's
secret store: what is written there is the moment at which a line counts, so that a crash in mid-line leaves nothing
behind, and a file that was shortened is told from a young one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from itertools import compress
from pathlib import Path

from idexx_desktop.domain.audit_chain import BEFORE_FIRST, ChainEnd, SignedHead
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.files import locked
from idexx_desktop.vault.signing import RecordSigner, verify
from idexx_desktop.vault.stores import SecretStore

FILE_NAME = "activity-record-heads.jsonl"
# what a signature covers begins with these words
SIGNED_AS = b"idexx-desktop: the head of a chain of the activity record\n"
HEADS_ENTRY = "record-heads"
_NOTHING_BEFORE = bytes(32).hex()


@dataclass(frozen=True, slots=True)
class _Tail:
    """How far the file counts: its lines, their bytes, the hash of the last one."""

    lines: int = 0
    size: int = 0
    hash: str = _NOTHING_BEFORE


@dataclass(frozen=True, slots=True)
class Copies:
    """The signed heads of each chain, oldest first; `problem` says what is wrong with the file.

    `key_lost`: the whole secret store is another one than when the file was begun, so nothing in it can be checked.
    """

    heads: Mapping[str, tuple[SignedHead, ...]] = field(default_factory=dict)
    problem: str | None = None
    key_lost: bool = False

    def last(self, chain: str) -> ChainEnd:
        """How the chain ended when it was last signed."""
        return self.heads[chain][-1].end if chain in self.heads else BEFORE_FIRST

    def of(self, chain: str) -> Copies:
        """Those of one chain only."""
        return Copies({key: heads for key, heads in self.heads.items() if key == chain}, self.problem)

    def moments(self) -> list[datetime]:
        """When they were signed, in order."""
        return sorted(head.signed_at for heads in self.heads.values() for head in heads)


class SignedHeads:
    """The file of one profile. Several programs of the profile may use it at once."""

    def __init__(self, folder: Path, signer: RecordSigner, store: SecretStore, clock: Clock) -> None:
        self._path = folder / FILE_NAME
        self._signer = signer
        self._store = store
        self._clock = clock

    def read(self) -> Copies:
        """Every copy whose line and signature are good. VAULT_LOCKED or VAULT_UNAVAILABLE as the store says."""
        with self._exclusive():
            return self._read(self._tail())

    def append(self, ends: Mapping[str, ChainEnd]) -> int:
        """Sign and add the heads that went on since they were last signed; how many that were.

        AUDIT_CHANGED where the file is damaged: nothing is added to it until a person has set it aside.
        """
        with self._exclusive():
            tail = self._tail()
            known = self._read(tail)
            if known.problem is not None:
                raise Failure(FailureCode.AUDIT_CHANGED, known.problem)
            now = self._clock.now()
            fresh = [
                SignedHead(chain, end, now)
                for chain, end in sorted(ends.items())
                if end.seq > known.last(chain).seq
            ]
            if fresh:
                self._write(tail, fresh)
            return len(fresh)

    def set_aside(self) -> None:
        """Keep the file under another name, which says when, and begin anew."""
        with self._exclusive():
            self._store.delete(HEADS_ENTRY)
            if self._path.exists():
                self._path.rename(
                    self._path.with_stem(f"{self._path.stem}-{self._clock.now():%Y%m%dT%H%M%S%fZ}")
                )

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        try:
            with locked(self._path.with_name(FILE_NAME + ".lock")):
                yield
        except OSError as problem:
            title = f"The signed copies of the activity record in {self._path.parent} can't be used."
            detail = problem.strerror or type(problem).__name__
            raise Failure(FailureCode.INVALID_INPUT, detail, title=title) from problem

    def _tail(self) -> _Tail | None:
        try:
            kept = json.loads(self._store.get(HEADS_ENTRY) or "")
            return _Tail(**{each.name: kept[each.name] for each in fields(_Tail) if each.name in kept})
        except (ValueError, TypeError, KeyError):
            return None

    def _read(self, tail: _Tail | None) -> Copies:
        raw = self._path.read_bytes() if self._path.exists() else b""
        if tail is None:
            lost = f"{FILE_NAME}: this computer has lost the key that it was signed with"
            return Copies(problem=lost, key_lost=True) if raw else Copies()
        public_key = self._signer.public_key
        lines = raw[: tail.size].split(b"\n")[:-1]
        following, end = _follow(lines)
        whole = (following, end) == (tail.lines, tail.hash)
        whole = whole and all(_is_signed(line, public_key) for line in lines[-1:])
        # the store vouches for lines that end as it says; of others those count that are signed
        good = [whole or _is_signed(line, public_key) for line in lines]
        heads: dict[str, list[SignedHead]] = {}
        for line in compress(lines, good):
            head = _head_of(line)
            heads.setdefault(head.chain, []).append(head)
        problem = None
        if not whole:
            bad = min(following + 1, [*good, False].index(False) + 1, tail.lines)
            problem = f"{FILE_NAME}, line {bad} of {tail.lines}: it was changed or is missing"
        elif _goes_on(raw[tail.size :], tail.hash, public_key):
            problem = f"{FILE_NAME} goes on after line {tail.lines}: an older key file was put back"
        return Copies({chain: tuple(found) for chain, found in heads.items()}, problem)

    def _write(self, tail: _Tail | None, fresh: list[SignedHead]) -> None:
        if tail is None:
            # before the first line is there: one without this entry would be taken for one whose key was lost
            tail = self._keep(_Tail())
        added, before = b"", tail.hash
        for head in fresh:
            line = self._signed(head, before)
            added += line + b"\n"
            before = hashlib.sha256(line).hexdigest()
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            file.seek(tail.size)
            file.truncate()  # what a crash has left beyond
            file.write(added)
            file.flush()
            os.fsync(file.fileno())
        self._keep(_Tail(tail.lines + len(fresh), tail.size + len(added), before))

    def _keep(self, tail: _Tail) -> _Tail:
        self._store.set(HEADS_ENTRY, json.dumps(asdict(tail)))
        return tail

    def _signed(self, head: SignedHead, before: str) -> bytes:
        entry = {
            "time": head.signed_at.astimezone(UTC).isoformat(),
            "chain": head.chain,
            "seq": head.end.seq,
            "hash": head.end.hash.hex(),
            "previous": before,
        }
        return _compact({**entry, "signature": self._signer.sign(SIGNED_AS + _compact(entry))})


def _goes_on(rest: bytes, before: str, public_key: str) -> bool:
    """Whether the file was continued more than once after this line: a crash leaves one continuation at most."""
    times: set[str] = set()
    for line in rest.split(b"\n")[:-1]:
        if not _is_signed(line, public_key) or json.loads(line).get("previous") != before:
            break
        times.add(str(json.loads(line)["time"]))
        before = hashlib.sha256(line).hexdigest()
    return len(times) > 1


def _follow(lines: list[bytes]) -> tuple[int, str]:
    """How many lines follow each other from the first one on, and the hash of the last of them."""
    before = _NOTHING_BEFORE
    for number, line in enumerate(lines):
        try:
            follows = json.loads(line)["previous"] == before
        except (ValueError, KeyError, TypeError):
            follows = False
        if not follows:
            return number, before
        before = hashlib.sha256(line).hexdigest()
    return len(lines), before


def _is_signed(line: bytes, public_key: str) -> bool:
    try:
        entry = json.loads(line)
        signature = entry.pop("signature")
        return verify(public_key, SIGNED_AS + _compact(entry), signature)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _head_of(line: bytes) -> SignedHead:
    entry = json.loads(line)
    end = ChainEnd(entry["seq"], bytes.fromhex(entry["hash"]))
    return SignedHead(entry["chain"], end, datetime.fromisoformat(entry["time"]))


def _compact(entry: Mapping[str, object]) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode()
