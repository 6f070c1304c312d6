"""What the clinic chose: how it syncs, when it calls; shared by its members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import clinic as clinic_models
from idexx_desktop.db.models import table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.call_rules import read_rules, rules_of
from idexx_desktop.db.repositories.host import clinic_phone, host_tables
from idexx_desktop.domain.days_off import NONE_OFF, DaysOff
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.local_time import zone_named, zone_to_show
from idexx_desktop.domain.neo_address import Suggestion
from idexx_desktop.domain.records import Clinic, NeoPace

_SETTINGS = table_of(clinic_models.ClinicSettings)
_KINDS = table_of(clinic_models.ClinicKindRule)
_MAY_RENAME = func.idexx_app.may_rename_clinic(_SETTINGS.c.clinic_id).label("may_rename")
_RENAME = text("SELECT idexx_app.rename_clinic(:clinic, :name)")


class SettingsRepository(ClinicRepository):
    """The clinic's settings. All but `begin` raise NO_PROFILE where the clinic has not been set up."""

    def begin(
        self, clinic: Clinic, neo_url: str, *, review: bool, now: datetime, closed: DaysOff = NONE_OFF
    ) -> bool:
        """Set the clinic up with the defaults of everything else. False where it is set up already."""
        statement = (
            insert(_SETTINGS)
            .values(
                clinic_id=self._clinic,
                review_mode=review,
                updated_at=now,
                neo_url=neo_url,
                closed_weekdays=sorted(closed.weekdays),
                closed_days=sorted(closed.days),
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
        asked = rules_of(self._session, self._user, self._clinic)
        return read_rules(self._required(self._first(asked)))

    def zone(self) -> ZoneInfo:
        """Where the clinic is."""
        return zone_named(self._settings().timezone)

    def save_call_rules(self, rules: CallRules, *, now: datetime) -> None:
        """Keep window, slots, tries, closed days and kinds; zone, review, pause and opt-outs have their own ways."""
        known = self.call_rules()
        self._save(
            {
                "call_window_start": rules.window_start,
                "call_window_end": rules.window_end,
                "closed_weekdays": sorted(rules.closed_weekdays),
                "closed_days": sorted(rules.closed_days),
                "slot_size": rules.slot_size,
                **_caps(rules),
                "caller": "system" if rules.automated else "people",
                "hold_without_consent": rules.hold_without_consent,
                # what the platform says holds on until somebody wants another number
                **({} if rules.max_attempts == known.max_attempts else {"max_attempts": rules.max_attempts}),
            },
            now,
        )
        before = known.kinds
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


def _caps(rules: CallRules) -> dict[str, int]:
    """Of rules that know none, the ones that are kept stay."""
    caps = {"calls_per_day": rules.calls_per_day, "calls_per_month": rules.calls_per_month}
    return {name: most for name, most in caps.items() if most is not None}


def _clinic_values(clinic: Clinic) -> dict[str, Any]:
    return {
        "timezone": clinic.timezone,
        "country": clinic.country,
        "clinic_phone": clinic.phone,
        "emergency_phone": clinic.emergency_phone,
    }
