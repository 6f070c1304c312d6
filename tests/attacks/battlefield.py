"""A clinic's records, a colleague who may write some of them, and what the victim's program makes of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import keyring
import psycopg

from tests.attacks.allowed import ALLOWED
from tests.attacks.attacker import Colleague, Listener, Traps
from tests.attacks.columns import Attack, Column, rows_of, written_columns
from tests.attacks.hostile import Known
from tests.attacks.rows import Things, fill
from tests.attacks.victim import Outcome, change_the_day, decide, differences, live
from tests.support.keyring_memory import MemoryKeyring
from tests.support.practice import SYNCED_SCENARIO, Practice, Practices, ask, memory_keyring
from tests.torture.copies import Prepared

_AUDITED = "SELECT count(*) AS rows FROM public.idexx_sync_audit_log WHERE user_id = %s"
_NUMBER = "SELECT customer_phone AS phone FROM public.scheduled_discharge_calls WHERE user_id = %s LIMIT 1"
_VICTIMS = (
    "SELECT %s::text AS id",
    "SELECT id::text FROM public.cases WHERE user_id = %s ORDER BY ctid LIMIT 1",
    "SELECT id::text FROM public.scheduled_discharge_calls WHERE user_id = %s ORDER BY ctid LIMIT 1",
    "SELECT id::text FROM public.idexx_credentials WHERE user_id = %s LIMIT 1",
    "SELECT id::text FROM public.idexx_sync_sessions WHERE user_id = %s LIMIT 1",
)
_REFERRED_TO = {
    "cases": "case",
    "scheduled_discharge_calls": "call",
    "idexx_credentials": "credential",
    "deaths": "death",
}


@dataclass
class Battlefield:
    """The prepared records, the colleague, and what the victim's program does when nobody disturbs it."""

    prepared: Prepared
    traps: Traps
    colleague: Colleague
    columns: list[Column]
    known: Known
    secrets: dict[tuple[str, str], str]
    undisturbed: dict[bool, Outcome] = field(default_factory=dict)
    lives: int = 0
    # as if no right and no policy kept the colleague from anything
    without_limits: bool = False

    def life(self, attacks: Sequence[Attack], *, with_browser: bool) -> tuple[list[str], bool]:
        """What is different after these attacks, and whether the activity record names the colleague for them."""
        if with_browser not in self.undisturbed:
            self.undisturbed[with_browser], _ = self._live([], with_browser=with_browser)
        found, named = self._live(attacks, with_browser=with_browser)
        return self.traps.sprung() + differences(self.undisturbed[with_browser], found), named

    def culprits(self, attacks: Sequence[Attack], *, with_browser: bool) -> dict[str, list[str]]:
        """The attacks that do harm by themselves, each with what is different; halved until they are found."""
        found, named = self.life(attacks, with_browser=with_browser)
        if not found:
            return {}
        if len(attacks) == 1:
            allowed = ALLOWED.get(str(attacks[0].column)) if named else None
            harm = [line for line in found if allowed is None or not allowed.covers(line)]
            return {str(attacks[0]): harm} if harm else {}
        middle = len(attacks) // 2
        first = self.culprits(attacks[:middle], with_browser=with_browser)
        second = self.culprits(attacks[middle:], with_browser=with_browser)
        alone = {str(each) for each in attacks if str(each.column) in ALLOWED}
        if not first and not second and not alone:
            return {" and ".join(map(str, attacks)): found}
        return first | second

    def _live(self, attacks: Sequence[Attack], *, with_browser: bool) -> tuple[Outcome, bool]:
        """One copy, attacked, lived on with the secrets as they were, and thrown away."""
        people = self.prepared.practice.database.people
        self.lives += 1
        with memory_keyring(), self.prepared.copy() as copy:
            store = keyring.get_keyring()
            assert isinstance(store, MemoryKeyring)
            store.entries.update(self.secrets)
            before = ask(copy.owner_url, _AUDITED, people.colleague.user_id)
            theirs = (copy.environment.database_url or "").replace(
                f"//{people.a.login}:", f"//{people.colleague.login}:"
            )
            self.colleague.carry_out(copy.owner_url if self.without_limits else theirs, attacks)
            named = ask(copy.owner_url, _AUDITED, people.colleague.user_id) != before
            return live(self.prepared, copy, with_browser=with_browser), named


@contextmanager
def battle(practices: Practices, template: str, folder: Path) -> Iterator[Battlefield]:
    """The victim's clinic after a day, with rows of the colleague's in every table, and a changed day to sync."""
    with ExitStack() as parts:
        practice = practices(SYNCED_SCENARIO, template=template)
        traps = Traps(parts.enter_context(Listener().listening()), folder)
        people = practice.database.people
        with psycopg.connect(practice.database.owner_url) as owner:
            own = fill(owner, people.colleague)
        decide(practice)
        coming = change_the_day(practice)
        columns = written_columns(practice.database.url(people.colleague))
        colleague = _colleague(practice, columns, own)
        known = _known(practice, columns, traps, coming)
        prepared = Prepared.of(practice)
        store = keyring.get_keyring()
        assert isinstance(store, MemoryKeyring)
        yield Battlefield(prepared, traps, colleague, columns, known, dict(store.entries))


def _colleague(practice: Practice, columns: list[Column], own: Things) -> Colleague:
    url, victim = practice.database.owner_url, practice.database.people.a.user_id
    templates = {
        table: [*rows_of(url, table, victim, 2), *rows_of(url, table, own.user, 1)]
        for table in {column.table for column in columns}
    }
    mine = {
        str(row["id"]): str(getattr(own, name))
        for table, name in _REFERRED_TO.items()
        for row in rows_of(url, table, victim, 100)
    }
    return Colleague(tuple(columns), templates, {victim: own.user}, mine)


def _known(practice: Practice, columns: list[Column], traps: Traps, coming: tuple[str, str]) -> Known:
    url, people, (booked, consulted) = practice.database.owner_url, practice.database.people, coming
    existing = {
        str(column): tuple(
            str(row[column.name])
            for row in rows_of(url, column.table, people.a.user_id, 4)
            if row[column.name] is not None
        )
        for column in columns
    }
    by_name = {
        "visit_key": (f"a:{booked}",),
        "external_id": (f"pims-appt-idexx-{booked}",),
        "appointment_id": (booked,),
        "consultation_id": (consulted,),
        "phone": tuple(row["phone"] for row in ask(url, _NUMBER, people.a.user_id)),
    }
    victims = [str(ask(url, query, people.a.user_id)[0]["id"]) for query in _VICTIMS]
    others = (people.colleague.user_id, people.b.user_id, people.admin.user_id, people.b.clinic_id)
    return Known(traps.urls, str(traps.program), (*victims, *others), existing, by_name)
