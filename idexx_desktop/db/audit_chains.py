"""The rows of the activity record as its chains need them: in order, as the server's own text, read in batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.audit_chain import ChainEnd, ChainRow

# in the order and the text forms of the canonical bytes (migration 0006), then the two hashes
CHAIN_COLUMNS = """
    log.chain::text, log.seq::text, log.id::text,
    to_char(log.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    log.user_id::text, log.actor, log.action, log.status, host(log.ip_address), log.session_id,
    log.error_details::text, log.metadata::text, log.previous_hash, log.hash
"""
_LOG = "public.idexx_sync_audit_log log"
_ALL = text(f"SELECT {CHAIN_COLUMNS} FROM {_LOG} ORDER BY log.chain, log.seq")  # noqa: S608 - from constants
_ONE = text(
    f"SELECT {CHAIN_COLUMNS} FROM {_LOG}"  # noqa: S608 - from constants
    " WHERE log.chain = CAST(:chain AS uuid) AND log.seq > :after AND log.seq <= :last"
    " ORDER BY log.seq"
)
_RANGES = text("""
    SELECT chain::text, min(seq), max(seq) FROM public.idexx_sync_audit_log
    WHERE chain IS NOT NULL AND timestamp >= COALESCE(CAST(:since AS timestamptz), '-infinity')
      AND timestamp < COALESCE(CAST(:until AS timestamptz), 'infinity')
    GROUP BY chain ORDER BY chain::text
""")
_HEADS = text("SELECT chain::text, seq, hash FROM idexx_app.audit_chain_heads() WHERE seq > 0")
_CHECKPOINTS = text("SELECT chain::text, seq, hash FROM idexx_app.audit_checkpoints()")
_BATCH = 2000
_NO_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ChainRange:
    """Consecutive rows of one chain, both ends included."""

    chain: str
    first: int
    last: int


class ChainRepository(ClinicRepository):
    """The chains that this login may read: its own, for an admin everybody's. Use it in a snapshot."""

    def rows(self) -> Iterator[ChainRow]:
        """Every row, by chain and number; rows outside of every chain come last."""
        return self._streamed(_ALL)

    def rows_of(self, chain: str, after: int, last: int = _NO_LAST) -> Iterator[ChainRow]:
        """The rows of one chain that follow the number `after`, up to the number `last`."""
        return self._streamed(_ONE, chain=chain, after=after, last=last)

    def ranges(self, since: datetime | None, until: datetime | None) -> list[ChainRange]:
        """For each chain the consecutive rows that hold all of this time (None: no limit).

        Where a clock went back these are more than those of that time. Rows outside of every chain are in none.
        """
        found = self._session.execute(_RANGES, {"since": since, "until": until})
        return [ChainRange(*row) for row in found]

    def heads(self) -> dict[str, ChainEnd]:
        """The last row of each chain, by the database's own note."""
        return self._ends(_HEADS)

    def checkpoints(self) -> dict[str, ChainEnd]:
        """The last row of each chain that retention has removed: what is left follows it."""
        return self._ends(_CHECKPOINTS)

    def _ends(self, statement: TextClause) -> dict[str, ChainEnd]:
        return {row[0]: ChainEnd(row[1], bytes(row[2])) for row in self._session.execute(statement)}

    def _streamed(self, statement: TextClause, **values: object) -> Iterator[ChainRow]:
        options = {"stream_results": True, "yield_per": _BATCH}
        with closing(self._session.execute(statement, values, execution_options=options)) as found:
            yield from found
