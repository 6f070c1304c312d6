""" "I'm calling": said for everybody in the clinic to see, for ten minutes or until the outcome. Never a lock."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.claims import Claim
from idexx_desktop.domain.failures import Failure, FailureCode


@dataclass(frozen=True, slots=True)
class ClaimService:
    """Every method blocks and may raise Failure. `device`: this computer's name."""

    records: ClinicRecords
    device: str

    def claim(self, call_id: str, *, anyway: bool = False) -> Claim | None:
        """Say that one is calling; None where that is so now, else who is calling already, about this or at its number.

        `anyway`: one has read that, and calls all the same. INVALID_INPUT where there is no such call of one's own.
        """
        with self.records.transaction() as tx:
            _require(tx.calls.get(call_id) is not None)
            return tx.claims.make(call_id, self.device, anyway=anyway)

    def release(self, call_id: str) -> bool:
        """One isn't calling any more. False where one had not said so."""
        with self.records.transaction() as tx:
            _require(tx.calls.get(call_id) is not None)
            return tx.claims.release(call_id, self.device)


def _require(is_there: bool) -> None:
    if not is_there:
        raise Failure(FailureCode.INVALID_INPUT, "call", title="There is no such call.")
