"""Who is calling now; a clinic's, written by the database's functions, ended by the server's clock."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.claims import Claim

_CLAIM = text("SELECT * FROM idexx_app.claim_call(:clinic, :call, :device, :anyway)")
_RELEASE = text("SELECT idexx_app.release_call(:clinic, :call, :device)")
_OF_CALLS = text("SELECT * FROM idexx_app.claims_of_calls(:clinic, CAST(:calls AS uuid[]))")


class ClaimRepository(ClinicRepository):
    """`device` is the computer at which somebody calls: an account may be used at several."""

    def make(self, call_id: str, device: str, *, anyway: bool = False) -> Claim | None:
        """Say that one is calling now, for one call at a time; None where that is so.

        Else whose claim stands against it: on this call, or on another one at its number. `anyway`: none does.
        """
        values = {"clinic": self._clinic, "call": UUID(call_id), "device": device, "anyway": anyway}
        row = self._session.execute(_CLAIM, values).one()
        return None if row.is_claimed else Claim(row.claimed_by, row.claimed_on, row.since, of_account=False)

    def release(self, call_id: str, device: str) -> bool:
        """One isn't calling any more. False where one had not said so."""
        values = {"clinic": self._clinic, "call": UUID(call_id), "device": device}
        return bool(self._session.execute(_RELEASE, values).scalar_one())

    def of_calls(self, call_ids: Collection[UUID]) -> dict[UUID, Claim]:
        """Who is calling about these calls of one's own, or at their numbers; of several the last to begin."""
        if not call_ids:
            return {}
        rows: list[Any] = self._rows(_OF_CALLS, {"clinic": self._clinic, "calls": list(call_ids)})
        return {row.call_id: Claim(row.claimed_by, row.claimed_on, row.since, row.is_mine) for row in rows}
