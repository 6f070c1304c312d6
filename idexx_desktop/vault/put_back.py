"""Whether a file of secrets is the one that was written last, or an older copy that somebody put in its place.

Whoever can write files here can put an old one back, passphrase and all: with it come keys that were rotated away, and
trust in computers that were removed since. So each writing leaves a mark in the sealed content, which names the mark
before it, and a note of the last mark beside the file, proved with the file's key. An older file doesn't go with the
note. What isn't noticed: an older file with the note of its time, so a whole folder that is put back together.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from idexx_desktop.vault.files import replace_private

ENTRY = "written"  # the mark's name among the entries
_TAG_BYTES = 8
_PURPOSE = b"idexx-desktop: the last writing of a file of secrets\n"


@dataclass(frozen=True, slots=True)
class Mark:
    """One writing of the file: its number, chance, and the chance of the writing before it."""

    number: int
    tag: str
    before: str

    def as_text(self) -> str:
        """What `from_text` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, entries: Mapping[str, str]) -> Mark | None:
        """The mark of these entries; None where an older version of the program has written them."""
        try:
            kept = json.loads(entries[ENTRY])
            found = cls(**{each.name: kept[each.name] for each in fields(cls)})
        except (KeyError, ValueError, TypeError):
            return None
        return found

    @classmethod
    def after(cls, last: Mark | None, token_bytes: Callable[[int], bytes] = os.urandom) -> Mark:
        """The mark of the next writing."""
        tag = token_bytes(_TAG_BYTES).hex()
        return cls(1, tag, "") if last is None else cls(last.number + 1, tag, last.tag)


class Note:
    """What is remembered beside a file. The caller holds the file's lock."""

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(f"{file.name}.last")

    def fits(self, key: bytes, mark: Mark | None) -> bool:
        """Whether the file with this mark is the one that was written last.

        Also one whose note a crash has kept from being written; and of the time before there were notes.
        """
        noted = self._read(key)
        if noted is None:
            return not self._path.exists() and (mark is None or mark.number == 1)
        return mark is not None and (mark.tag == noted or (bool(mark.before) and mark.before == noted))

    def write(self, key: bytes, mark: Mark) -> None:
        """From now on this is the last one."""
        replace_private(self._path, json.dumps({"last": mark.tag, "proof": _proof(key, mark.tag)}).encode())

    def _read(self, key: bytes) -> str | None:
        try:
            content = json.loads(self._path.read_bytes())
            last, proof = content["last"], content["proof"]
            genuine = hmac.compare_digest(proof.encode(), _proof(key, last).encode())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return str(last) if genuine else None


def _proof(key: bytes, tag: str) -> str:
    return hmac.new(key, _PURPOSE + tag.encode(), "sha256").hexdigest()
