"""What people decided beside what the program alone says of the same records: counted here, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.agreement import Agreement, Decided, Kin, agreement, decided_alone
from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.decisions import CallRules

MOST = 500
# records read at once: each may be as long as a book
_AT_ONCE = 25


def agreement_in(records: ClinicRecords) -> Agreement:
    """Of the newest decisions, at most `MOST`. Blocks for a second or two where there are so many.

    Records are read a few at a time, each time in a transaction of its own, so that nothing waits for this.
    """
    with records.transaction() as tx:
        rules, visits = tx.settings.call_rules(), tx.visits.decided(MOST)
        known = tx.visits.kin([visit.visit_key for visit in visits])
    # what came between the two is as it was found first
    known |= {visit.visit_key: visit for visit in visits}
    return agreement(_decided(records, visits, known, rules))


def _decided(
    records: ClinicRecords, visits: Sequence[KnownVisit], known: dict[str, KnownVisit], rules: CallRules
) -> Iterator[Decided]:
    kin = Kin(known, rules.zone)
    for start in range(0, len(visits), _AT_ONCE):
        some = visits[start : start + _AT_ONCE]
        belonging = {visit.visit_key: kin.of(visit.visit_key) for visit in some}
        with records.transaction() as tx:
            readings = tx.readings.get(frozenset().union(*belonging.values()))
        for visit in some:
            together = {key: known[key] for key in belonging[visit.visit_key]}
            if visit.person is not None:
                yield Decided(visit, visit.person, decided_alone(visit, together, readings, rules))
