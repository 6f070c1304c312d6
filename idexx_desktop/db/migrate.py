"""Brings a database's schema to the shape that this program was built for. Used by the owner's login only."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from idexx_desktop.db.connecting import OWNER_STATEMENT_SECONDS, make_engine
from idexx_desktop.db.errors import translating
from idexx_desktop.db.grants import take_back
from idexx_desktop.db.strangers import strangers
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATING = "idexx-desktop-migrate"

_AUDIT = text(
    "SELECT idexx_app.audit(:action, 'done', NULL, jsonb_build_object("
    "'from_revision', CAST(:before AS text), 'to_revision', CAST(:after AS text)))"
)


def project_folder(name: str) -> Path:
    """A folder that lies beside the package: in the checkout, or inside a built bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(__file__).resolve().parents[2]
    return root / name


@cache
def known_revisions() -> tuple[str, ...]:
    """The numbers of the migrations, oldest first, by their files' names: Alembic itself is slow to load."""
    found = sorted(
        path.name.partition("_")[0] for path in project_folder("migrations").glob("versions/[0-9]*.py")
    )
    if not found:
        raise FileNotFoundError(f"no migrations in {project_folder('migrations')}")
    return tuple(found)


@cache
def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(project_folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision that this program knows."""
    return known_revisions()[-1]


def revisions() -> list[tuple[str, str]]:
    """Every revision that this program knows, oldest first, with what it does in one line."""
    return [
        (script.revision, _first_line(script.module)) for script in reversed([*_scripts().walk_revisions()])
    ]


def revision_module(revision: str) -> ModuleType:
    """The module of one migration, for the checks that it offers."""
    script = _scripts().get_revision(revision)
    if script is None:
        raise LookupError(revision)
    return script.module


def is_behind(revision: str | None) -> bool:
    """Whether a schema at this revision lacks something; an unknown revision comes from a newer program."""
    return revision is None or (revision in known_revisions() and revision != head())


def current(url: str) -> str | None:
    """The revision that a database has now, None where it was never prepared. For the owner's login."""
    with translating(), make_engine(url, pool_size=0).connect() as connection:
        return current_of(connection)


def current_of(connection: Connection) -> str | None:
    """See `current`."""
    if connection.execute(text("SELECT to_regclass('idexx_app.alembic_version')")).scalar() is None:
        return None
    revision = connection.execute(text("SELECT version_num FROM idexx_app.alembic_version")).scalar()
    return None if revision is None else str(revision)


def pending(url: str) -> list[tuple[str, str]]:
    """The revisions that `upgrade` would apply, oldest first, with what each does."""
    return pending_after(current(url))


def pending_after(revision: str | None) -> list[tuple[str, str]]:
    """The revisions that come after this one; none where a newer program has been here."""
    if not is_behind(revision):
        return []
    return [found for found in revisions() if revision is None or found[0] > revision]


def look_at(connection: Connection) -> tuple[set[str], list[str]]:
    """Of a database that was never prepared: its host tables that are there, and what doesn't fit, as sentences."""
    first = revision_module(revisions()[0][0])
    present: set[str]
    problems: list[str]
    present, problems = first.look_at(connection)
    later = (
        table for name, _ in revisions()[1:] for table in getattr(revision_module(name), "NEW_TABLES", ())
    )
    problems += [
        f"table {table}: exists already and was not made by this program"
        for table in later
        if first.columns_of(connection, table)
    ]
    return present, problems


def host_tables() -> tuple[str, ...]:
    """The tables that the seed refers to, in the order in which they are made."""
    return tuple(revision_module(revisions()[0][0]).CREATE)


def misfit(problems: list[str]) -> Failure:
    """DATABASE_OUTDATED with the whole readable list."""
    return Failure(FailureCode.DATABASE_OUTDATED, "this database doesn't fit:\n  " + "\n  ".join(problems))


def upgrade(url: str, to: str = "head") -> None:
    """Apply what is pending and close everything of ours to others, all of it or nothing, and audit it.

    Nothing to do where a newer program has been. DATABASE_OUTDATED with the readable list where the database's own
    tables don't fit, or somebody else's things stand in ours.
    """
    with translating(), _engine(url).begin() as connection:
        # between two statements a slow computer reads the next migrations; nobody else works in here meanwhile
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        before = current_of(connection)
        if before is None:
            _, problems = look_at(connection)
            if problems:
                raise misfit(problems)
        if before is not None and before not in known_revisions():
            return
        if is_behind(before):
            _migrate(connection, before, to)
        _close(connection)


def _migrate(connection: Connection, before: str | None, to: str) -> None:
    from alembic import command

    command.upgrade(_config(connection), to)
    after = current_of(connection)
    if after != before and after == head():
        connection.execute(_AUDIT, {"action": str(Action.SCHEMA_MIGRATED), "before": before, "after": after})


def _close(connection: Connection) -> None:
    """Of what is ours nobody but our groups has any right, whatever the database gives by default; see `grants`."""
    left = take_back(connection)
    problems = [f"{right.who} keeps rights on {right.on}; first: {right.revoke}" for right in left]
    if current_of(connection) == head():
        problems += strangers(connection)
    if problems:
        raise misfit(problems)


def downgrade(url: str, to: str) -> None:
    """Take revisions back down to `to` ("base" for all). Rows of what is removed are gone: tests only."""
    with translating(), _engine(url).begin() as connection:
        from alembic import command

        command.downgrade(_config(connection), to)


def _engine(url: str) -> Engine:
    """A migration may rewrite a whole table."""
    return make_engine(
        url, application_name=MIGRATING, pool_size=0, statement_seconds=OWNER_STATEMENT_SECONDS
    )


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().splitlines()[0]
