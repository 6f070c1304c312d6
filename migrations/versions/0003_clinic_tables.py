"""Our own tables: members, settings, schedule, visits with their reasons, decisions of people, calls' visits, cookies.

Rows of a clinic's life carry `user_id` (whose sync wrote them) and are that user's; settings, decisions and
opt-outs belong to the clinic, are shared by its members, and outlive the account of whoever recorded them.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES: dict[str, str] = {
    "clinic_members": """
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      added_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, clinic_id)""",
    "clinic_settings": """
      clinic_id uuid PRIMARY KEY REFERENCES public.clinics(id) ON DELETE CASCADE,
      timezone text NOT NULL,
      country text NOT NULL DEFAULT 'US' CHECK (country ~ '^[A-Z]{2}$'),
      clinic_phone text NOT NULL DEFAULT '',
      emergency_phone text NOT NULL DEFAULT '',
      neo_url text NOT NULL,
      concurrency integer NOT NULL DEFAULT 5 CHECK (concurrency BETWEEN 1 AND 20),
      requests_per_second double precision NOT NULL DEFAULT 10 CHECK (requests_per_second BETWEEN 0 AND 100),
      browser_path text,
      call_window_start time NOT NULL DEFAULT '09:00',
      call_window_end time NOT NULL DEFAULT '19:00',
      closed_weekdays integer[] NOT NULL DEFAULT '{}',
      closed_days date[] NOT NULL DEFAULT '{}',
      review_mode boolean NOT NULL DEFAULT false,
      calls_paused boolean NOT NULL DEFAULT false,
      notes_kept_days integer NOT NULL DEFAULT 365 CHECK (notes_kept_days BETWEEN 1 AND 3650),
      updated_at timestamptz NOT NULL DEFAULT now()""",
    "clinic_kind_rules": """
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      kind text NOT NULL,
      delay_days integer NOT NULL CHECK (delay_days BETWEEN 0 AND 30),
      preferred_time time NOT NULL,
      enabled boolean NOT NULL DEFAULT true,
      PRIMARY KEY (clinic_id, kind)""",
    "sync_schedules": """
      clinic_id uuid PRIMARY KEY REFERENCES public.clinics(id) ON DELETE CASCADE,
      enabled boolean NOT NULL DEFAULT true,
      every_hours double precision NOT NULL DEFAULT 4 CHECK (every_hours BETWEEN 0.25 AND 24),
      open_time time NOT NULL DEFAULT '07:00',
      close_time time NOT NULL DEFAULT '19:00',
      open_weekdays integer[] NOT NULL DEFAULT '{0,1,2,3,4,5,6}',
      paused_until timestamptz,
      next_due_at timestamptz,
      last_completed_at timestamptz,
      updated_at timestamptz NOT NULL DEFAULT now()""",
    "missed_runs": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      due_at timestamptz NOT NULL,
      reason text NOT NULL,
      caught_up_at timestamptz,
      device text NOT NULL DEFAULT '',
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (clinic_id, due_at)""",
    "visits": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      visit_key text NOT NULL,
      appointment_id text,
      consultation_id text,
      case_id uuid REFERENCES public.cases(id),
      visit_at timestamptz,
      patient_id text,
      patient_name text NOT NULL DEFAULT '',
      client_id text,
      owner_name text NOT NULL DEFAULT '',
      provider text NOT NULL DEFAULT '',
      branch text NOT NULL DEFAULT '',
      species text NOT NULL DEFAULT '',
      breed text NOT NULL DEFAULT '',
      phone_as_typed text NOT NULL DEFAULT '',
      phone text,
      neo_status text NOT NULL DEFAULT '',
      kind text NOT NULL,
      state text NOT NULL CHECK (state IN ('scheduled', 'held', 'excluded', 'waiting', 'failed')),
      reason_code text NOT NULL,
      reason text NOT NULL,
      trace jsonb NOT NULL DEFAULT '[]',
      needs_attention boolean NOT NULL DEFAULT false,
      has_clinical_notes boolean NOT NULL DEFAULT false,
      content_hash text NOT NULL DEFAULT '',
      decision_hash text NOT NULL DEFAULT '',
      failure_code text,
      failure_detail text,
      attempts integer NOT NULL DEFAULT 0,
      first_seen_at timestamptz NOT NULL DEFAULT now(),
      last_attempt_at timestamptz,
      last_read_at timestamptz,
      changed_at timestamptz NOT NULL DEFAULT now(),
      session_id uuid,
      UNIQUE (clinic_id, visit_key, user_id)""",
    "visit_notes": """
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      visit_key text NOT NULL,
      current_text text NOT NULL,
      previous_text text,
      first_read_at timestamptz NOT NULL DEFAULT now(),
      changed_at timestamptz NOT NULL DEFAULT now(),
      changed_after_call boolean NOT NULL DEFAULT false,
      PRIMARY KEY (clinic_id, visit_key, user_id)""",
    # what was last read of a visit, whole, so that a person's decision or a changed rule is carried out at once,
    # by the same rules as in a sync, without asking Neo again; kept as long as the notes
    "visit_readings": """
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      visit_key text NOT NULL,
      content jsonb NOT NULL,
      read_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (clinic_id, visit_key, user_id)""",
    "visit_decisions": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      visit_key text NOT NULL,
      choice text NOT NULL CHECK (choice IN ('call', 'no_call', 'ignore')),
      why text NOT NULL DEFAULT '',
      decided_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
      decided_by_name text NOT NULL DEFAULT '',
      decided_at timestamptz NOT NULL DEFAULT now(),
      content_hash text NOT NULL DEFAULT '',
      scheduled_for timestamptz,
      undone_at timestamptz""",
    "call_visits": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      call_id uuid NOT NULL REFERENCES public.scheduled_discharge_calls(id) ON DELETE CASCADE,
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      visit_key text NOT NULL,
      active boolean NOT NULL DEFAULT true,
      added_at timestamptz NOT NULL DEFAULT now(),
      removed_at timestamptz""",
    "call_outcomes": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      call_id uuid NOT NULL REFERENCES public.scheduled_discharge_calls(id) ON DELETE CASCADE,
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      outcome text NOT NULL CHECK (outcome IN
        ('reached_well', 'reached_concern', 'voicemail', 'no_answer', 'wrong_number', 'opted_out')),
      note text NOT NULL DEFAULT '',
      recorded_by text NOT NULL DEFAULT '',
      recorded_at timestamptz NOT NULL DEFAULT now(),
      undone_at timestamptz""",
    "opt_outs": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      phone text NOT NULL,
      why text NOT NULL DEFAULT '',
      recorded_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      withdrawn_at timestamptz""",
    "neo_cookies": """
      credential_id uuid PRIMARY KEY REFERENCES public.idexx_credentials(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      credential_version integer NOT NULL,
      encryption_key_id text NOT NULL,
      encrypted_cookies text NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()""",
}

INDEXES = """
CREATE INDEX visits_page_idx ON public.visits (user_id, clinic_id, visit_at DESC, id);
CREATE INDEX visits_attention_idx ON public.visits (user_id, clinic_id, visit_at DESC) WHERE needs_attention;
CREATE INDEX visits_open_idx ON public.visits (user_id, clinic_id) WHERE state IN ('held', 'waiting', 'failed');
CREATE INDEX visits_case_id_idx ON public.visits (case_id);
CREATE INDEX visit_decisions_visit_idx ON public.visit_decisions (clinic_id, visit_key, decided_at DESC);
CREATE UNIQUE INDEX visit_decisions_one_idx ON public.visit_decisions (clinic_id, visit_key)
  WHERE undone_at IS NULL;
CREATE UNIQUE INDEX call_visits_one_call_idx ON public.call_visits (clinic_id, visit_key) WHERE active;
CREATE INDEX call_visits_call_id_idx ON public.call_visits (call_id);
CREATE INDEX call_outcomes_call_id_idx ON public.call_outcomes (call_id);
CREATE UNIQUE INDEX opt_outs_number_idx ON public.opt_outs (clinic_id, phone) WHERE withdrawn_at IS NULL;
CREATE INDEX clinic_members_clinic_id_idx ON public.clinic_members (clinic_id);
CREATE INDEX idexx_sync_sessions_page_idx ON public.idexx_sync_sessions (user_id, clinic_id, started_at DESC, id);
"""


def upgrade() -> None:
    """Create our tables, owned by the group role that only migrations use."""
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE public.{table} ({columns})")
        op.execute(f"ALTER TABLE public.{table} OWNER TO idexx_owner")
    op.execute(INDEXES)


def downgrade() -> None:
    """Remove our tables."""
    op.execute("DROP INDEX public.idexx_sync_sessions_page_idx")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE public.{table}")
