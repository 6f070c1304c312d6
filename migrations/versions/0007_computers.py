"""Several computers, one sign-in: who belongs together, keys sealed to each of them, and the recovery kit.

The sign-in is sealed with a random data key, and that key with the public key of each approved computer. Which
computers those are says a signed list: each version is signed by a computer of the version before it, and each
computer remembers the last one it has seen. What somebody merely writes into these tables is therefore never sealed
to. Every row belongs to a credential and goes with it; admins read none of them.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES: dict[str, str] = {
    # append-only: computers that were off follow the versions one by one
    "computer_lists": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      credential_id uuid NOT NULL REFERENCES public.idexx_credentials(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      lineage text NOT NULL,
      version integer NOT NULL CHECK (version > 0),
      document text NOT NULL,
      signed_by text NOT NULL,
      signature text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (credential_id, lineage, version)""",
    # a computer asks; a person approves it on another one, by the code that the first one shows
    "computer_requests": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      credential_id uuid NOT NULL REFERENCES public.idexx_credentials(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      computer_id text NOT NULL,
      computer_name text NOT NULL,
      public_keys text NOT NULL,
      proof text NOT NULL,
      answer text,
      requested_at timestamptz NOT NULL DEFAULT now(),
      answered_at timestamptz,
      UNIQUE (credential_id, computer_id)""",
    # a data key, sealed to one computer or to the kit, and signed by the computer that sealed it
    "sealed_keys": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      credential_id uuid NOT NULL REFERENCES public.idexx_credentials(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      key_id text NOT NULL,
      computer_id text NOT NULL,
      sealed_key text NOT NULL,
      signed_by text NOT NULL,
      signature text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (credential_id, key_id, computer_id)""",
    # `anchor`: the list of the day the kit was made, authenticated with what only the kit's code yields
    "recovery_kits": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      credential_id uuid NOT NULL UNIQUE REFERENCES public.idexx_credentials(id) ON DELETE CASCADE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      kit_id text NOT NULL,
      anchor text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now()""",
}
# what a user may change later; ids, owners and the row's subject stay what they were
CHANGED: dict[str, str] = {
    "computer_lists": "",
    "computer_requests": "computer_name, public_keys, proof, answer, requested_at, answered_at",
    "sealed_keys": "",
    "recovery_kits": "kit_id, anchor, made_at",
}
OWN = "user_id = (SELECT idexx_app.current_user_id())"


def check_of(table: str) -> str:
    """The row is the writer's own, and so is the credential that it belongs to."""
    return f"{OWN} AND EXISTS (SELECT FROM public.idexx_credentials c WHERE c.id = {table}.credential_id)"


def secure(table: str, columns: list[str]) -> None:
    """Row security as in revision 0005: own rows, nothing for admins, everything for the service."""
    op.execute(f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY")
    policies = {
        "idexx_user_select": f"FOR SELECT TO idexx_user USING ({OWN})",
        "idexx_user_insert": f"FOR INSERT TO idexx_user WITH CHECK ({check_of(table)})",
        "idexx_user_delete": f"FOR DELETE TO idexx_user USING ({OWN})",
        "idexx_owner_all": "FOR ALL TO idexx_owner USING (true) WITH CHECK (true)",
        "idexx_service_all": "FOR ALL TO idexx_service USING (true) WITH CHECK (true)",
    }
    if CHANGED[table]:
        policies["idexx_user_update"] = (
            f"FOR UPDATE TO idexx_user USING ({OWN}) WITH CHECK ({check_of(table)})"
        )
        op.execute(f"GRANT UPDATE ({CHANGED[table]}) ON public.{table} TO idexx_user")
    for name, rule in policies.items():
        op.execute(f"CREATE POLICY {name} ON public.{table} {rule}")
    op.execute(f"GRANT INSERT ({', '.join(columns)}) ON public.{table} TO idexx_user")
    op.execute(f"GRANT SELECT, DELETE ON public.{table} TO idexx_user")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON public.{table} TO idexx_service")


def upgrade() -> None:
    """Create the tables, owned by the group role that only migrations use, and secure them."""
    for table, definition in TABLES.items():
        op.execute(f"CREATE TABLE public.{table} ({definition})")
        op.execute(f"ALTER TABLE public.{table} OWNER TO idexx_owner")
        names = [line.split()[0] for line in definition.strip().splitlines()]
        secure(table, [name for name in names if name not in ("id", "UNIQUE")])
        op.execute(f"CREATE INDEX {table}_user_id_idx ON public.{table} (user_id)")


def downgrade() -> None:
    """Remove the tables; a sign-in that is sealed with a computer's own key still opens there."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE public.{table}")
