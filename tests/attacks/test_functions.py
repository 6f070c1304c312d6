"""Every function of ours that a login may call, as each kind of login, with arguments that nobody foresaw.

What comes of it is looked at by the superuser in the same transaction: what was written is the caller's own, or shared
in the caller's own clinic; what was told holds nothing of another clinic; what was refused was refused by a name.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import class_row

from tests.attacks.filled import Filled, Identity
from tests.attacks.policies import become, undone
from tests.attacks.rows import REFERENCES

CALLERS = ("a", "liar", "b", "colleague", "admin", "service", "unmapped", "gateway as A", "gateway as nobody")
LONG = "x" * 20_000
# by type of argument; ids of everybody's things come beside
VALUES: dict[str, tuple[object, ...]] = {
    "uuid": ("00000000-0000-0000-0000-000000000000", "11111111-1111-4111-8111-111111111111"),
    "text": (
        "", "a:1", "c:1", "k:1", "closed", "reopened", "person", "system", "call", "no_call",
        "voicemail", "opted_out", "+15105550142", "+999", "call.outcome",
        "call_with_care", "visit.decided", "visit.synced", "settings.changed", "schema.migrated", "user.added", "ok",
        "x'; DROP TABLE x", "Bella Smith", "Zoë 猫 \u202e", LONG, "../../etc/passwd", "%", "\\", "NaN", "1@2.0",
    ),
    "text[]": ([], ["a:1"], ["c:1", None], [None], ["a:1"] * 50, [LONG]),
    "uuid[]": ([], [None]),
    "integer": (0, -1, 2**31 - 1),
    "integer[]": ([], [0, 2, 0], [99], [-1]),
    "bigint": (0, 1, -(2**63), 2**63 - 1),
    "double precision": (0.0, 30.0, -1.0, 1e300, float("inf"), float("nan")),
    "boolean": (True, False),
    "date": ("2019-01-01", "0001-01-01 BC", "infinity"),
    "timestamp with time zone": ("2026-11-30Z", "infinity", "-infinity", "4000-01-01Z", "4000-01-01Z BC"),
    "interval": ("1 day", "-1000 years"),
    "jsonb": (
        "{}", "[]", "null", '"x"', '{"visit_key": "a:1"}', '{"visit_key": {"a": ["b"]}}', '{"setting": "Bella Smith"}',
        json.dumps({"visit_key": LONG}), '{"code": "x", "detail": "y"}', '{"rows": 1e4000}',
    ),
    "bytea": (b"", b"\x00\xff"),
}  # fmt: skip
# what a refusal may say: not allowed, not a value of this kind, missing, or out of bounds; the lease that is gone
NAMED = ("42501", "22", "23502", "23514", "IDX01")
# of a row that was written: who it is by id, and by login
PERSONS = (
    "user_id", "whose", "decided_by", "recorded_by", "withdrawn_by", "opened_by", "said_by", "chain",
)  # fmt: skip
LOGINS = ("actor", "placed_by", "released_by", "exported_by")
# a claim stays with the colleague who has the visit, whoever follows it to its new key; a hold is about somebody
ABOUT_OTHERS = ("visit_claims", "audit_holds")
# by the function that changes rows of colleagues: what of them, by table; it adds none and removes none
_STANDING = {"concerns": frozenset({"closed_at", "undone_at"})}
_STOPPED = {
    "scheduled_discharge_calls": frozenset({"status", "ended_reason", "ended_at", "updated_at"}),
    "call_visits": frozenset({"active", "removed_at"}),
    "visits": frozenset(
        {"state", "reason_code", "reason", "trace", "decision_hash", "changed_at", "needs_attention"}
    ),
    "consultation_sync_status": frozenset({"discharge_call_scheduled", "discharge_call_id", "updated_at"}),
}
OF_COLLEAGUES: dict[str, dict[str, frozenset[str]]] = {
    "stop_opted_out_calls": _STOPPED,
    "end_concern": _STANDING,
    "undo_concern_end": _STANDING,
    "hold_unread_calls": _STOPPED,
}


@dataclass(frozen=True)
class Function:
    """One that our groups may call."""

    name: str
    types: list[str]


@dataclass(frozen=True)
class Caller:
    """Who calls, and what is theirs."""

    identity: Identity
    person: str | None
    email: str
    clinics: frozenset[str]
    strange: frozenset[str]  # ids that nobody may tell them


def functions(filled: Filled) -> list[Function]:
    """From the catalogue: whatever is added tomorrow is tried."""
    with psycopg.connect(filled.database.owner_url, row_factory=class_row(Function)) as owner:
        return owner.execute(
            "SELECT p.proname AS name, ARRAY(SELECT format_type(unnest(p.proargtypes), NULL)) AS types FROM pg_proc p"
            " WHERE p.pronamespace = 'idexx_app'::regnamespace AND EXISTS ("
            "  SELECT FROM unnest(ARRAY['idexx_user', 'idexx_admin', 'idexx_service']) who"
            "  WHERE has_function_privilege(who, p.oid, 'EXECUTE')) ORDER BY 1"
        ).fetchall()


def caller(filled: Filled, root: psycopg.Connection, who: str) -> Caller:
    identity = filled.identities[who]
    names = {label: user for user, label in filled.labels.items()}
    ids = {
        "A": filled.a.user, "B": filled.b.user, "colleague": filled.colleague.user,
        "admin": filled.database.people.admin.user_id, "service": names["service"],
    }  # fmt: skip
    person = ids.get(identity.person)
    email = root.execute("SELECT email FROM public.users WHERE id = %s", (person,)).fetchone()
    rows = root.execute("SELECT clinic_id::text FROM public.clinic_members WHERE user_id = %s", (person,))
    clinics = frozenset(row[0] for row in rows)
    others = (filled.a, filled.b, filled.colleague)
    strange = {
        str(getattr(things, name)) for things in others if things.clinic not in clinics for name in REFERENCES
    }
    if "admin" in identity.groups or "service" in identity.groups:
        strange = set()
    return Caller(identity, person, email[0] if email else "", clinics, frozenset(strange))


def arguments(filled: Filled, function: Function, chance: random.Random, case: int) -> list[object]:
    """Nothing at all, then values of the right types: one's own, others', and what nobody foresaw."""
    if case == 0:
        return [None] * len(function.types)
    things = chance.choice((filled.a, filled.b, filled.colleague))
    ids = [str(getattr(things, name)) for name in REFERENCES]
    pools = VALUES | {
        "uuid": (*VALUES["uuid"], things.clinic, things.clinic, *ids),
        "uuid[]": (*VALUES["uuid[]"], ids, ids[:1] * 50),
    }
    assert pools.keys() >= set(function.types), f"{function}: add values of its types"
    return [None if chance.random() < 0.05 else chance.choice(pools[kind]) for kind in function.types]


def written(root: psycopg.Connection) -> int:
    """How many rows this transaction has written so far, taken back or not."""
    row = root.execute(
        "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables"
    ).fetchone()
    return row[0] if row and row[0] is not None else 0


def everything(root: psycopg.Connection) -> Counter[tuple[str, str]]:
    """Every row of every table, as JSON."""
    tables = root.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace IN ('public'::regnamespace, 'idexx_app'::regnamespace)"
    ).fetchall()
    query = " UNION ALL ".join(f"SELECT '{name}', to_jsonb(t)::text FROM {name} t" for (name,) in tables)
    return Counter(root.execute(query.encode()).fetchall())


def call(root: psycopg.Connection, function: Function, values: list[object]) -> object:
    """What the function answers, or the error's SQLSTATE."""
    placeholders = ", ".join(f"%s::{kind}" for kind in function.types)
    try:
        with root.transaction():
            rows = root.execute(
                f"SELECT * FROM idexx_app.{function.name}({placeholders})".encode(), values
            ).fetchall()
            root.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what would be recorded at the end
            return rows
    except psycopg.Error as refused:
        return refused.sqlstate or type(refused).__name__


