"""What the clinic chose: how it syncs, when it calls; shared by its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import clinic as clinic_models
from idexx_desktop.db.models import table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.host import clinic_phone, host_tables
from idexx_desktop.db.repositories.neo_fields import NeoFieldRepository
from idexx_desktop.db.repositories.opt_outs import OptOutRepository
from idexx_desktop.db.repositories.practice_words import PracticeWordRepository
from idexx_desktop.domain.decisions import DEFAULT_KIND_RULES, CallRules, KindRule
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.local_time import zone_named, zone_to_show
from idexx_desktop.domain.neo_address import Suggestion
from idexx_desktop.domain.practice_words import WordAbout
from idexx_desktop.domain.records import Clinic, NeoPace
from idexx_desktop.domain.visits import VisitKind

_SETTINGS = table_of(clinic_models.ClinicSettings)
_KINDS = table_of(clinic_models.ClinicKindRule)
_MAY_RENAME = func.idexx_app.may_rename_clinic(_SETTINGS.c.clinic_id).label("may_rename")
_RENAME = text("SELECT idexx_app.rename_clinic(:clinic, :name)")
# the default as the platform declares it: a value that differs from it was chosen by somebody
_DEFAULT_DELAY = text("""
    SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.adrelid = 'public.users'::regclass AND a.attname = 'call_delay_days'
