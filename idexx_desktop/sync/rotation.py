"""A new key for the sealed sign-ins: every row on it, or on a key that is still kept, at every instant.

The new key is kept first; then each row is sealed anew in a transaction of its own; what nothing refers to any more
is dropped last. So whatever stops it leaves only readable rows, and running it again completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.sync.sealed_login import UNREADABLE, cookie_context, open_login, put_in, seal_login
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer

# told inside the transaction that seals a row anew, last: the row as it was, and the new key's id
Note = Callable[[Transaction, SealedCredentials, str], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """The new key, how many sign-ins are on it, and how many are not: what this computer can't open stays as it is."""

    key_id: str
    rows: int
    left_behind: int


def rotate(
    records: Sequence[ClinicRecords], keys: KeyRing, sealer: Sealer, clock: Clock, note: Note
) -> Rotated:
    """Seal the sign-in of each of `records`, and its cookies, with a new key; then drop the unused keys.

    Raises what the secret store and the database raise; run again, it ends as if it had not been interrupted.
    """
    # only these are replaced and dropped: a key that another rotation makes meanwhile is that one's own
    old = keys.key_ids()
    key_id = keys.add_key()
    resealing = _Resealing(key_id, old, sealer, clock, note)
    on_new_key = [resealing.of(each) for each in records]
    drop_unused(records, keys, old)
    return Rotated(key_id, on_new_key.count(True), on_new_key.count(False))


@dataclass(frozen=True, slots=True)
class _Resealing:
    """Seals rows that are on one of the `old` keys with the key `key_id`."""

    key_id: str
    old: frozenset[str]
    sealer: Sealer
    clock: Clock
    note: Note

    def of(self, records: ClinicRecords) -> bool | None:
        """Whether the sign-in is on the new key now; None where there is none."""
        with records.transaction() as tx:
            row = tx.credentials.hold()
            if row is None:
                return None
            if row.encryption_key_id not in self.old:
                return False
            try:
                login = open_login(self.sealer, row)
            except Failure as failure:
                if failure.code in UNREADABLE:
                    return False
                raise
            sealed = seal_login(self.sealer, login, row.id, row.user_id, self.key_id, row.neo_url)
            resealed = put_in(tx, row, sealed, self.clock.now())
            self._cookies(tx, row)
            self.note(tx, row, self.key_id)
            return resealed

    def _cookies(self, tx: Transaction, row: SealedCredentials) -> None:
        kept = tx.cookies.get()
        if kept is None:
            tx.cookies.delete()  # those of a former version, which nobody reads
            return
        # those of another address than the sign-in's own, given for one run, are worth no more than a sign-in either
        context = cookie_context(row, row.neo_url or "")
        try:
            cookies = self.sealer.open(kept.encrypted_cookies, kept.encryption_key_id, context)
        except Failure as failure:
            if failure.code not in UNREADABLE:
                raise
            tx.cookies.delete()  # worth one more sign-in, nothing else
            return
        sealed = self.sealer.seal(cookies, context, self.key_id)
        tx.cookies.reseal(kept, key_id=sealed.key_id, text=sealed.text, now=self.clock.now())


def drop_unused(records: Sequence[ClinicRecords], keys: KeyRing, old: frozenset[str]) -> None:
    """Drop those of the `old` keys that no row refers to, while no row can come to refer to one."""
    with ExitStack() as held:
        in_use: set[str] = set()
        # one look sees all rows of a login
        for one in {each.database: each for each in records}.values():
            used = held.enter_context(one.transaction()).credentials.keys_in_use()
            if not used:
                return  # a first sign-in may be on its way, sealed with the key that was in use until now
            in_use |= used
        for key_id in old - in_use - {keys.active_key_id()}:
            keys.drop_key(key_id)
