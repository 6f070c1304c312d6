"""The four tables of the seed, exactly: names, types, checks, defaults, unique keys, indexes.

What we add stands below each table as ALTER TABLE ... ADD COLUMN, nullable or with a default, so that an insert of
the seed's shape works. One departure: `user_id` of the audit log carries no ON DELETE CASCADE (nor a foreign key),
because a log that is kept for six years must outlive the accounts in it.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("idexx_credentials", "idexx_sync_sessions", "consultation_sync_status", "idexx_sync_audit_log")

CREDENTIALS = """
CREATE TABLE public.idexx_credentials (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES public.users(id) ON DELETE CASCADE,
  encrypted_username TEXT NOT NULL,
  encrypted_password TEXT NOT NULL,
  encryption_key_id TEXT NOT NULL,
  last_validated_at TIMESTAMPTZ,
  validation_status TEXT CHECK (validation_status IN ('valid', 'invalid', 'unknown')),
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  UNIQUE(user_id)
);
ALTER TABLE public.idexx_credentials
  ADD COLUMN encrypted_company_id TEXT,
  ADD COLUMN clinic_id UUID REFERENCES public.clinics(id),
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN suspended_code TEXT,
  ADD COLUMN suspended_at TIMESTAMPTZ;
CREATE INDEX idexx_credentials_user_id_idx ON public.idexx_credentials (user_id);
CREATE INDEX idexx_credentials_validation_status_idx ON public.idexx_credentials (validation_status);
"""

SESSIONS = """
CREATE TABLE public.idexx_sync_sessions (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES public.users(id) ON DELETE CASCADE,
  clinic_id UUID REFERENCES public.clinics(id),
  status TEXT CHECK (status IN ('running', 'completed', 'failed', 'timeout')),
  started_at TIMESTAMPTZ DEFAULT now(),
  completed_at TIMESTAMPTZ,
  consultations_synced INTEGER DEFAULT 0,
  consultations_failed INTEGER DEFAULT 0,
  discharge_calls_scheduled INTEGER DEFAULT 0,
  error_details JSONB,
  next_scheduled_sync TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT now()
);
ALTER TABLE public.idexx_sync_sessions
  ADD COLUMN trigger TEXT NOT NULL DEFAULT 'schedule',
  ADD COLUMN device TEXT NOT NULL DEFAULT '',
  ADD COLUMN window_start TIMESTAMPTZ,
  ADD COLUMN window_end TIMESTAMPTZ,
  ADD COLUMN lease_epoch BIGINT,
  ADD COLUMN consultations_seen INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN visits_written INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN requests INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN signed_in BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX idexx_sync_sessions_user_id_idx ON public.idexx_sync_sessions (user_id);
CREATE INDEX idexx_sync_sessions_status_idx ON public.idexx_sync_sessions (status);
CREATE INDEX idexx_sync_sessions_started_at_idx ON public.idexx_sync_sessions (started_at);
"""

CONSULTATIONS = """
CREATE TABLE public.consultation_sync_status (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  consultation_id TEXT NOT NULL,
  user_id UUID REFERENCES public.users(id) ON DELETE CASCADE,
  case_id UUID REFERENCES public.cases(id),
  sync_status TEXT CHECK (sync_status IN ('pending', 'synced', 'failed')),
  has_clinical_notes BOOLEAN DEFAULT false,
  notes_synced_at TIMESTAMPTZ,
  discharge_call_scheduled BOOLEAN DEFAULT false,
  discharge_call_id UUID REFERENCES public.scheduled_discharge_calls(id),
  last_sync_attempt TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT now(),
  updated_at TIMESTAMPTZ DEFAULT now(),
  UNIQUE(consultation_id, user_id)
);
ALTER TABLE public.consultation_sync_status
  ADD COLUMN clinic_id UUID REFERENCES public.clinics(id),
  ADD COLUMN visit_key TEXT;
CREATE INDEX consultation_sync_status_user_id_idx ON public.consultation_sync_status (user_id);
CREATE INDEX consultation_sync_status_case_id_idx ON public.consultation_sync_status (case_id);
CREATE INDEX consultation_sync_status_consultation_id_idx ON public.consultation_sync_status (consultation_id);
CREATE INDEX consultation_sync_status_sync_status_idx ON public.consultation_sync_status (sync_status);
"""

# user_id: no foreign key and no cascade, on purpose (see above)
AUDIT_LOG = """
CREATE TABLE public.idexx_sync_audit_log (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  timestamp TIMESTAMPTZ DEFAULT now(),
  user_id UUID,
  action TEXT NOT NULL,
  status TEXT,
  ip_address INET,
  session_id TEXT,
  error_details JSONB,
  metadata JSONB
);
ALTER TABLE public.idexx_sync_audit_log
  ADD COLUMN actor TEXT,
  ADD COLUMN chain UUID,
  ADD COLUMN seq BIGINT,
  ADD COLUMN previous_hash BYTEA,
  ADD COLUMN hash BYTEA,
  ADD CONSTRAINT idexx_sync_audit_log_chain_seq_key UNIQUE (chain, seq);
CREATE INDEX idexx_sync_audit_log_user_id_idx ON public.idexx_sync_audit_log (user_id);
CREATE INDEX idexx_sync_audit_log_timestamp_idx ON public.idexx_sync_audit_log (timestamp);
CREATE INDEX idexx_sync_audit_log_action_idx ON public.idexx_sync_audit_log (action);
CREATE INDEX idexx_sync_audit_log_page_idx ON public.idexx_sync_audit_log (user_id, timestamp DESC, seq DESC);
"""


def upgrade() -> None:
    """Create the four tables with their indexes, owned by the group role that only migrations use."""
    for statement in (CREDENTIALS, SESSIONS, CONSULTATIONS, AUDIT_LOG):
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE public.{table} OWNER TO idexx_owner")


def downgrade() -> None:
    """Remove the four tables."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE public.{table}")
