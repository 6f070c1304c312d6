"""What the clinic chose: schedule, speed towards Neo, rules of the calls, its own name and number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.addresses import is_same_site
from idexx_desktop.domain.attempts import MOST_ATTEMPTS
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import (
    LARGEST_SLOT_SIZE,
    MOST_CALLS_PER_DAY,
    MOST_CALLS_PER_MONTH,
    CallRules,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.local_time import zones_everywhere
from idexx_desktop.domain.phones import can_be_spoken
from idexx_desktop.domain.records import LONGEST_NAME, Clinic, NeoPace, ScheduleRecord, SyncSettings
from idexx_desktop.domain.schedule import next_due
from idexx_desktop.services import holidays
from idexx_desktop.services.neo_address import NeoAddressService
from idexx_desktop.sync.deciding import redecide, tell_anew

SHORTEST_HOURS, LONGEST_HOURS = 0.25, 24.0  # as the database checks it, too


@dataclass(frozen=True, slots=True)
class SettingsService:
    """Every method blocks; what is saved is checked first (INVALID_INPUT), and recorded by the database itself.

    A rule of the calls takes effect at once, on the calls that are still queued. `clinic_saved` is told of the
    clinic as it is after a change. `neo` holds what is this computer's own of how Neo is reached.
    """

    records: ClinicRecords
    clock: Clock
    clinic_saved: Callable[[Clinic], None]
    neo: NeoAddressService

    def schedule(self) -> ScheduleRecord:
        """When syncs run."""
        with self.records.transaction() as tx:
            return tx.schedule.get()

    def save_schedule(self, schedule: ScheduleRecord) -> ScheduleRecord:
        """Keep the schedule, with the next due instant computed anew."""
        if not SHORTEST_HOURS <= schedule.every_hours <= LONGEST_HOURS:
            raise _refused(
                f"Between {SHORTEST_HOURS:g} and {LONGEST_HOURS:g} hours from one sync to the next."
            )
        if schedule.open_time == schedule.close_time:
            raise _refused("The clinic's hours must not begin and end at the same time.")
        if not schedule.open_weekdays:
            raise _refused("Choose at least one day.")
        with self.records.transaction() as tx:
            tx.schedule.save(schedule, now=self.clock.now())
            return self._refresh(tx)

    def pause_until(self, instant: datetime | None) -> ScheduleRecord:
        """No sync by itself before this instant; None resumes."""
        with self.records.transaction() as tx:
            tx.schedule.save(replace(tx.schedule.get(), paused_until=instant), now=self.clock.now())
            return self._refresh(tx)

    def holidays_are_offered(self) -> bool:
        """Whether public holidays can be looked up here."""
        return holidays.are_offered()

    def holiday_regions(self) -> list[tuple[str, str]]:
        """(code, name) of the regions of the clinic's country."""
        return holidays.regions(self.clinic().country)

    def public_holidays(self, region: str | None) -> frozenset[date]:
        """The holidays of the clinic's country, and of a region of it, from today to the end of the next year."""
        clinic = self.clinic()
        today = self.clock.now().astimezone(ZoneInfo(clinic.timezone)).date()
        return holidays.public_holidays(clinic.country, region, today)

    def sync_settings(self) -> SyncSettings:
        """How Neo is reached from this computer; without an address where nobody has confirmed one here."""
        with self.records.transaction() as tx:
            pace = tx.settings.pace()
        address, browser = self.neo.place().address, self.neo.browser_path()
        return SyncSettings(address, pace.concurrency, pace.requests_per_second, browser)

    def save_sync_settings(self, settings: SyncSettings) -> None:
        """Keep speed, browser and, where it was changed, the address."""
        if not 1 <= settings.concurrency <= 20 or not 0 <= settings.requests_per_second <= 100:
            raise _refused("Between 1 and 20 at a time, and at most 100 a second.")
        if not is_same_site(settings.neo_url, self.sync_settings().neo_url):
            self.neo.use(settings.neo_url)
        self.neo.choose_browser(settings.browser_path)
        with self.records.transaction() as tx:
            pace = NeoPace(settings.concurrency, settings.requests_per_second)
            tx.settings.save_pace(pace, now=self.clock.now())

    def call_rules(self) -> CallRules:
        """The rules of the calls, with the numbers that opted out."""
        with self.records.transaction() as tx:
            return tx.settings.call_rules()

    def save_call_rules(self, rules: CallRules) -> None:
        """Keep the rules; opt-outs, review and pause have ways of their own."""
        if rules.window_start >= rules.window_end:
            raise _refused("The hours for calls must end after they begin.")
        if not 1 <= rules.slot_size <= LARGEST_SLOT_SIZE:
            raise _refused(f"Between 1 and {LARGEST_SLOT_SIZE} calls in 15 minutes.")
        for most, limit in (
            (rules.calls_per_day, MOST_CALLS_PER_DAY),
            (rules.calls_per_month, MOST_CALLS_PER_MONTH),
        ):
            if most is not None and not 1 <= most <= limit:
                raise _refused(f"Between 1 and {limit} calls to one number.")
        if not 1 <= rules.max_attempts <= MOST_ATTEMPTS:
            raise _refused(f"Between 1 and {MOST_ATTEMPTS} tries.")
        with self.records.transaction() as tx:
            tx.settings.save_call_rules(rules, now=self.clock.now())
            self._refresh(tx)
            redecide(tx, self.clock.now())

    def clinic(self) -> Clinic:
        """Name, time zone, number and country."""
        with self.records.transaction() as tx:
            return tx.settings.clinic()

    def save_clinic(self, clinic: Clinic) -> None:
        """Keep name, time zone, numbers and country; queued calls say the new name and numbers at once.

        INVALID_INPUT for a number that can't be dialled, and a name that none is; DATABASE_REFUSED for another name
        where this login may not correct it.
        """
        check_zone(clinic.timezone)
        with self.records.transaction() as tx:
            before = tx.settings.clinic()
            for number, known in (
                (clinic.phone, before.phone),
                (clinic.emergency_phone, before.emergency_phone),
            ):
                if number != known and not can_be_spoken(number, clinic.country):
                    raise _refused(f"“{number[:40]}” can't be dialled, so it isn't said in calls.")
            if clinic.name != before.name:
                _rename(tx, clinic.name)
            tx.settings.save_clinic(clinic, now=self.clock.now())
            self._refresh(tx)
            redecide(tx, self.clock.now())
            tell_anew(tx, self.clock.now())
            kept = tx.settings.clinic()
        self.clinic_saved(kept)

    def _refresh(self, tx: Transaction) -> ScheduleRecord:
        zone = tx.settings.zone()
        tx.schedule.set_next_due(next_due(tx.schedule.get(), zone, self.clock.now()))
        return tx.schedule.get()


def _rename(tx: Transaction, name: str) -> None:
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise _refused(f"A clinic's name has up to {LONGEST_NAME} characters.")
    if not tx.settings.clinic().may_rename:
        title = "This login may not correct the clinic's name."
        advice = "An admin can, or whoever looks after your clinic's server."
        raise Failure(FailureCode.DATABASE_REFUSED, "rename", title=title, advice=advice)
    if not tx.settings.rename(name):
        raise _refused(f"Another clinic of these records is called “{name}”.")


def check_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; INVALID_INPUT where there is none, or where only this computer knows it."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _refused(f"“{name}” is no time zone; it looks like America/Los_Angeles.") from None
    if name not in zones_everywhere():
        raise _refused(f"Only this computer knows the time zone “{name}”; it looks like America/Los_Angeles.")
    return zone


def _refused(title: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "settings", title=title)