""")


class SettingsRepository(ClinicRepository):
    """The clinic's settings. All but `begin` raise NO_PROFILE where the clinic has not been set up."""

    def begin(self, clinic: Clinic, neo_url: str, *, review: bool, now: datetime) -> bool:
        """Set the clinic up with the defaults of everything else. False where it is set up already."""
        statement = (
            insert(_SETTINGS)
            .values(
                clinic_id=self._clinic,
                review_mode=review,
                updated_at=now,
                neo_url=neo_url,
                **_clinic_values(clinic),
            )
            .on_conflict_do_nothing()
        )
        return self._changed(statement) > 0

    def clinic(self) -> Clinic:
        """Name, time zone, country and numbers of the clinic."""
        tables = host_tables(self._session)
        clinics = tables.clinics
        found = (
            select(_SETTINGS, clinics.c.name, clinic_phone(tables).label("phone"), _MAY_RENAME)
            .join(clinics, clinics.c.id == _SETTINGS.c.clinic_id)
            .where(_SETTINGS.c.clinic_id == self._clinic)
        )
        row = self._required(self._first(found))
        return Clinic(
            clinic_id=str(self._clinic),
            name=row.name,
            timezone=zone_to_show(row.timezone),
            phone=row.phone,
            country=row.country,
            emergency_phone=row.emergency_phone,
            may_rename=row.may_rename,
        )

    def save_clinic(self, clinic: Clinic, *, now: datetime) -> None:
        """Keep zone, country and numbers; for the name see `rename`."""
        self._save(_clinic_values(clinic), now)

    def rename(self, name: str) -> bool:
        """Correct the clinic's name. False where another clinic has it; DATABASE_REFUSED where this login may not."""
        return bool(self._session.execute(_RENAME, {"clinic": self._clinic, "name": name}).scalar_one())

    def pace(self) -> NeoPace:
        """How gently the clinic's syncs ask Neo."""
        row = self._settings()
        return NeoPace(row.concurrency, row.requests_per_second)

    def save_pace(self, pace: NeoPace, *, now: datetime) -> None:
        """Keep it."""
        values = {"concurrency": pace.concurrency, "requests_per_second": pace.requests_per_second}
        self._save(values, now)

    def suggested_address(self) -> Suggestion:
        """What the clinic's members were told of where Neo is: any of them may have written it."""
        row = self._settings()
        return Suggestion(row.neo_url, row.neo_url_set_by or "", row.neo_url_set_at)

    def suggest_address(self, address: str, *, now: datetime) -> None:
        """Tell the other members; each is asked on their own computer. The database notes who wrote it and when."""
        self._save({"neo_url": address}, now)

    def notes_kept_days(self) -> int:
        """For how many days the texts of notes are kept."""
        return int(self._settings().notes_kept_days)

    def review(self) -> bool:
        """Whether calls are only shown, not scheduled."""
        return bool(self._settings().review_mode)

    def set_review(self, on: bool, *, now: datetime) -> None:
        """Start or end review mode."""
        self._save({"review_mode": on}, now)

    def paused(self) -> bool:
        """Whether all calls are paused."""
        return bool(self._settings().calls_paused)

    def lock_flags(self) -> tuple[bool, bool]:
        """(paused, review), which nobody can change until the transaction ends."""
        flags = select(_SETTINGS.c.calls_paused, _SETTINGS.c.review_mode)
        row = self._required(
            self._first(flags.where(_SETTINGS.c.clinic_id == self._clinic).with_for_update(read=True))
        )
        return bool(row.calls_paused), bool(row.review_mode)

    def set_paused(self, on: bool, *, now: datetime) -> None:
        """Pause all calls, or go on."""
        self._save({"calls_paused": on}, now)

    def changed_at(self) -> datetime:
        """When anything of them was changed last."""
        at: datetime = self._settings().updated_at
        return at

    def call_rules(self) -> CallRules:
        """Everything that the rules of a call need, opt-outs included."""
        row = self._settings()
        words = PracticeWordRepository(self._session, str(self._user), str(self._clinic))
        return CallRules(
            zone=zone_named(row.timezone),
            country=row.country,
            window_start=row.call_window_start,
            window_end=row.call_window_end,
            kinds=self._kinds(),
            closed_weekdays=frozenset(row.closed_weekdays),
            closed_days=frozenset(row.closed_days),
            opted_out=OptOutRepository(self._session, str(self._user), str(self._clinic)).numbers(),
            review=row.review_mode,
            paused=row.calls_paused,
            types=words.meanings(WordAbout.TYPE),
            products=words.meanings(WordAbout.PRODUCT),
            life_answers=NeoFieldRepository(self._session, str(self._user), str(self._clinic)).answers(),
            slot_size=row.slot_size,
        )

    def save_call_rules(self, rules: CallRules, *, now: datetime) -> None:
        """Keep window, slots, closed days and kinds; zone, review, pause and opt-outs have their own ways."""
        self._save(
            {
                "call_window_start": rules.window_start,
                "call_window_end": rules.window_end,
                "closed_weekdays": sorted(rules.closed_weekdays),
                "closed_days": sorted(rules.closed_days),
                "slot_size": rules.slot_size,
            },
            now,
        )
        before = self._kinds()
        for kind, rule in rules.kinds.items():
            if before.get(kind) == rule:
                continue  # what was not changed is not recorded as changed
            values = {
                "delay_days": rule.delay_days,
                "preferred_time": rule.preferred,
                "enabled": rule.enabled,
            }
            self._session.execute(
                insert(_KINDS)
                .values(clinic_id=self._clinic, kind=str(kind), **values)
                .on_conflict_do_update(index_elements=["clinic_id", "kind"], set_=values)
            )

    def _settings(self) -> Any:
        return self._required(self._first(select(_SETTINGS).where(_SETTINGS.c.clinic_id == self._clinic)))

    def _required(self, row: Any) -> Any:
        if row is None:
            raise Failure(FailureCode.NO_PROFILE, "the clinic has no settings yet")
        return row

    def _save(self, values: Mapping[str, Any], now: datetime) -> None:
        statement = update(_SETTINGS).where(_SETTINGS.c.clinic_id == self._clinic)
        if not self._changed(statement.values(**values, updated_at=now)):
            self._required(None)

    def _kinds(self) -> dict[VisitKind, KindRule]:
        """What the clinic saved; for other kinds the defaults, with the delay that the user chose."""
        delay = self._chosen_delay()
        rules = {
            kind: rule if delay is None else replace(rule, delay_days=delay)
            for kind, rule in DEFAULT_KIND_RULES.items()
        }
        for row in self._rows(select(_KINDS).where(_KINDS.c.clinic_id == self._clinic)):
            if row.kind in list(VisitKind):  # a newer version may know more kinds
                rules[VisitKind(row.kind)] = KindRule(row.delay_days, row.preferred_time, row.enabled)
        return rules

    def _chosen_delay(self) -> int | None:
        """The user's `call_delay_days` where it differs from the column's default."""
        users = host_tables(self._session).users
        if "call_delay_days" not in users.c:
            return None
        chosen = self._session.execute(
            select(users.c.call_delay_days).where(users.c.id == self._user)
        ).scalar()
        default = self._session.execute(_DEFAULT_DELAY).scalar()
        return None if chosen is None or str(chosen) == default else int(chosen)


def _clinic_values(clinic: Clinic) -> dict[str, Any]:
    return {
        "timezone": clinic.timezone,
        "country": clinic.country,
        "clinic_phone": clinic.phone,
        "emergency_phone": clinic.emergency_phone,
    }
