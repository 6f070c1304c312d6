"""All that the rules of a call need, by one statement: it is asked for again and again, at every look at the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, func, literal_column, select
from sqlalchemy.orm import Session

from idexx_desktop.db.models import clinic as clinic_models
from idexx_desktop.db.models import table_of
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.domain.calling_hours_file import calling_hours
from idexx_desktop.domain.decisions import DEFAULT_KIND_RULES, CallRules, KindRule
from idexx_desktop.domain.life import LifeAnswer
from idexx_desktop.domain.local_time import zone_named
from idexx_desktop.domain.owner_numbers import contact_of
from idexx_desktop.domain.practice_words import MEANINGS, WordAbout, plain
from idexx_desktop.domain.visits import VisitKind

_SETTINGS = table_of(clinic_models.ClinicSettings)
_LISTS = {
    "kinds": """(SELECT jsonb_agg(jsonb_build_array(kind, delay_days, preferred_time, enabled))
        FROM public.clinic_kind_rules WHERE clinic_id = clinic_settings.clinic_id)""",
    "opted_out": """ARRAY(SELECT phone
        FROM public.opt_outs WHERE clinic_id = clinic_settings.clinic_id AND withdrawn_at IS NULL)""",
    "wrong": """(SELECT jsonb_object_agg(phone, told_at)
        FROM public.wrong_numbers WHERE clinic_id = clinic_settings.clinic_id AND undone_at IS NULL)""",
    "contacts": """(SELECT jsonb_agg(jsonb_build_array(phone, use_instead, suits))
        FROM public.owner_contacts WHERE clinic_id = clinic_settings.clinic_id AND withdrawn_at IS NULL)""",
    # asked for only where calls without one are held
    "consents": """(SELECT jsonb_agg(jsonb_build_array(phone, scope, kind)) FROM public.call_consents
        WHERE hold_without_consent AND clinic_id = clinic_settings.clinic_id AND withdrawn_at IS NULL)""",
    "words": """(SELECT jsonb_agg(jsonb_build_array(about, name, meaning))
        FROM public.practice_words WHERE clinic_id = clinic_settings.clinic_id AND meaning IS NOT NULL)""",
    # what a newer version knows that a sentence means is as if nobody had said it
    "sentences": """ARRAY(SELECT fingerprint FROM public.known_sentences
        WHERE clinic_id = clinic_settings.clinic_id AND meaning IN ('standard_text', 'another_animal'))""",
    "life": """(SELECT jsonb_agg(jsonb_build_array(name, value, is_alive))
        FROM public.neo_values WHERE clinic_id = clinic_settings.clinic_id AND is_alive IS NOT NULL)""",
    # as the platform declares it: a value that differs from it was chosen by somebody
    "usual_delay": """(SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
        JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = 'public.users'::regclass AND a.attname = 'call_delay_days')""",
}
_ALL = select(_SETTINGS, *(literal_column(sql).label(f"all_{name}") for name, sql in _LISTS.items()))


def rules_of(session: Session, user: UUID, clinic: UUID) -> Select[Any]:
    """The statement; `read_rules` reads its only row."""
    users = host_tables(session).users
    chosen: Any = literal_column("NULL")
    if "call_delay_days" in users.c:
        chosen = select(users.c.call_delay_days).where(users.c.id == user).scalar_subquery()
    attempts = func.idexx_app.max_attempts(clinic, user, type_=Integer)
    wanted = chosen.label("chosen_delay"), attempts.label("attempts")
    return _ALL.add_columns(*wanted).where(_SETTINGS.c.clinic_id == clinic)


def read_rules(row: Any) -> CallRules:
    """The rules, opt-outs and what people said of words and values included."""
    words = row.all_words or ()
    return CallRules(
        zone=zone_named(row.timezone),
        country=row.country,
        window_start=row.call_window_start,
        window_end=row.call_window_end,
        kinds=_kinds(row.all_kinds or (), row.chosen_delay, row.all_usual_delay),
        closed_weekdays=frozenset(row.closed_weekdays),
        closed_days=frozenset(row.closed_days),
        opted_out=frozenset(row.all_opted_out),
        review=row.review_mode,
        paused=row.calls_paused,
        types=_meanings(words, WordAbout.TYPE),
        products=_meanings(words, WordAbout.PRODUCT),
        life_answers=frozenset(LifeAnswer(*told) for told in row.all_life or ()),
        slot_size=row.slot_size,
        known_sentences=frozenset(row.all_sentences or ()),
        wrong_numbers={phone: datetime.fromisoformat(at) for phone, at in (row.all_wrong or {}).items()},
        contacts={phone: contact_of(*said) for phone, *said in row.all_contacts or ()},
        calls_per_day=row.calls_per_day,
        calls_per_month=row.calls_per_month,
        max_attempts=row.attempts,
        hours=calling_hours(),
        automated=row.caller == "system",
        hold_without_consent=row.hold_without_consent,
        consents=frozenset((phone, scope, kind) for phone, scope, kind in row.all_consents or ()),
    )


def _kinds(saved: Iterable[list[Any]], chosen: Any, usual: str | None) -> Mapping[VisitKind, KindRule]:
    """What the clinic saved; for other kinds the defaults, with the delay that the user chose."""
    delay = None if chosen is None or str(chosen) == usual else int(chosen)
    rules = {
        kind: rule if delay is None else replace(rule, delay_days=delay)
        for kind, rule in DEFAULT_KIND_RULES.items()
    }
    for kind, days, preferred, enabled in saved:
        if kind in list(VisitKind):  # a newer version may know more kinds
            rules[VisitKind(kind)] = KindRule(days, time.fromisoformat(preferred), enabled)
    return rules


def _meanings(words: Iterable[list[str]], about: WordAbout) -> dict[str, str]:
    """What people said of types or of products, by plain name; of two spellings the more careful one holds.

    What a newer version knows that a word means is as if nobody had said it.
    """
    known = [(plain(name), meant) for of, name, meant in words if of == about and meant in MEANINGS[about]]
    return dict(sorted(known, key=lambda each: each[1] == "end_of_life"))
