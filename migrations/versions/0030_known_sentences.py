"""Sentences that a clinic knows, by their fingerprints: its standard text, and what is told of another animal.

A person's word, recorded by the database; no word of a record stands here. What is taken back is gone, and the activity
record tells of both.
"""

from __future__ import annotations

from alembic import context, op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ACTION = "sentence.answered"
# a table of this name that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("known_sentences",)
MOST = 2000
TABLE = """
CREATE TABLE public.known_sentences (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  meaning text NOT NULL CHECK (meaning ~ '^[a-z_]{1,40}$'),
  said_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  said_by_name text NOT NULL DEFAULT '',
  said_at timestamptz NOT NULL,
  UNIQUE (clinic_id, fingerprint)
);
CREATE INDEX known_sentences_said_by_idx ON public.known_sentences (said_by);
"""
FUNCTIONS: dict[str, str] = {
    # NULL takes back what was said. False where that changes nothing, and where the clinic knows enough of them
    "answer_sentence(clinic uuid, which text, meant text)": """
      RETURNS boolean <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        changed uuid;
      BEGIN
        IF meant IS NULL THEN
          DELETE FROM public.known_sentences s WHERE s.clinic_id = in_clinic AND s.fingerprint = which
            RETURNING s.id INTO changed;
        ELSIF EXISTS (SELECT FROM public.known_sentences s WHERE s.clinic_id = in_clinic AND s.fingerprint = which)
            OR (SELECT count(*) FROM public.known_sentences s WHERE s.clinic_id = in_clinic) < <most> THEN
          INSERT INTO public.known_sentences AS s (clinic_id, fingerprint, meaning, said_by, said_by_name, said_at)
            VALUES (in_clinic, which, meant, me, idexx_app.author_name(me), idexx_app.moment())
            ON CONFLICT (clinic_id, fingerprint) DO UPDATE SET meaning = EXCLUDED.meaning, said_by = EXCLUDED.said_by,
              said_by_name = EXCLUDED.said_by_name, said_at = EXCLUDED.said_at
            WHERE s.meaning <> EXCLUDED.meaning
            RETURNING s.id INTO changed;
        END IF;
        IF changed IS NULL THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('sentence.answered', 'ok', NULL, jsonb_build_object(
          'sentence_id', changed, 'code', COALESCE(meant, 'open')));
        RETURN true;
      END $$""",
}


def upgrade() -> None:
    """The table, the function that writes it, and the act that it records."""
    op.execute(TABLE)
    revisions = {number: context.script.get_revision(number).module for number in ("0005", "0020", "0026")}
    op.execute(revisions["0026"].CLOSED.format(table="known_sentences", clinic=revisions["0005"].CLINIC))
    revisions["0020"].watch("known_sentences", "raise_for_clinics", "settings")
    revisions["0026"].create_all(FUNCTIONS, {**revisions["0026"].WORDS, "<most>": str(MOST)})
    op.execute(
        f"INSERT INTO idexx_app.audit_actions VALUES ('{ACTION}', 'function', '{{sentence_id,code}}')"  # noqa: S608 - from the line above
    )


def downgrade() -> None:
    """What people said of sentences is gone: their visits are held again."""
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {context.script.get_revision('0026').module.signature(declaration)}")
    op.execute("DROP TABLE public.known_sentences")
    op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{ACTION}'")  # noqa: S608 - from the line above
