"""A person can decide that a call is made with care: the animal may not be well, and whoever calls looks first.

To programs that don't know this choice it is a newer version's: they call nobody about such a visit.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

CHECK = """
  ALTER TABLE public.visit_decisions DROP CONSTRAINT visit_decisions_choice_check;
  ALTER TABLE public.visit_decisions ADD CONSTRAINT visit_decisions_choice_check CHECK (choice IN ({choices}))
"""
BEFORE = "'call', 'no_call', 'ignore'"
NOW = "'call', 'call_with_care', 'no_call', 'ignore'"
# what was decided is never changed, but by the owner in a revision
UNGUARDED = """
  ALTER TABLE public.visit_decisions DISABLE TRIGGER keep_fact;
  UPDATE public.visit_decisions SET choice = 'call' WHERE choice = 'call_with_care';
  ALTER TABLE public.visit_decisions ENABLE TRIGGER keep_fact
"""


def undo() -> Any:
    """The revision that made `decide_visit` as it is."""
    return context.script.get_revision("0019").module


def decide(choices: str, calls: str) -> None:
    """The function that writes a decision, for these choices; `calls` are those that may name an instant."""
    body = undo().FUNCTIONS[undo().DECIDE]
    body = body.replace(f"NOT IN ({BEFORE})", f"NOT IN ({choices})").replace("choice <> 'call'", calls)
    undo().create(undo().DECIDE, body, "CREATE OR REPLACE")


def upgrade() -> None:
    """One choice more."""
    op.execute(CHECK.format(choices=NOW))
    decide(NOW, "choice NOT IN ('call', 'call_with_care')")


def downgrade() -> None:
    """To an older program such a call is one like any other that a person decided on."""
    op.execute(UNGUARDED)
    op.execute(CHECK.format(choices=BEFORE))
    decide(BEFORE, "choice <> 'call'")
