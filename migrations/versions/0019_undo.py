"""Taking a decision back gives the earlier one back: as it was, with its author and time, as a fact of its own.

- A decision about a visit that was a walk-in ends what was decided under either of its keys, and says so
  (`fact_withdrawals.replaced_by`), so that it is known what it replaced.
- `undo_decision` ends one decision and writes those that it replaced anew; `restored_from` names the row that each of
  them is again. `withdraw_decision` still leaves no decision at all: the rules decide.
- Programs before 0.3.0 only read: they don't know the mark of newer signs of what was read (`domain.digest`), so to
  them a decision to call nevertheless would look like one about another record. Stored signs stay as they are.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"
DECIDE_ALONE = (
    "decide_visit(clinic uuid, visit text, choice text, why text, content_hash text,"
    " scheduled_for timestamptz)"
)
DECIDE = f"{DECIDE_ALONE[:-1]}, walk_in text)"
UNDO = "undo_decision(clinic uuid, visit text, walk_in text, which uuid)"

FUNCTIONS: dict[str, str] = {
    # `walk_in` is the key that the visit had before it got an appointment, NULL where it had none
    DECIDE: """
      RETURNS SETOF public.visit_decisions <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        fact uuid := gen_random_uuid();
        code CONSTANT text := '^[A-Za-z0-9._:+/-]*$';
      BEGIN
        IF visit IS NULL OR length(visit) NOT BETWEEN 1 AND 120 OR visit !~ code THEN
          RAISE EXCEPTION 'this is no key of a visit' USING ERRCODE = 'check_violation';
        END IF;
        IF choice IS NULL OR choice NOT IN ('call', 'no_call', 'ignore') THEN
          RAISE EXCEPTION 'nobody can decide this' USING ERRCODE = 'check_violation';
        END IF;
        IF content_hash IS NULL OR length(content_hash) > 128 OR content_hash !~ code THEN
          RAISE EXCEPTION 'this is no hash of a visit' USING ERRCODE = 'check_violation';
        END IF;
        IF scheduled_for IS NOT NULL
           AND (choice <> 'call' OR scheduled_for NOT BETWEEN '2000-01-01Z' AND '2200-01-01Z') THEN
          RAISE EXCEPTION 'no call is made then' USING ERRCODE = 'check_violation';
        END IF;
        IF walk_in IS NOT NULL AND walk_in <> visit THEN
          PERFORM idexx_app.end_decision(clinic, walk_in, fact);
        END IF;
        FOR attempt IN 1..2 LOOP
          PERFORM idexx_app.end_decision(clinic, visit, fact);
          RETURN QUERY INSERT INTO public.visit_decisions AS d
              (id, clinic_id, visit_key, choice, why, decided_by, decided_by_name, decided_at, content_hash,
               scheduled_for)
            VALUES (fact, clinic, visit, choice, idexx_app.bounded(why, 1000), me, idexx_app.author_name(me),
              idexx_app.moment(), content_hash, scheduled_for)
            ON CONFLICT DO NOTHING RETURNING d.*;
          EXIT WHEN FOUND;
        END LOOP;
      END $$""",
    # the decision `which` (NULL: the last that holds under either key) is taken back, and what it replaced holds
    # again; false where it doesn't hold any more
    UNDO: """
      RETURNS boolean <definer>
      #variable_conflict use_variable
      DECLARE
        held public.visit_decisions;
        ended timestamptz;
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        SELECT d.* INTO held FROM public.visit_decisions d
          WHERE d.clinic_id = clinic AND d.visit_key IN (visit, walk_in) AND d.undone_at IS NULL
            AND (which IS NULL OR which IN (d.id, d.restored_from))
          ORDER BY d.decided_at DESC, d.visit_key LIMIT 1 FOR UPDATE;
        IF NOT FOUND THEN RETURN false; END IF;
        ended := idexx_app.withdraw_fact(clinic, 'decision', held.id, NULL);
        UPDATE public.visit_decisions d SET undone_at = ended WHERE d.id = held.id;
        INSERT INTO public.visit_decisions (clinic_id, visit_key, choice, why, decided_by, decided_by_name, decided_at,
            content_hash, scheduled_for, restored_from)
          SELECT d.clinic_id, d.visit_key, d.choice, d.why, d.decided_by, d.decided_by_name, d.decided_at,
            d.content_hash, d.scheduled_for, COALESCE(d.restored_from, d.id)
          FROM public.fact_withdrawals w JOIN public.visit_decisions d ON d.id = w.fact_id
          WHERE w.clinic_id = clinic AND w.fact = 'decision'
            AND w.replaced_by = COALESCE(held.restored_from, held.id)
          ORDER BY w.withdrawn_at DESC
          ON CONFLICT DO NOTHING;
        RETURN true;
      END $$""",
}
# what programs call that don't know of walk-ins
ALONE = """
  RETURNS SETOF public.visit_decisions LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM idexx_app.decide_visit($1, $2, $3, $4, $5, $6, NULL)
  $$"""
# nobody decided anew: that the later decision was taken back stands in the activity record
QUIETLY = """
  DROP TRIGGER record_fact ON public.visit_decisions;
  CREATE CONSTRAINT TRIGGER record_fact AFTER INSERT ON public.visit_decisions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW {when} EXECUTE FUNCTION idexx_app.record_fact()
"""


def facts() -> Any:
    """The revision that made facts: its words, and how it names a function."""
    return context.script.get_revision("0015").module


def create(declaration: str, body: str, verb: str = "CREATE") -> None:
    """An owner's function, for our groups to call."""
    for word, meant in facts().WORDS.items():
        body = body.replace(word, meant)
    name = facts().signature(declaration)
    op.execute(f"{verb} FUNCTION idexx_app.{declaration} {body}")
    op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")


def upgrade() -> None:
    """Decisions know what they are again, and what they replaced."""
    op.execute("ALTER TABLE public.visit_decisions ADD COLUMN restored_from uuid")
    op.execute(QUIETLY.format(when="WHEN (NEW.restored_from IS NULL)"))
    for declaration, body in FUNCTIONS.items():
        create(declaration, body)
    op.execute(f"CREATE OR REPLACE FUNCTION idexx_app.{DECIDE_ALONE} {ALONE}")
    op.execute("UPDATE idexx_app.schema_meta SET value = '0.3.0' WHERE key = 'lowest_writer'")


def downgrade() -> None:
    """What was given back stays a decision like any other; signs with a mark are other records to older programs."""
    op.execute(
        "UPDATE idexx_app.schema_meta SET value = '0.2.0' WHERE key = 'lowest_writer' AND value = '0.3.0'"
    )
    for declaration in FUNCTIONS:
        op.execute(f"DROP FUNCTION {facts().signature(declaration)}")
    before = facts().FUNCTIONS[DECIDE_ALONE]
    create(DECIDE_ALONE, before, "CREATE OR REPLACE")
    op.execute(QUIETLY.format(when=""))
    op.execute("ALTER TABLE public.visit_decisions DROP COLUMN restored_from")
