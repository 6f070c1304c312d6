"""A revision per topic: a page carries the revision that it was read at, and is read again once there is another.

Triggers on our own tables raise it, in the transaction that writes and once in it, whoever writes: a window, a command,
a server. A clinic and topic have as many rows as transactions ever wrote at once: each raises a row that nobody else
holds, and makes one where all are held, so nobody waits for anybody, and no two can wait for each other. The revision
is the sum. Who listens is woken at most once a second; the name of the topic is all that is told.

A platform's own tables get no trigger of ours: programs look at those themselves.
"""

from __future__ import annotations

from alembic import context, op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# no foreign key: a clinic that is deleted takes its rows along, and their triggers still come here
TABLE = """
CREATE TABLE idexx_app.topic_revisions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  clinic_id uuid NOT NULL,
  topic text NOT NULL,
  revision bigint NOT NULL DEFAULT 1,
  raised_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  told_at timestamptz
) WITH (fillfactor = 50);
CREATE INDEX topic_revisions_clinic_id_idx ON idexx_app.topic_revisions (clinic_id, topic);
ALTER TABLE idexx_app.topic_revisions OWNER TO idexx_owner;
ALTER TABLE idexx_app.topic_revisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE idexx_app.topic_revisions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON idexx_app.topic_revisions TO idexx_owner USING (true) WITH CHECK (true);
"""
DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$"
FUNCTIONS: dict[str, str] = {
    "raise_revision(clinic uuid, changed_topic text)": """
      RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        free bigint;
        is_told boolean;
      BEGIN
        IF clinic IS NULL OR EXISTS (
          SELECT FROM idexx_app.topic_revisions r
          WHERE r.clinic_id = clinic AND r.topic = changed_topic AND r.raised_in = pg_current_xact_id()
        ) THEN
          RETURN;
        END IF;
        SELECT max(r.told_at) > clock_timestamp() - interval '1 second' INTO is_told FROM idexx_app.topic_revisions r
          WHERE r.clinic_id = clinic AND r.topic = changed_topic;
        -- a transaction that keeps to its first look could only fail over a row that was raised since
        IF current_setting('transaction_isolation') = 'read committed' THEN
          SELECT r.id INTO free FROM idexx_app.topic_revisions r
            WHERE r.clinic_id = clinic AND r.topic = changed_topic
            ORDER BY r.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
        END IF;
        IF free IS NULL THEN
          INSERT INTO idexx_app.topic_revisions (clinic_id, topic, told_at)
            VALUES (clinic, changed_topic, CASE WHEN is_told IS NOT TRUE THEN clock_timestamp() END);
        ELSE
          UPDATE idexx_app.topic_revisions r SET revision = r.revision + 1, raised_in = pg_current_xact_id(),
              told_at = CASE WHEN is_told THEN r.told_at ELSE clock_timestamp() END
            WHERE r.id = free;
        END IF;
        IF is_told IS NOT TRUE THEN
          PERFORM pg_notify('idexx_' || replace(clinic::text, '-', ''), changed_topic);
        END IF;
      END $$""",
    "raise_for_clinics()": """
      RETURNS trigger <definer>
      BEGIN
        PERFORM idexx_app.raise_revision(c.clinic_id, TG_ARGV[0])
          FROM (SELECT DISTINCT changed.clinic_id FROM changed) c;
        RETURN NULL;
      END $$""",
    # where a row names no clinic, it is one of each clinic of its user; where it names nobody, of all
    "raise_for_users()": """
      RETURNS trigger <definer>
      BEGIN
        PERFORM idexx_app.raise_revision(c.clinic_id, TG_ARGV[0]) FROM (
          SELECT DISTINCT m.clinic_id FROM (SELECT DISTINCT changed.user_id FROM changed) u
          JOIN public.clinic_members m ON m.user_id = u.user_id OR u.user_id IS NULL
        ) c;
        RETURN NULL;
      END $$""",
    "raise_for_lease()": """
      RETURNS trigger <definer>
      BEGIN
        PERFORM idexx_app.raise_revision(NEW.clinic_id, TG_ARGV[0]);
        RETURN NULL;
      END $$""",
    "revisions()": """
      RETURNS TABLE (topic text, revision text) <definer>
      BEGIN
        RETURN QUERY SELECT r.topic, sum(r.revision)::text FROM idexx_app.topic_revisions r
          WHERE idexx_app.is_admin() OR r.clinic_id IN (SELECT idexx_app.my_clinics())
          GROUP BY r.topic;
      END $$""",
}
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"
# topic: our tables that say which clinic, and those that only say whose
OF_CLINICS: dict[str, tuple[str, ...]] = {
    "visits": ("visits", "visit_notes", "visit_decisions", "fact_withdrawals"),
    "calls": ("call_visits", "call_outcomes", "opt_outs"),
    "sessions": ("missed_runs",),
    "settings": ("clinic_settings", "clinic_kind_rules", "sync_schedules", "clinic_members"),
}
OF_USERS: dict[str, tuple[str, ...]] = {
    "sessions": ("idexx_sync_sessions",),
    "settings": ("idexx_credentials",),
    "computers": ("computer_lists", "computer_requests", "sealed_keys", "recovery_kits"),
    "activity": ("idexx_sync_audit_log",),
}
_SEEN_AS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def signature(declaration: str) -> str:
    """`name(types)` of a declaration, as DROP and GRANT want it; see revision 0004."""
    return str(context.script.get_revision("0004").module.signature(declaration))


def watch(table: str, function: str, topic: str) -> None:
    """Once for each statement, however many rows it changes."""
    for event, seen in _SEEN_AS.items():
        op.execute(f"""
          CREATE TRIGGER raise_revision_{event} AFTER {event.upper()} ON public.{table}
            REFERENCING {seen} TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.{function}('{topic}')
        """)


def upgrade() -> None:
    """The table, what raises and tells it, and the triggers."""
    op.execute(TABLE)
    for declaration, body in FUNCTIONS.items():
        name = signature(declaration)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body.replace('<definer>', DEFINER)}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature('revisions()')} TO {EXECUTABLE_BY}")
    for function, topics in (("raise_for_clinics", OF_CLINICS), ("raise_for_users", OF_USERS)):
        for topic, tables in topics.items():
            for table in tables:
                watch(table, function, topic)
    # a lease is renewed all the time: only who has it is news
    op.execute("""
      CREATE TRIGGER raise_revision AFTER UPDATE ON idexx_app.sync_leases
        FOR EACH ROW WHEN (NEW.holder IS DISTINCT FROM OLD.holder)
        EXECUTE FUNCTION idexx_app.raise_for_lease('sessions')
    """)


def downgrade() -> None:
    """Remove them; what is shown is read again when a person asks for it."""
    op.execute("DROP TRIGGER raise_revision ON idexx_app.sync_leases")
    for topics in (OF_CLINICS, OF_USERS):
        for tables in topics.values():
            for table in tables:
                for event in _SEEN_AS:
                    op.execute(f"DROP TRIGGER raise_revision_{event} ON public.{table}")
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    op.execute("DROP TABLE idexx_app.topic_revisions")