def problems(filled: Filled, who: Caller, changed: Counter[tuple[str, str]], *, new: bool) -> Iterator[str]:
    """What isn't the caller's of rows that were added, or of those that are no more as they were."""
    for table, text in changed:
        row = json.loads(text)
        if row.get("clinic_id") is not None and row["clinic_id"] not in who.clinics:
            yield f"{table}: of another clinic: {text}"
        for name in PERSONS if new and not table.endswith(ABOUT_OTHERS) else ():
            own = {who.person, who.email} if name == "recorded_by" else {who.person}
            if row.get(name) is not None and row[name] not in own:
                yield f"{table}: {name} is another's: {text}"
        for name in LOGINS if new else ():
            if row.get(name) not in (None, who.identity.login):
                yield f"{table}: {name} is another's: {text}"
        if table.endswith("call_outcomes") and row["user_id"] != who.person:
            yield f"{table}: a result of another's: {text}"


def changed_of_colleagues(
    function: Function, gone: Counter[tuple[str, str]], new: Counter[tuple[str, str]]
) -> Counter[tuple[str, str]]:
    """Those of the new rows that are rows of before, changed in nothing but what this function may change in them."""
    found: Counter[tuple[str, str]] = Counter()
    before = {(table, json.loads(text).get("id")): json.loads(text) for table, text in gone}
    for table, text in new:
        row = json.loads(text)
        old = before.get((table, row.get("id")), {})
        columns = OF_COLLEAGUES.get(function.name, {}).get(table.removeprefix("public."), frozenset())
        if old.keys() == row.keys() and {name for name in row if row[name] != old[name]} <= columns:
            found[table, text] += 1
    return found


