"""Group roles, and the tables that the seed's schema refers to: created where absent, adopted where present.

An adopted table is never dropped, renamed or retyped. What is missing in it, or shaped otherwise, is said in one
readable list before anything is touched (HOST_TABLES.md).
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection, text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = ("idexx_owner", "idexx_user", "idexx_admin", "idexx_service")

NEEDED: dict[str, tuple[str, ...]] = {
    "users": ("id", "email"),
    "clinics": ("id", "name"),
    "cases": ("id", "user_id", "status", "source", "external_id", "metadata", "scheduled_at"),
    "patients": ("id", "case_id", "user_id", "name", "species", "breed", "owner_name", "owner_phone"),
    "scheduled_discharge_calls": (
        "id", "user_id", "case_id", "customer_phone", "scheduled_for", "status", "dynamic_variables", "metadata",
        "ended_reason", "started_at", "ended_at",
    ),
}  # fmt: skip
# a table of one of these names that is not ours is somebody else's: refused, never altered
OURS = (
    "idexx_credentials", "idexx_sync_sessions", "consultation_sync_status", "idexx_sync_audit_log", "clinic_members",
    "clinic_settings", "clinic_kind_rules", "sync_schedules", "missed_runs", "visits", "visit_notes", "visit_readings",
    "visit_decisions", "call_visits", "call_outcomes", "opt_outs", "neo_cookies", "computer_lists",
    "computer_requests", "sealed_keys", "recovery_kits", "fact_withdrawals",
)  # fmt: skip

CREATE: dict[str, str] = {
    "users": """
        CREATE TABLE public.users (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          email text NOT NULL UNIQUE,
          first_name text,
          last_name text,
          role public.user_role NOT NULL DEFAULT 'veterinarian',
          clinic_name text,
          preferred_call_start_time time DEFAULT '16:00',
          preferred_call_end_time time DEFAULT '19:00',
          call_delay_days integer DEFAULT 2,
          max_call_retries integer DEFAULT 3,
          test_mode_enabled boolean DEFAULT false,
          test_contact_phone text,
          created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now()
        )""",
    "clinics": """
        CREATE TABLE public.clinics (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          name text NOT NULL UNIQUE,
          slug text,
          email text,
          phone text,
          address text,
          timezone text,
          pims_type text DEFAULT 'idexx_neo',
          is_active boolean DEFAULT true,
          created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now()
        )""",
    "cases": """
        CREATE TABLE public.cases (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
          clinic_id uuid REFERENCES public.clinics(id),
          visibility public.case_visibility DEFAULT 'private',
          type public.case_type DEFAULT 'checkup',
          status public.case_status DEFAULT 'draft',
          source text,
          external_id text,
          metadata jsonb DEFAULT '{}',
          scheduled_at timestamptz,
          is_urgent boolean DEFAULT false,
          call_enabled boolean DEFAULT true,
          created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now(),
          UNIQUE (clinic_id, external_id)
        )""",
    "patients": """
        CREATE TABLE public.patients (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          case_id uuid REFERENCES public.cases(id) ON DELETE CASCADE,
          user_id uuid REFERENCES public.users(id) ON DELETE CASCADE,
          name text NOT NULL,
          species text,
          breed text,
          sex text,
          date_of_birth date,
          weight_kg numeric,
          owner_name text,
          owner_phone text,
          owner_email text,
          source text,
          external_id text,
          metadata jsonb DEFAULT '{}',
          created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now()
        )""",
    "scheduled_discharge_calls": """
        CREATE TABLE public.scheduled_discharge_calls (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
          case_id uuid REFERENCES public.cases(id),
          customer_phone text,
          scheduled_for timestamptz,
          status text NOT NULL DEFAULT 'queued'
            CHECK (status IN ('queued', 'ringing', 'in_progress', 'completed', 'failed', 'cancelled')),
          dynamic_variables jsonb NOT NULL,
          metadata jsonb DEFAULT '{}',
          ended_reason text,
          started_at timestamptz,
          ended_at timestamptz,
          duration_seconds integer,
          created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now()
        )""",
}
ENUMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "user_role": ("users", ("veterinarian", "vet_tech", "practice_owner", "client", "admin")),
    "case_visibility": ("cases", ("private", "public")),
    "case_type": ("cases", ("checkup", "emergency", "surgery", "follow_up")),
    "case_status": ("cases", ("draft", "ongoing", "completed", "reviewed")),
}
INDEXES = (
    ("cases", "CREATE INDEX cases_user_scheduled_at_idx ON public.cases (user_id, scheduled_at)"),
    ("patients", "CREATE INDEX patients_case_id_idx ON public.patients (case_id)"),
    ("scheduled_discharge_calls", "CREATE INDEX scheduled_discharge_calls_due_idx"
     " ON public.scheduled_discharge_calls (user_id, status, scheduled_for)"),
    ("scheduled_discharge_calls", "CREATE INDEX scheduled_discharge_calls_case_id_idx"
     " ON public.scheduled_discharge_calls (case_id)"),
)  # fmt: skip


# what a needed column must be where it is there already; a status may be text or somebody's own enum
TYPES = {
    "uuid": ("id", "user_id", "case_id"),
    "jsonb": ("metadata", "dynamic_variables"),
    "timestamp with time zone": ("scheduled_at", "scheduled_for", "started_at", "ended_at"),
}


_FACTS = text("""
    SELECT c.relrowsecurity, pg_has_role(c.relowner, 'USAGE') AS owned, c.relowner::regrole::text AS owner,
      EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
              WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL AND i.indnkeyatts = 1
                AND i.indkey[0] = a.attnum) AS identified
    FROM pg_class c WHERE c.oid = CAST(:name AS regclass)
