"""What the practice's own words mean: types of appointment, and products that speak of death, as people of it said.

A clinic's; written by functions only, which bound what a site can write into it, and set who and when. What a word
means is a person's word, recorded by the database; what nobody said changes no call but by holding it.

From here on programs before 0.5.0 only read.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ACTION = "practice_word.answered"
# a table of this name that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("practice_words",)
MOST = 500
TABLE = """
CREATE TABLE public.practice_words (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  about text NOT NULL CHECK (length(about) <= 20),
  name text NOT NULL CHECK (length(name) <= 120),
  first_seen_at timestamptz NOT NULL,
  meaning text CHECK (meaning ~ '^[a-z_]{1,40}$'),
  answered_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  answered_by_name text NOT NULL DEFAULT '',
  answered_at timestamptz,
  UNIQUE (clinic_id, about, name)
);
CREATE INDEX practice_words_answered_by_idx ON public.practice_words (answered_by);
"""
FUNCTIONS: dict[str, str] = {
    "note_practice_words(clinic uuid, noted jsonb)": """
      RETURNS void <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        room bigint;
      BEGIN
        PERFORM idexx_app.require_member(in_clinic);
        IF jsonb_typeof(noted) IS DISTINCT FROM 'array' THEN
          RAISE EXCEPTION 'these are no words' USING ERRCODE = 'check_violation';
        END IF;
        room := GREATEST(0, <most> - (SELECT count(*) FROM public.practice_words w WHERE w.clinic_id = in_clinic));
        INSERT INTO public.practice_words (clinic_id, about, name, first_seen_at)
        SELECT DISTINCT in_clinic, r.about, r.name, idexx_app.moment()
        FROM jsonb_to_recordset(noted) AS r(about text, name text)
        WHERE r.about IN ('type', 'product') AND length(r.name) BETWEEN 1 AND 120 AND r.name !~ '[[:cntrl:]]'
          AND NOT EXISTS (SELECT FROM public.practice_words w
            WHERE w.clinic_id = in_clinic AND w.about = r.about AND w.name = r.name)
        ORDER BY r.about, r.name LIMIT room
        ON CONFLICT DO NOTHING;
      END $$""",
    # NULL takes the answer back. False where there is no such word
    "answer_practice_word(clinic uuid, which uuid, meant text)": """
      RETURNS boolean <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
      BEGIN
        UPDATE public.practice_words w SET meaning = meant, answered_by = me,
            answered_by_name = idexx_app.author_name(me), answered_at = idexx_app.moment()
          WHERE w.id = which AND w.clinic_id = in_clinic;
        IF NOT FOUND THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('practice_word.answered', 'ok', NULL, jsonb_build_object(
          'word_id', which, 'code', COALESCE(meant, 'open')));
        RETURN true;
      END $$""",
}


def neo_sends() -> Any:
    """The revision before, whose tables and functions are of the same kind."""
    return context.script.get_revision("0026").module


def upgrade() -> None:
    """The table, the functions that write it, and the act that they record."""
    op.execute(TABLE)
    clinic = context.script.get_revision("0005").module.CLINIC
    op.execute(neo_sends().CLOSED.format(table="practice_words", clinic=clinic))
    context.script.get_revision("0020").module.watch("practice_words", "raise_for_clinics", "settings")
    neo_sends().create_all(FUNCTIONS, {**neo_sends().WORDS, "<most>": str(MOST)})
    op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{ACTION}', 'function', '{{word_id,code}}')")  # noqa: S608 - from the line above
    # an older program doesn't read what Neo says of life, nor that nobody may call: it would queue what is held here
    op.execute("UPDATE idexx_app.schema_meta SET value = '0.5.0' WHERE key = 'lowest_writer'")


def downgrade() -> None:
    """What people said is gone; what looks like the end of a life holds."""
    op.execute(
        "UPDATE idexx_app.schema_meta SET value = '0.3.0' WHERE key = 'lowest_writer' AND value = '0.5.0'"
    )
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {neo_sends().signature(declaration)}")
    op.execute("DROP TABLE public.practice_words")
    op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{ACTION}'")  # noqa: S608 - from the line above
