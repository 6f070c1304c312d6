"""The clinic's name is corrected by an admin of it; a platform's only where that lets us."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from tests.attacks.filled import Filled
from tests.attacks.policies import become, undone

RENAME = "SELECT idexx_app.rename_clinic(%s, %s)"
MAY = "SELECT idexx_app.may_rename_clinic(%s)"


@pytest.fixture
def root(filled: Filled) -> Iterator[psycopg.Connection]:
    """The superuser's transaction; rolled back."""
    with psycopg.connect(filled.database.owner_url) as connection:
        yield connection
        connection.rollback()


def names(root: psycopg.Connection) -> dict[str, str]:
    return dict(root.execute("SELECT id::text, name FROM clinics").fetchall())


def test_an_admin_corrects_it_and_it_is_recorded(filled: Filled, root: psycopg.Connection) -> None:
    clinic, another = filled.b.clinic, names(root)[filled.a.clinic]
    if filled.is_adopted:
        root.execute("REVOKE UPDATE ON clinics FROM PUBLIC")
        with undone(root):
            become(root, filled.identities["admin"])
            assert root.execute(MAY, (clinic,)).fetchone() == (False,)
            with pytest.raises(InsufficientPrivilege):
                root.execute(RENAME, (clinic, "New"))
        root.execute("GRANT UPDATE (name) ON clinics TO idexx_owner")
    with undone(root):
        become(root, filled.identities["admin"])
        assert root.execute(MAY, (clinic,)).fetchone() == (True,)
        for name, done in ((" Elm  Road ", True), ("Elm  Road", True), (another, False)):
            assert root.execute(RENAME, (clinic, name)).fetchone() == (done,)
        root.execute("RESET SESSION AUTHORIZATION")
        assert names(root)[clinic] == "Elm  Road"
        told = root.execute(
            "SELECT user_id::text, metadata FROM idexx_sync_audit_log WHERE action = 'clinic.renamed'"
        ).fetchall()
        assert told == [(filled.database.people.admin.user_id, {"clinic_id": clinic})]


@pytest.mark.parametrize("name", ["", "   ", None, "x" * 121, "a\nb"])
def test_what_is_no_name(filled: Filled, root: psycopg.Connection, name: str | None) -> None:
    root.execute("GRANT UPDATE (name) ON clinics TO idexx_owner")
    become(root, filled.identities["admin"])
    with pytest.raises(CheckViolation):
        root.execute(RENAME, (filled.b.clinic, name))


@pytest.mark.parametrize("who", ["a", "colleague", "liar", "b", "service", "unmapped", "gateway as A"])
def test_nobody_else_does(filled: Filled, root: psycopg.Connection, who: str) -> None:
    root.execute("GRANT UPDATE (name) ON clinics TO idexx_owner")
    before = names(root)
    for clinic in (filled.a.clinic, filled.b.clinic):
        with undone(root):
            become(root, filled.identities[who])
            with pytest.raises(InsufficientPrivilege):
                root.execute(RENAME, (clinic, "Mine now"))
    assert names(root) == before


def test_an_admin_corrects_no_other_clinic(filled: Filled, root: psycopg.Connection) -> None:
    root.execute("GRANT UPDATE (name) ON clinics TO idexx_owner")
    become(root, filled.identities["admin"])
    with pytest.raises(InsufficientPrivilege):
        root.execute(RENAME, (filled.a.clinic, "Mine now"))


def test_a_strangers_trigger_is_not_started(filled: Filled, root: psycopg.Connection) -> None:
    root.execute("GRANT UPDATE (name) ON clinics TO idexx_owner")
    root.execute("GRANT CREATE ON SCHEMA public TO test_b; SET LOCAL ROLE test_b")
    root.execute("CREATE FUNCTION public.trap() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    root.execute("RESET ROLE")
    root.execute("CREATE TRIGGER trap BEFORE UPDATE ON clinics FOR EACH ROW EXECUTE FUNCTION public.trap()")
    become(root, filled.identities["admin"])
    with pytest.raises(InsufficientPrivilege, match="trigger of somebody else"):
        root.execute(RENAME, (filled.b.clinic, "New"))
