"""What owners agreed to; shared by the clinic's members, written by the database's functions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.consents import Consent, ConsentScope, ConsentWay, NewConsent
from idexx_desktop.domain.newer import is_known

_CONSENTS = table_of(clinic.ConsentRow)
_RECORD = text(
    "SELECT idexx_app.record_consent(:clinic, :phone, :scope, :kind, :how, :given_by, CAST(:given_on AS date))"
)
_WITHDRAW = text("SELECT idexx_app.withdraw_consent(:clinic, :which)")


class ConsentRepository(ClinicRepository):
    """A withdrawn one is kept as a record. Who recorded it, and when, says the server."""

    def add(self, given: NewConsent) -> bool:
        """Record a consent. False where this number has given the same already."""
        values = {
            "clinic": self._clinic, "phone": given.phone, "scope": str(given.scope), "kind": given.kind,
            "how": str(given.how), "given_by": given.given_by, "given_on": given.given_on,
        }  # fmt: skip
        return bool(self._session.execute(_RECORD, values).scalar_one())

    def withdraw(self, consent_id: str) -> bool:
        """It doesn't hold any more. False where it didn't."""
        values = {"clinic": self._clinic, "which": UUID(consent_id)}
        return bool(self._session.execute(_WITHDRAW, values).scalar_one())

    def list(self) -> list[Consent]:
        """Those in force that this version understands, newest first."""
        rows = self._rows(
            select(_CONSENTS)
            .where(_CONSENTS.c.clinic_id == self._clinic, _CONSENTS.c.withdrawn_at.is_(None))
            .order_by(_CONSENTS.c.recorded_at.desc(), _CONSENTS.c.phone, _CONSENTS.c.id)
        )
        return [
            Consent(
                str(row.id),
                NewConsent(
                    row.phone,
                    ConsentScope(row.scope),
                    ConsentWay(row.how),
                    row.kind,
                    row.given_by,
                    row.given_on,
                ),
                row.recorded_by_name,
                row.recorded_at,
            )
            for row in rows
            if is_known(ConsentScope, row.scope) and is_known(ConsentWay, row.how)
        ]
