"""Reads a tape archive as pg_basebackup writes it: folders and plain files, each in one plain header.

Not tarfile's way: it follows links, reads names of any length into memory, and takes whatever the format has learned
in forty years. What is anything else than a folder or a plain file is refused here before a byte of it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

BLOCK = 512
_FILE, _FOLDER = b"0", b"5"
_CHUNK = 1 << 20
_PADDING = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """`name` with slashes, without one at its end; `size` in bytes, None for a folder."""

    name: str
    size: int | None


class Source(Protocol):
    """Whatever gives bytes one after another."""

    def read(self, size: int, /) -> bytes: ...


class PlainTar:
    """Members one after another; each file's content is read with `chunks` before the next member is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = 0  # of the content of this member, padding included
        self._content = 0

    def members(self) -> Iterator[Member]:
        """ValueError for whatever isn't such an archive; EOFError where it was cut."""
        while True:
            self._skip()
            header = self._exactly(BLOCK)
            if not header.strip(b"\0"):
                self._end()
                return
            member = _member(header)
            self._content = member.size or 0
            self._left = -(-self._content // BLOCK) * BLOCK
            yield member

    def chunks(self) -> Iterator[bytes]:
        """The content of the file that was named last; EOFError where it was cut."""
        while self._content:
            chunk = self._exactly(min(_CHUNK, self._content))
            self._content -= len(chunk)
            self._left -= len(chunk)
            yield chunk

    def _skip(self) -> None:
        for _ in self.chunks():
            """A member that nobody wanted."""
        self._exactly(self._left)
        self._left = 0

    def _end(self) -> None:
        """To the end, where a checksum may be: nothing but a few empty blocks comes there."""
        left = _PADDING
        while rest := self._source.read(left):
            left -= len(rest)
            if rest.strip(b"\0") or not left:
                raise ValueError("something behind the end")

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            more = self._source.read(size - len(found))
            if not more:
                raise EOFError("cut")
            found += more
        return found


def _member(header: bytes) -> Member:
    kind, prefix = header[156:157], header[345:500]
    if _number(header[148:156]) != sum(header[:148]) + sum(header[156:]) + 8 * 32:
        raise ValueError("a damaged header")
    if prefix.strip(b"\0") or kind not in (_FILE, _FOLDER):
        raise ValueError("neither a folder nor a plain file")
    name = header[:100].partition(b"\0")[0].decode("ascii").removeprefix("./")
    size = _number(header[124:136])
    if kind == _FOLDER:
        if size:
            raise ValueError("a folder with content")
        return Member(name.removesuffix("/"), None)
    return Member(name, size)


def _number(text: bytes) -> int:
    """As the format writes it: in octal digits; ValueError for anything else."""
    digits = text.strip(b"\0 ")
    if not digits.isdigit():
        raise ValueError("no number")
    return int(digits, 8)
