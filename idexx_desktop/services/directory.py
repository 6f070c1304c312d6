"""Whose rows may be looked at: an admin chooses among people and clinics, everybody else has their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.placing import Where, spoken_of
from idexx_desktop.domain.records import Directory


@dataclass(frozen=True, slots=True)
class DirectoryService:
    """Blocks."""

    records: ClinicRecords

    def read(self) -> Directory:
        """The people and clinics that an admin may choose among; empty for everybody else.

        Lists begin with everybody's rows of all clinics for an admin who works for several clinics (an owner looks
        at all of them) or who has no visits here (else every list would begin empty). Who runs one clinic's own syncs
        begins with them, because those rows are the ones to act on.
        """
        with self.records.transaction() as tx:
            if not tx.directory.is_admin():
                return Directory()
            people, clinics = tx.directory.people(), tx.directory.clinics()
            return Directory(tuple(people), tuple(clinics), tx.directory.begins_with_all())


_NO_ADMIN = {
    Where.HERE: "Nobody else's are on this computer: leave the person and the clinic out.",
    Where.ON_SERVER: "Ask whoever set up the records for a login of the group idexx_admin.",
}


@contextmanager
def looking_at(records: ClinicRecords, whose: Whose | None) -> Iterator[Transaction]:
    """A transaction to read these rows in. DATABASE_REFUSED where only an admin may ask for them.

    Row security would give nothing of others; this says why.
    """
    with records.transaction() as tx:
        if whose is not None and not tx.directory.is_admin():
            title = "Only an admin's login may look at the rows of other people and clinics."
            advice = _NO_ADMIN[spoken_of()]
            raise Failure(FailureCode.DATABASE_REFUSED, "not an admin", title=title, advice=advice)
        yield tx


def zone_of(tx: Transaction, whose: Whose | None) -> ZoneInfo:
    """Whose midnight ends a day: that of the one clinic asked for; of several, this login's own."""
    own = tx.settings.zone()
    asked = [each for each in tx.directory.clinics() if each.clinic_id == whose.clinic_id] if whose else []
    return ZoneInfo(asked[0].timezone) if asked and asked[0].timezone else own


def belongs_to_others() -> Failure:
    """What is said where somebody tries to change what is another person's, or another clinic's."""
    title = "This belongs to another person or clinic, so it can only be looked at."
    advice = "Whoever it belongs to can change it, with a login of their own."
    return Failure(FailureCode.DATABASE_REFUSED, "rows of others", title=title, advice=advice)
