"""A file of secrets that a passphrase opens, for computers without a password store."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault import troubles
from idexx_desktop.vault.encoding import from_text, to_text
from idexx_desktop.vault.entries import check_entry
from idexx_desktop.vault.files import locked, replace_private
from idexx_desktop.vault.put_back import ENTRY, Mark, Note

_VERSION = 1
_SALT_BYTES = 16
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """How dear each guess of the passphrase is: `128 * n * r` bytes of memory, `p` times.

    The default is OWASP's first recommendation for scrypt (128 MiB). The bounds keep a changed file from
    making guesses cheap, and from asking for all memory.
    """

    n: int = 2**17
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        """ValueError outside of the bounds."""
        power_of_two = self.n & (self.n - 1) == 0
        if not (power_of_two and 2**15 <= self.n <= 2**18 and 8 <= self.r <= 16 and 1 <= self.p <= 4):
            raise ValueError("scrypt parameters out of bounds")


@dataclass(frozen=True, slots=True)
class _Header:
    """What is in clear: enough to derive the file's key, and bound to the secrets as associated data."""

    cost: ScryptCost
    salt: bytes

    def as_json(self) -> dict[str, Any]:
        return {"version": _VERSION, "kdf": "scrypt", **asdict(self.cost), "salt": to_text(self.salt)}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> _Header:
        cost = ScryptCost(*(_whole(document[name]) for name in ("n", "r", "p")))
        header = cls(cost, from_text(document["salt"]))
        clear = {name: value for name, value in document.items() if name != "sealed"}
        if clear != header.as_json() or len(header.salt) != _SALT_BYTES:
            raise ValueError("unknown form")
        return header

    def bound_to(self, profile_id: str) -> bytes:
        return json.dumps([self.as_json(), profile_id], sort_keys=True).encode()


class PassphraseStore:
    """Secrets in one sealed JSON file: scrypt for the key, AES-256-GCM for all entries together.

    Each call reads the file anew, so that what another process wrote is seen; the lock file beside it makes
    one change after another.
    """

    def __init__(
        self,
        path: Path,
        profile_id: str,
        passphrase: str,
        *,
        cost: ScryptCost | None = None,
        token_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """VAULT_UNAVAILABLE for an empty passphrase. `cost` is for a new file; an old one names its own."""
        if not passphrase:
            raise Failure(FailureCode.VAULT_UNAVAILABLE, "the passphrase is empty")
        self._path = path
        self._note = Note(path)
        self._profile_id = profile_id
        # the environment may hold what is no Unicode: any passphrase that can be given can be used
        self._passphrase = passphrase.encode("utf-8", "surrogatepass")
        self._cost = cost or ScryptCost()
        self._token_bytes = token_bytes
        self._derived: dict[_Header, bytes] = {}

    @property
    def description(self) -> str:
        """See `SecretStore.description`."""
        return f"a file that your passphrase opens ({self._path.name})"

    def verify(self) -> None:
        """VAULT_LOCKED when the passphrase does not open the file; a file that is not there yet is fine."""
        with self._exclusive():
            self._read()

    def get(self, name: str) -> str | None:
        """See `SecretStore.get`."""
        with self._exclusive():
            return self._read()[1].get(name)

    def set(self, name: str, value: str) -> None:
        """See `SecretStore.set`."""
        check_entry(value)
        with self._exclusive():
            header, entries = self._read()
            self._write(header, entries | {name: value}, is_last=self._is_last(header, entries))

    def is_put_back(self) -> bool:
        """See `SecretStore.is_put_back`."""
        with self._exclusive():
            header, entries = self._read()
            return not self._is_last(header, entries)

    def accept(self) -> None:
        """See `SecretStore.accept`."""
        with self._exclusive():
            header, entries = self._read()
            if not self._is_last(header, entries):
                self._write(header, entries, is_last=True)

    def delete(self, name: str) -> None:
        """See `SecretStore.delete`."""
        with self._exclusive():
            header, entries = self._read()
            is_last = self._is_last(header, entries)
            if entries.pop(name, None) is not None:
                self._write(header, entries, is_last=is_last)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self._path.with_name(self._path.name + ".lock")):
                yield
        except OSError as error:
            raise troubles.unusable(self._path, error) from error

    def _read(self) -> tuple[_Header, dict[str, str]]:
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return _Header(self._cost, self._token_bytes(_SALT_BYTES)), {}
        try:
            document = json.loads(raw)
            header = _Header.from_json(document)
            sealed = from_text(document["sealed"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise troubles.damaged(self._path) from error
        return header, self._unseal(header, sealed)

    def _unseal(self, header: _Header, sealed: bytes) -> dict[str, str]:
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            plain = AESGCM(self._key(header)).decrypt(nonce, body, header.bound_to(self._profile_id))
        except (InvalidTag, ValueError):
            raise troubles.another_passphrase(self._path) from None
        entries: dict[str, str] = json.loads(plain)
        return entries

    def _is_last(self, header: _Header, entries: dict[str, str]) -> bool:
        """Whether this is what was written last; so is a file that isn't there yet."""
        return not self._path.exists() or self._note.fits(self._key(header), Mark.of(entries))

    def _write(self, header: _Header, entries: dict[str, str], *, is_last: bool) -> None:
        """Write it all; where `is_last` is False, an older file stays known as one until somebody accepts it."""
        mark = Mark.after(Mark.of(entries), self._token_bytes)
        nonce = self._token_bytes(_NONCE_BYTES)
        plain = json.dumps(entries | {ENTRY: mark.as_text()}).encode()
        sealed = nonce + AESGCM(self._key(header)).encrypt(nonce, plain, header.bound_to(self._profile_id))
        document = header.as_json() | {"sealed": to_text(sealed)}
        replace_private(self._path, json.dumps(document, indent=2).encode())
        if is_last:
            self._note.write(self._key(header), mark)

    def _key(self, header: _Header) -> bytes:
        """The file's key; scrypt is slow on purpose, so the last result is kept for this process."""
        if header not in self._derived:
            cost = header.cost
            scrypt = Scrypt(salt=header.salt, length=32, n=cost.n, r=cost.r, p=cost.p)
            self._derived = {header: scrypt.derive(self._passphrase)}
        return self._derived[header]


def _whole(value: object) -> int:
    if type(value) is not int:  # JSON's true is an int to isinstance
        raise ValueError("not a whole number")
    return value
