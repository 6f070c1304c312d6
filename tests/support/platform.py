"""A clinic platform's database as it is found in the wild: its own enums, schemas, policies, triggers and rows.

The policies believe a claim that the client sets, as gateways of this kind make them. The plain shape is an older
platform's: no `cases.clinic_id`, no `cases.call_enabled`.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from idexx_desktop.db import provision
from tests.support.postgres import TestServer

ANNA = "00000000-0000-4000-8000-00000000000a"
BEN = "00000000-0000-4000-8000-00000000000b"
CLINIC = "00000000-0000-4000-8000-0000000000c1"
CASES = {ANNA: "00000000-0000-4000-8000-0000000000e1", BEN: "00000000-0000-4000-8000-0000000000e2"}
TABLES = {"users", "clinics", "cases", "patients", "scheduled_discharge_calls"}

SCHEMA = f"""
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT (NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
CREATE TYPE public."UserRole" AS ENUM ('veterinarian', 'vet_tech', 'practice_owner', 'client', 'admin', 'owner');
CREATE TYPE public."CaseStatus" AS ENUM ('draft', 'ongoing', 'completed', 'reviewed', 'archived');
CREATE TYPE public."CaseType" AS ENUM ('checkup', 'emergency', 'surgery', 'follow_up');
CREATE TABLE public.users (
  id uuid PRIMARY KEY REFERENCES auth.users(id), email text, first_name text, last_name text,
  role public."UserRole" DEFAULT 'veterinarian', clinic_name text, avatar_url text, stripe_customer_id text,
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE public.clinics (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(200) UNIQUE, slug text UNIQUE, is_active boolean,
  created_at timestamptz DEFAULT now());
CREATE TABLE public.cases (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid REFERENCES public.users(id),
  type public."CaseType", status public."CaseStatus" DEFAULT 'draft', source text, external_id text,
  metadata jsonb, scheduled_at timestamptz, embedding double precision[],
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE UNIQUE INDEX cases_external ON public.cases (external_id) WHERE external_id IS NOT NULL;
CREATE TABLE public.patients (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), case_id uuid REFERENCES public.cases(id) ON DELETE CASCADE,
  user_id uuid, name text NOT NULL, species text, breed text, owner_name text, owner_phone text,
  created_at timestamptz DEFAULT now());
CREATE TABLE public.scheduled_discharge_calls (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL, case_id uuid REFERENCES public.cases(id),
  assistant_id text, customer_phone text, scheduled_for timestamptz, status text DEFAULT 'queued',
  dynamic_variables jsonb NOT NULL, metadata jsonb, ended_reason text, started_at timestamptz, ended_at timestamptz,
  created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON public.cases FOR EACH ROW EXECUTE FUNCTION public.touch();
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.clinics ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.patients ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.scheduled_discharge_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.users USING (id = auth.uid());
CREATE POLICY everybody ON public.clinics USING (true);
CREATE POLICY own ON public.cases USING (user_id = auth.uid());
CREATE POLICY own ON public.patients USING (user_id = auth.uid());
CREATE POLICY own ON public.scheduled_discharge_calls USING (user_id = auth.uid());
GRANT USAGE ON SCHEMA auth TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO PUBLIC;
INSERT INTO auth.users VALUES ('{ANNA}', 'anna@oak.example'), ('{BEN}', 'ben@oak.example');
INSERT INTO public.users (id, email) VALUES ('{ANNA}', 'Anna@oak.example'), ('{BEN}', 'ben@oak.example');
INSERT INTO public.clinics (id, name, slug) VALUES ('{CLINIC}', 'Oak Street Vets', 'oak');
INSERT INTO public.cases (id, user_id, external_id, source)
  VALUES ('{CASES[ANNA]}', '{ANNA}', 'pims-appt-idexx-1', 'idexx_neo'),
         ('{CASES[BEN]}', '{BEN}', 'pims-appt-idexx-2', 'idexx_neo');
INSERT INTO public.patients (case_id, user_id, name)
  VALUES ('{CASES[ANNA]}', '{ANNA}', 'Bella'), ('{CASES[BEN]}', '{BEN}', 'Rex');
INSERT INTO public.scheduled_discharge_calls (user_id, case_id, dynamic_variables)
  VALUES ('{ANNA}', '{CASES[ANNA]}', '{{}}'), ('{BEN}', '{CASES[BEN]}', '{{}}');
"""


VARIANTS: dict[str, str] = {
    "older": "",
    "newer": f"""
        CREATE TYPE public."CaseVisibility" AS ENUM ('private', 'public');
        ALTER TABLE public.users ADD call_delay_days int DEFAULT 2, ADD test_mode_enabled bool DEFAULT false;
        ALTER TABLE public.clinics ADD timezone text, ADD phone text, ADD pims_type text DEFAULT 'idexx_neo';
        ALTER TABLE public.cases ADD clinic_id uuid REFERENCES public.clinics(id), ADD is_urgent bool,
          ADD call_enabled bool DEFAULT true, ADD visibility public."CaseVisibility" DEFAULT 'private';
        ALTER TABLE public.patients ADD external_id text, ADD metadata jsonb, ADD source text;
        UPDATE public.cases SET clinic_id = '{CLINIC}'""",
    # what only a look at such a database tells: dropped columns, columns that fill themselves in, views, triggers
    "busy": """
        ALTER TABLE public.cases DROP COLUMN source, ADD region text NOT NULL DEFAULT 'us',
          ADD source text, ADD label text GENERATED ALWAYS AS (coalesce(source, '') || '/' || region) STORED,
          ADD number bigint GENERATED ALWAYS AS IDENTITY;
        ALTER TABLE public.patients DROP COLUMN owner_name, ADD tags text[] NOT NULL DEFAULT '{}', ADD owner_name text,
          ADD name_folded text GENERATED ALWAYS AS (lower(name)) STORED;
        ALTER TABLE public.scheduled_discharge_calls ADD attempts int NOT NULL DEFAULT 0 CHECK (attempts < 10),
          ADD tenant text NOT NULL DEFAULT 'main';
        CREATE TABLE public.alembic_version (version_num varchar(32) PRIMARY KEY);
        INSERT INTO public.alembic_version VALUES ('platforms-own');
        CREATE TABLE public.case_events (id bigserial PRIMARY KEY, case_id uuid, what text);
        ALTER TABLE public.case_events ENABLE ROW LEVEL SECURITY;
        CREATE POLICY anybody ON public.case_events USING (true) WITH CHECK (true);
        CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
          $$ BEGIN INSERT INTO public.case_events (case_id, what) VALUES (NEW.id, TG_OP); RETURN NULL; END $$;
        CREATE TRIGGER tell AFTER INSERT OR UPDATE ON public.cases FOR EACH ROW EXECUTE FUNCTION public.tell();
        CREATE VIEW public.case_overview WITH (security_invoker = true) AS
          SELECT c.id, c.status, p.name FROM public.cases c JOIN public.patients p ON p.case_id = c.id;
        CREATE MATERIALIZED VIEW public.calls_a_day AS
          SELECT scheduled_for::date AS day, count(*) FROM public.scheduled_discharge_calls GROUP BY 1;
        CREATE INDEX cases_metadata ON public.cases USING gin (metadata);
        COMMENT ON TABLE public.cases IS 'one row a visit'""",
}


def make_platform(url: str, variant: str = "older") -> None:
    """Fill an empty database with the platform's own tables and rows, in one of the `VARIANTS`."""
    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA.encode())
        connection.execute((VARIANTS[variant] or "SELECT").encode())


def adopted_template(server: TestServer, variant: str) -> str:
    """The name of a platform's database that this program has prepared, to be copied; made once for all rooms."""
    name = f"template_adopted_{variant}"
    with psycopg.connect(server.url()) as connection:
        is_there = connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone()
    if is_there is None:
        made = server.create()
        make_platform(server.url(made), variant)
        provision.prepare(server.url(made))
        server.run(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(made), sql.Identifier(name))
        )
    return name


def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the platform's tables."""
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"SELECT * FROM public.{table} ORDER BY id".encode()).fetchall()
            for table in sorted(TABLES)
        }


# roles that such platforms have, server-wide, and what their databases give them by themselves
PUBLIC_ROLES = ("anon", "authenticated", "service_role")
GIVEN_BY_DEFAULT = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO anon WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO anon;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO anon;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO anon;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
"""


def give_by_default(url: str) -> None:
    """Make the roles, and let whatever the login of this address makes from now on be theirs as well."""
    make_public_roles(url)
    with psycopg.connect(url) as connection:
        connection.execute(GIVEN_BY_DEFAULT)


def make_public_roles(url: str) -> None:
    """Make the roles where the server has none of them yet."""
    with psycopg.connect(url) as connection:
        for role in PUBLIC_ROLES:
            connection.execute(
                f"DO $$ BEGIN IF to_regrole('{role}') IS NULL THEN CREATE ROLE {role} NOLOGIN; END IF; END $$".encode()
            )