""")


def columns_of(connection: Connection, table: str) -> dict[str, str]:
    """The columns that a table of `public` has now, with their types; empty if there is none of that name."""
    rows = connection.execute(
        text(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped"
        ),
        {"name": f"public.{table}"},
    )
    return {row[0]: row[1] for row in rows}


def misfits(connection: Connection, table: str, columns: dict[str, str]) -> list[str]:
    """What keeps a host table that is there already from being adopted."""
    missing = [name for name in NEEDED[table] if name not in columns]
    problems = [f"table {table}: missing {', '.join(missing)}"] if missing else []
    problems += [
        f"table {table}: {name} is {columns[name]}, needed {wanted}"
        for wanted, names in TYPES.items()
        for name in names
        if name in NEEDED[table] and columns.get(name, wanted) != wanted
    ]
    found = connection.execute(_FACTS, {"name": f"public.{table}"}).one()
    if not found.relrowsecurity:
        problems.append(f"table {table}: row security is off, so a grant would show every row")
    if not found.owned:
        problems.append(f"table {table}: belongs to {found.owner}, so this login may not add policies to it")
    if "id" in columns and not found.identified:
        problems.append(f"table {table}: id is not unique, so nothing can refer to it")
    return problems


def look_at(connection: Connection) -> tuple[set[str], list[str]]:
    """The host tables that are there already, and the readable list of what doesn't fit. Changes nothing."""
    found = {table: columns_of(connection, table) for table in NEEDED}
    present = {table: columns for table, columns in found.items() if columns}
    problems = [
        problem for table, columns in present.items() for problem in misfits(connection, table, columns)
    ]
    problems += [
        f"table {table}: exists already and was not made by this program"
        for table in OURS
        if columns_of(connection, table)
    ]
    return set(present), problems


def create_roles() -> None:
    """Group roles are shared by all databases of a server; making them twice is no mistake."""
    for role in ROLES:
        op.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
            f"CREATE ROLE {role} NOLOGIN; END IF; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    # whoever migrates must be able to hand tables over to the owner; being a superuser does that already
    op.execute(
        "DO $$ BEGIN IF NOT pg_has_role(current_user, 'idexx_owner', 'USAGE') THEN "
        "EXECUTE format('GRANT idexx_owner TO %I', current_user); END IF; END $$"
    )
    op.execute("GRANT USAGE, CREATE ON SCHEMA public, idexx_app TO idexx_owner")
    op.execute("GRANT USAGE ON SCHEMA public, idexx_app TO idexx_user, idexx_admin, idexx_service")


def secure_version_table() -> None:
    """Alembic's own table is written by migrations only; logins read it through `idexx_app.schema_revision()`."""
    op.execute("ALTER TABLE idexx_app.alembic_version OWNER TO idexx_owner")
    op.execute("ALTER TABLE idexx_app.alembic_version ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE idexx_app.alembic_version FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY owner_all ON idexx_app.alembic_version TO idexx_owner USING (true) WITH CHECK (true)"
    )


def upgrade() -> None:
    """Check, then create what is absent."""
    present, problems = look_at(op.get_bind())
    if problems:
        raise RuntimeError("this database doesn't fit:\n  " + "\n  ".join(problems))
    create_roles()
    secure_version_table()
    for name, (table, values) in ENUMS.items():
        if table not in present:
            labels = ", ".join(f"'{value}'" for value in values)
            op.execute(f"CREATE TYPE public.{name} AS ENUM ({labels})")
            op.execute(f"ALTER TYPE public.{name} OWNER TO idexx_owner")
    for table, statement in CREATE.items():
        if table not in present:
            op.execute(statement)
            op.execute(f"ALTER TABLE public.{table} OWNER TO idexx_owner")
            op.execute(f"COMMENT ON TABLE public.{table} IS 'made by idexx-desktop'")
    for table, statement in INDEXES:
        if table not in present:
            op.execute(statement)


def downgrade() -> None:
    """Remove only what was made here; the group roles stay, since other databases may use them."""
    for table in reversed(CREATE):
        made_here = (
            op.get_bind()
            .execute(
                text("SELECT obj_description(to_regclass(:name)) = 'made by idexx-desktop'"),
                {"name": f"public.{table}"},
            )
            .scalar()
        )
        if made_here:
            op.execute(f"DROP TABLE public.{table}")
            for name, (owner, _) in ENUMS.items():
                if owner == table:
                    op.execute(f"DROP TYPE public.{name}")
    op.execute(f"REVOKE ALL ON SCHEMA public FROM {', '.join(ROLES)}")
    op.execute("DROP POLICY owner_all ON idexx_app.alembic_version")
    op.execute("ALTER TABLE idexx_app.alembic_version NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE idexx_app.alembic_version DISABLE ROW LEVEL SECURITY")