def attack(
    filled: Filled, root: psycopg.Connection, names: tuple[str, ...], cases: int, seed: int
) -> Counter[str]:
    """Call everything so often as each of them; how it ended, by kind."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    ends: Counter[str] = Counter()
    before = everything(root)
    for name in names:
        who = caller(filled, root, name)
        for function in functions(filled):
            for case in range(cases):
                values = arguments(filled, function, chance, case)
                told = f"{name}: {function.name}({values!r})"[:600]
                with undone(root):
                    count = written(root)
                    become(root, who.identity)
                    found = call(root, function, values)
                    root.execute("RESET SESSION AUTHORIZATION")
                    if isinstance(found, str):
                        assert found.startswith(NAMED), f"{told}: {found}"
                    given = {str(value) for value in values}
                    seen = str(found) if not isinstance(found, str) else ""
                    assert not [each for each in who.strange - given if each in seen], f"{told}: {seen}"
                    if written(root) > count:
                        after = everything(root)
                        gone, new = before - after, after - before
                        held = changed_of_colleagues(function, gone, new)
                        wrong = [
                            *problems(filled, who, new - held, new=True),
                            *problems(filled, who, gone, new=False),
                        ]
                        assert wrong == [], f"{told}: {wrong}"
                        ends["written"] += after != before
                ends["refused" if isinstance(found, str) else "answered"] += 1
    return ends


@pytest.mark.parametrize("who", CALLERS)
def test_every_function_as_everybody(filled: Filled, who: str) -> None:
    with psycopg.connect(filled.database.owner_url) as root:
        ends = attack(filled, root, (who,), 2, seed=CALLERS.index(who))
        root.rollback()
    assert ends["answered"] > 0
    assert ends["refused"] > 0


@pytest.mark.long(item=38)
@pytest.mark.parametrize("seed", range(1, 9))
def test_every_function_at_length(filled: Filled, seed: int) -> None:
    print(f"\nseed {seed}")
    with psycopg.connect(filled.database.owner_url) as root:
        ends = attack(filled, root, CALLERS, 150, seed)
        root.rollback()
    assert ends["written"] > 100


def test_an_attack_that_gets_through_is_noticed(our_own: Filled) -> None:
    """A function that lets anybody sign with another's name, or tells of another clinic."""
    holes = {
        "signs": "INSERT INTO public.opt_outs (clinic_id, phone, recorded_by)"
        " SELECT c.id, 'x', u.id FROM public.clinics c, public.users u ORDER BY c.name, u.email LIMIT 1",
        "tells": "SELECT id::text FROM public.scheduled_discharge_calls",
        "breaks": "SELECT 1 / 0 FROM nowhere",
    }
    for name, body in holes.items():
        returns = "SETOF text" if name == "tells" else "void"
        with psycopg.connect(our_own.database.owner_url) as root:
            root.execute("SET check_function_bodies = off")
            root.execute(
                sql.SQL(
                    "CREATE FUNCTION idexx_app.a_hole() RETURNS {} LANGUAGE sql SECURITY DEFINER AS {};"
                    "GRANT EXECUTE ON FUNCTION idexx_app.a_hole() TO idexx_user"
                ).format(sql.SQL(returns), sql.Literal(body))
            )
            root.commit()
            try:
                with pytest.raises(AssertionError, match="a_hole"):
                    attack(our_own, root, ("a",), 1, seed=1)
            finally:
                root.rollback()
                root.execute("DROP FUNCTION idexx_app.a_hole()")
