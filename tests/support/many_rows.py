"""An activity record of any length, made in the database by its superuser: whole chains, as the server makes them."""

from __future__ import annotations

import psycopg

# a running hash over a chain; the second argument is what comes before its first row
_CHAIN_HASH = """
CREATE FUNCTION pg_temp.next_hash(previous bytea, entry bytea, before_first bytea) RETURNS bytea
  LANGUAGE sql IMMUTABLE AS $$ SELECT sha256(coalesce(previous, before_first) || entry) $$;
CREATE AGGREGATE pg_temp.chain_hash(bytea, bytea) (SFUNC = pg_temp.next_hash, STYPE = bytea);
"""
# those who have logins first, then made-up people, who need no row of their own: the log refers to nobody
_USERS = """
CREATE TEMP TABLE many_users AS
  SELECT row_number() OVER (ORDER BY made, name) AS number, id, name FROM (
    SELECT 0 AS made, min(l.role_name) AS name, l.user_id AS id FROM idexx_app.logins l GROUP BY l.user_id
    UNION ALL
    SELECT n, 'made_up_' || n, md5('made up ' || n)::uuid FROM generate_series(1, %(users)s) n
  ) everybody ORDER BY number LIMIT %(users)s
"""
# one row a second up to now, by each user in turn; spread over the catalogue
_ENTRIES = """
CREATE TEMP TABLE many_entries AS
SELECT u.id AS chain, coalesce(h.seq, 0) + (i.n - 1) / %(users)s + 1 AS seq, gen_random_uuid() AS id,
  now() - (%(rows)s - i.n) * interval '1 second' AS timestamp, u.name AS actor,
  a.names[1 + (i.n * 7) %% cardinality(a.names)] AS action,
  (ARRAY['ok', 'ok', 'ok', 'completed', 'failed'])[1 + i.n %% 5] AS status,
  ('10.0.' || i.n %% 200 || '.' || i.n %% 250)::inet AS ip_address,
  CASE WHEN i.n %% 3 > 0 THEN md5('session ' || i.n / 50)::uuid::text END AS session_id,
  CASE WHEN i.n %% 5 = 4 THEN '{"code": "unreachable", "detail": "HTTP 503"}'::jsonb END AS error_details,
  CASE WHEN i.n %% 4 > 0 THEN jsonb_build_object('visit_key', 'a:' || 5000 + i.n %% 2000, 'count', i.n) END AS metadata,
  coalesce(h.hash, decode(repeat('00', 32), 'hex')) AS before_first
FROM generate_series(1, %(rows)s) i(n)
CROSS JOIN (SELECT array_agg(action ORDER BY action) AS names FROM idexx_app.audit_actions) a
JOIN many_users u ON u.number = 1 + (i.n - 1) %% %(users)s
LEFT JOIN idexx_app.audit_heads h ON h.chain = u.id
"""
# the canonical bytes as `idexx_app.audit_canonical` makes them, without a call for each row
_NETSTRING = "coalesce(octet_length({0}) || ':' || {0} || ',', '-')"
_TEXTS = (
    "chain::text", "seq::text", "id::text",
    """to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "chain::text", "actor", "action", "status", "host(ip_address)", "session_id", "error_details::text",
    "metadata::text",
)  # fmt: skip
_HASHED = f"""
CREATE TEMP TABLE many_hashed AS
SELECT *, pg_temp.chain_hash(convert_to({" || ".join(map(_NETSTRING.format, _TEXTS))}, 'UTF8'), before_first)
  OVER (PARTITION BY chain ORDER BY seq) AS hash
FROM many_entries
"""
_INSERT = """
INSERT INTO public.idexx_sync_audit_log (id, timestamp, user_id, action, status, ip_address, session_id, error_details,
  metadata, actor, chain, seq, previous_hash, hash)
SELECT id, timestamp, chain, action, status, ip_address, session_id, error_details, metadata, actor, chain, seq,
  coalesce(lag(hash) OVER (PARTITION BY chain ORDER BY seq), before_first), hash
FROM many_hashed ORDER BY timestamp
"""
_HEADS = """
INSERT INTO idexx_app.audit_heads (chain, seq, hash)
SELECT DISTINCT ON (chain) chain, seq, hash FROM many_hashed ORDER BY chain, seq DESC
ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
"""


def fill_audit(owner_url: str, users: int, rows: int) -> list[str]:
    """Add `rows` rows of `users` people, one a second up to now; the ids of the people.

    Those who have logins come first, so that they can look at it. Chains that are there go on.
    """
    numbers = {"users": users, "rows": rows}
    with psycopg.connect(owner_url) as root:
        root.execute("SET LOCAL synchronous_commit = off")
        root.execute("SET LOCAL work_mem = '256MB'")
        root.execute(_CHAIN_HASH)
        for statement in (_USERS, _ENTRIES):
            root.execute(statement, numbers)
        for statement in (_HASHED, _INSERT, _HEADS):
            root.execute(statement)
        found = [str(row[0]) for row in root.execute("SELECT id FROM many_users ORDER BY number")]
        for table in ("many_users", "many_entries", "many_hashed"):
            root.execute(f"DROP TABLE {table}".encode())
    with psycopg.connect(owner_url, autocommit=True) as root:
        root.execute("VACUUM ANALYZE public.idexx_sync_audit_log")
    return found
