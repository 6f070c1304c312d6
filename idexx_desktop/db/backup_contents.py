"""What a whole database holds, for comparing a backup with what it was made of. For the owner's login."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from idexx_desktop.db import migrate
from idexx_desktop.db.audit_chains import ChainRepository
from idexx_desktop.db.connecting import make_engine
from idexx_desktop.db.errors import translating
from idexx_desktop.domain.audit_chain import Evidence, check_chains
from idexx_desktop.domain.backup import Contents

_NOBODY = str(UUID(int=0))
# every table of ours; the server quotes the names
_TABLES = text("""
    SELECT format('%s.%s', n.nspname, c.relname) AS name,
      format('SELECT count(*) FROM %I.%I', n.nspname, c.relname) AS counting
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname IN ('public', 'idexx_app') ORDER BY 1
""")


def contents_of(url: str, *, check: bool = False) -> Contents:
    """What it holds at one moment. `check`: compute every chain of the activity record again, which takes its time."""
    engine = make_engine(url, application_name="idexx-desktop-backup", pool_size=0)
    with translating(), Session(engine) as session, session.begin():
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        rows = {
            row.name: int(session.execute(text(row.counting)).scalar_one())
            for row in session.execute(_TABLES).all()
        }
        chains = ChainRepository(session, _NOBODY, _NOBODY)
        ends, problem = chains.heads(), None
        if check:
            problem = check_chains(chains.rows(), Evidence(chains.checkpoints(), ends)).problem
        return Contents(migrate.current_of(session.connection()) or "", rows, ends, problem)
