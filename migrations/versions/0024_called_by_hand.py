"""A person can call where a calling system couldn't, or never came back: what came of it is recorded beside its row.

`record_call_outcome` takes calls of the caller's own that failed, and those that ring or are under way for more than an
hour, too; their rows are the calling system's and stay as they are. `undo_call_outcome` takes such a result back
without touching the row. Who may call them, and what they record, stays as it was.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

RECORD = "record_call_outcome(clinic uuid, which uuid, outcome text, note text)"
UNDO = "undo_call_outcome(clinic uuid, which uuid)"
# what revision 0015 says, and what is said in its place
CHANGES: dict[str, tuple[str, str]] = {
    RECORD: (
        "IF NOT FOUND THEN RETURN false; END IF;",
        """IF NOT FOUND THEN
          PERFORM FROM public.scheduled_discharge_calls s
            WHERE s.id = which AND s.user_id = me
              AND (s.status::text = 'failed' OR s.status::text IN ('ringing', 'in_progress')
                AND COALESCE(s.started_at<changed>, s.scheduled_for) < ended - interval '1 hour')
              AND EXISTS (
                SELECT FROM public.call_visits v WHERE v.call_id = s.id AND v.user_id = me AND v.clinic_id = clinic)
              AND NOT EXISTS (SELECT FROM public.call_outcomes o WHERE o.call_id = s.id AND o.undone_at IS NULL)
            FOR UPDATE;
          IF NOT FOUND THEN RETURN false; END IF;
        END IF;""",
    ),
    UNDO: (
        "IF NOT FOUND THEN RETURN NULL; END IF;\n        ended := ",
        """IF NOT FOUND THEN
          PERFORM FROM public.scheduled_discharge_calls s
            WHERE s.id = which AND s.user_id = me AND s.status::text IN ('failed', 'ringing', 'in_progress')
              AND s.ended_at IS DISTINCT FROM last.recorded_at;  -- a row that the result had ended is another's since
          IF NOT FOUND THEN RETURN NULL; END IF;
        END IF;
        ended := """,
    ),
}


def facts() -> Any:
    """The revision that made facts: its functions and their words."""
    return context.script.get_revision("0015").module


def create(declaration: str, body: str) -> None:
    """In the place of the function that is there."""
    of_a_call = facts().of_a_call()
    changed = ", s.updated_at" if "updated_at" in of_a_call else ""
    touched = ", updated_at = idexx_app.moment()" if "updated_at" in of_a_call else ""
    for word, meant in {**facts().WORDS, "<touched>": touched, "<changed>": changed}.items():
        body = body.replace(word, meant)
    op.execute(f"CREATE OR REPLACE FUNCTION idexx_app.{declaration} {body}")


def upgrade() -> None:
    """The same functions, with one case more."""
    for declaration, (before, after) in CHANGES.items():
        body = facts().FUNCTIONS[declaration]
        if body.count(before) != 1:
            raise AssertionError(f"{declaration} is not what this revision changes")
        create(declaration, body.replace(before, after))


def downgrade() -> None:
    """As they were; what was recorded stays."""
    for declaration in CHANGES:
        create(declaration, facts().FUNCTIONS[declaration])
