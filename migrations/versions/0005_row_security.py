"""Row-level security: each table enabled and forced, one policy a command and group, and no more privilege than used.

- `idexx_user`: own rows (`user_id`), or the rows of the clinics that the login is a member of
- `idexx_admin`: reads everything but secrets
- `idexx_service`: everything (servers only)
- `idexx_owner`: everything (FORCE binds the owner too, so it needs policies); used by migrations and definer functions

Nobody of ours may write an `id`: the database gives it. On an adopted table, whose own policies may trust claims that
a client can set, RESTRICTIVE policies for our roles hold whatever those say.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OWN = "user_id = (SELECT idexx_app.current_user_id())"
CLINIC = "clinic_id IN (SELECT idexx_app.my_clinics())"
OWN_IN_CLINIC = f"{OWN} AND {CLINIC}"

# table: (what a user's row is, the commands that a user may give, whether admins read it)
RULES: dict[str, tuple[str, str, bool]] = {
    "users": ("id = (SELECT idexx_app.current_user_id())", "SELECT", True),
    "clinics": ("id IN (SELECT idexx_app.my_clinics())", "SELECT", True),
    "cases": (OWN, "SELECT INSERT UPDATE", True),
    "patients": (OWN, "SELECT INSERT UPDATE", True),
    "scheduled_discharge_calls": (OWN, "SELECT INSERT UPDATE", True),
    "idexx_credentials": (OWN, "SELECT INSERT UPDATE DELETE", False),
    "neo_cookies": (OWN, "SELECT INSERT UPDATE DELETE", False),
    "idexx_sync_sessions": (OWN, "SELECT INSERT UPDATE", True),
    "consultation_sync_status": (OWN, "SELECT INSERT UPDATE", True),
    "idexx_sync_audit_log": (OWN, "SELECT", True),
    "clinic_members": (OWN, "SELECT", True),
    "clinic_settings": (CLINIC, "SELECT INSERT UPDATE", True),
    "clinic_kind_rules": (CLINIC, "SELECT INSERT UPDATE DELETE", True),
    "sync_schedules": (CLINIC, "SELECT INSERT UPDATE", True),
    "missed_runs": (CLINIC, "SELECT INSERT UPDATE", True),
    "visits": (OWN_IN_CLINIC, "SELECT INSERT UPDATE", True),
    "visit_notes": (OWN_IN_CLINIC, "SELECT INSERT UPDATE DELETE", True),
    "visit_readings": (OWN_IN_CLINIC, "SELECT INSERT UPDATE DELETE", True),
    "visit_decisions": (CLINIC, "SELECT INSERT UPDATE", True),
    "call_visits": (OWN_IN_CLINIC, "SELECT INSERT UPDATE", True),
    "call_outcomes": (OWN_IN_CLINIC, "SELECT INSERT UPDATE", True),
    "opt_outs": (CLINIC, "SELECT INSERT UPDATE", True),
}


# a row that points at another row must point at one that its writer can see; a foreign key alone would tell whether
# a row of somebody else exists
def seen(table: str, column: str, other: str) -> str:
    """The row that `column` refers to is one that its writer can see: one look by id, however many rows there are."""
    return f"EXISTS (SELECT FROM public.{other} o WHERE o.id = {table}.{column})"


def seen_case(table: str) -> str:
    """The same for a case, which may be missing."""
    return f"(case_id IS NULL OR {seen(table, 'case_id', 'cases')})"


MEMBER_OR_NONE = f"(clinic_id IS NULL OR {CLINIC})"
EXTRA_CHECKS: dict[str, str] = {
    "cases": MEMBER_OR_NONE,
    "patients": seen_case("patients"),
    "scheduled_discharge_calls": seen_case("scheduled_discharge_calls"),
    "idexx_credentials": MEMBER_OR_NONE,
    "idexx_sync_sessions": MEMBER_OR_NONE,
    "consultation_sync_status": f"{seen_case('consultation_sync_status')} AND {MEMBER_OR_NONE}"
    " AND (discharge_call_id IS NULL OR "
    + seen("consultation_sync_status", "discharge_call_id", "scheduled_discharge_calls")
    + ")",
    "visits": seen_case("visits"),
    "call_visits": seen("call_visits", "call_id", "scheduled_discharge_calls"),
    "call_outcomes": seen("call_outcomes", "call_id", "scheduled_discharge_calls"),
    "neo_cookies": seen("neo_cookies", "credential_id", "idexx_credentials"),
    "visit_decisions": "decided_by = (SELECT idexx_app.current_user_id())",
    "opt_outs": "recorded_by = (SELECT idexx_app.current_user_id())",
}
# shared rows that one member wrote and another may change: the check of authorship is for new rows only
CHECKED_ON_INSERT_ONLY = ("visit_decisions", "opt_outs")
HOST = ("users", "clinics", "cases", "patients", "scheduled_discharge_calls")


def columns(table: str) -> set[str]:
    """The columns of a table of `public`."""
    rows = op.get_bind().execute(
        text("SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0"
             " AND NOT attisdropped"),
        {"name": f"public.{table}"},
    )  # fmt: skip
    return {row[0] for row in rows}


def is_adopted(table: str) -> bool:
    """Whether a host table was there before us."""
    return not (
        op.get_bind()
        .execute(
            text(
                "SELECT COALESCE(obj_description(CAST(:name AS regclass)) = 'made by idexx-desktop', false)"
            ),
            {"name": f"public.{table}"},
        )
        .scalar()
    )


def refuse_open_table(table: str) -> None:
    """An adopted table without row security would show every row to whoever gets a grant."""
    secured = (
        op.get_bind()
        .execute(
            text("SELECT relrowsecurity FROM pg_class WHERE oid = CAST(:name AS regclass)"),
            {"name": f"public.{table}"},
        )
        .scalar()
    )
    if not secured:
        raise RuntimeError(f"table {table}: row security is off, so nothing was granted on it")


def policy(
    table: str, name: str, command: str, role: str, using: str, check: str, *, restrictive: bool
) -> None:
    """One policy. INSERT takes only a check, SELECT and DELETE only a condition."""
    clauses = "" if command == "INSERT" else f" USING ({using})"
    clauses += f" WITH CHECK ({check})" if command in ("INSERT", "UPDATE", "ALL") else ""
    kind = "RESTRICTIVE" if restrictive else "PERMISSIVE"
    op.execute(f"CREATE POLICY {name} ON public.{table} AS {kind} FOR {command} TO {role}{clauses}")


def user_policies(table: str, own: str, commands: str, admins_read: bool) -> None:
    """What `idexx_user` and `idexx_admin` may do."""
    for command in commands.split():
        policy(
            table, f"idexx_user_{command.lower()}", command, "idexx_user", own, check_of(table, own, command),
            restrictive=False,
        )  # fmt: skip
    if admins_read:
        policy(
            table, "idexx_admin_select", "SELECT", "idexx_admin", "(SELECT idexx_app.is_admin())", "true",
            restrictive=False,
        )  # fmt: skip


def restrict(table: str, own: str, commands: str, admins_read: bool) -> None:
    """On an adopted table: for our roles nothing but the above, whatever its own policies and grants allow."""
    for command in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        allowed = own if command in commands.split() else "false"
        seen = f"({own}) OR (SELECT idexx_app.is_admin())" if command == "SELECT" and admins_read else allowed
        check = check_of(table, own, command) if allowed == own else allowed
        policy(
            table, f"idexx_only_own_{command.lower()}", command, "idexx_user, idexx_admin", seen, check,
            restrictive=True,
        )  # fmt: skip


def check_of(table: str, own: str, command: str) -> str:
    """What a row must be once it is written."""
    extra = EXTRA_CHECKS.get(table)
    if extra is None or (table in CHECKED_ON_INSERT_ONLY and command != "INSERT"):
        return own
    if extra == MEMBER_OR_NONE and "clinic_id" not in columns(table):  # an older adopted `cases`
        return own
    return f"({own}) AND {extra}"


def grants(table: str, commands: str, admins_read: bool) -> None:
    """Privileges: no INSERT or UPDATE of an id or of who owns the row once it is there."""
    names = columns(table)
    for command in commands.split():
        if command == "INSERT":
            given = ", ".join(sorted(names - {"id"}))
            op.execute(f"GRANT INSERT ({given}) ON public.{table} TO idexx_user")
        elif command == "UPDATE":
            given = ", ".join(sorted(names - {"id", "user_id", "created_at"}))
            op.execute(f"GRANT UPDATE ({given}) ON public.{table} TO idexx_user")
        else:
            op.execute(f"GRANT {command} ON public.{table} TO idexx_user")
    if admins_read:
        op.execute(f"GRANT SELECT ON public.{table} TO idexx_admin")
    everything = "SELECT" if table == "idexx_sync_audit_log" else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f"GRANT {everything} ON public.{table} TO idexx_service")


def upgrade() -> None:
    """Secure each table, then grant what is used and no more."""
    for table, (own, commands, admins_read) in RULES.items():
        adopted = table in HOST and is_adopted(table)
        if adopted:
            refuse_open_table(table)
            op.execute(f"GRANT SELECT, REFERENCES ON public.{table} TO idexx_owner")
        else:
            op.execute(f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY")
        user_policies(table, own, commands, admins_read)
        if adopted:
            restrict(table, own, commands, admins_read)
        policy(table, "idexx_owner_all", "ALL", "idexx_owner", "true", "true", restrictive=False)
        if table == "idexx_sync_audit_log":
            policy(
                table, "idexx_service_select", "SELECT", "idexx_service", "true", "true", restrictive=False
            )
        else:
            policy(table, "idexx_service_all", "ALL", "idexx_service", "true", "true", restrictive=False)
        grants(table, commands, admins_read)


def downgrade() -> None:
    """Remove our policies and grants; an adopted table is left as it was found."""
    for table in reversed(RULES):
        found = op.get_bind().execute(
            text(
                "SELECT polname FROM pg_policy WHERE polrelid = CAST(:name AS regclass) AND polname LIKE 'idexx\\_%'"
            ),
            {"name": f"public.{table}"},
        )
        for (name,) in found.all():
            op.execute(f"DROP POLICY {name} ON public.{table}")
        op.execute(f"REVOKE ALL ON public.{table} FROM idexx_user, idexx_admin, idexx_service")
        given = ", ".join(sorted(columns(table)))
        op.execute(
            f"REVOKE INSERT ({given}), UPDATE ({given}) ON public.{table} FROM idexx_user, idexx_admin, idexx_service"
        )
        if table in HOST and is_adopted(table):
            op.execute(f"REVOKE ALL ON public.{table} FROM idexx_owner")
        else:
            op.execute(f"ALTER TABLE public.{table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY")
