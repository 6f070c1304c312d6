"""What a whole database holds, for comparing a backup with what it was made of. For the owner's login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from idexx_desktop.db import migrate
from idexx_desktop.db.audit_chains import ChainRepository
from idexx_desktop.db.connecting import make_engine
from idexx_desktop.db.errors import translating
from idexx_desktop.domain.audit_chain import ChainRow, Evidence, check_chains
from idexx_desktop.domain.backup import Contents
from idexx_desktop.domain.failures import Failure, FailureCode

_NOBODY = str(UUID(int=0))
# every table of ours; the server quotes the names
_TABLES = text("""
    SELECT format('%s.%s', n.nspname, c.relname) AS name,
      format('SELECT count(*) FROM %I.%I', n.nspname, c.relname) AS counting
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname IN ('public', 'idexx_app') ORDER BY 1
""")


def contents_of(url: str) -> Contents:
    """What it holds at one moment."""
    return _contents(url, None)


def checked_contents_of(url: str, stopped: Callable[[], bool]) -> Contents:
    """The same, with every chain of the activity record computed again. CANCELLED once `stopped` says so."""
    return _contents(url, stopped)


def _contents(url: str, stopped: Callable[[], bool] | None) -> Contents:
    engine = make_engine(url, application_name="idexx-desktop-backup", pool_size=0)
    with translating(), Session(engine) as session, session.begin():
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        rows = {
            row.name: int(session.execute(text(row.counting)).scalar_one())
            for row in session.execute(_TABLES).all()
        }
        chains = ChainRepository(session, _NOBODY, _NOBODY)
        ends, problem = chains.heads(), None
        if stopped is not None:
            evidence = Evidence(chains.checkpoints(), ends)
            problem = check_chains(_until(stopped, chains.rows()), evidence).problem
        return Contents(migrate.current_of(session.connection()) or "", rows, ends, problem)


def _until(stopped: Callable[[], bool], rows: Iterator[ChainRow]) -> Iterator[ChainRow]:
    for row in rows:
        if stopped():
            raise Failure(FailureCode.CANCELLED)
        yield row
