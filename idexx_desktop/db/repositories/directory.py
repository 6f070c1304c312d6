"""Whom and which clinics an admin may look at, and the state of each clinic's sign-ins. No secret is in reach."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import text

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.overview import SignInState
from idexx_desktop.domain.records import ClinicRef, PersonRef

_IS_ADMIN = text("SELECT idexx_app.is_admin()")
# in an adopted database `users` and `clinics` hold many who have nothing to do with this program
_PEOPLE = text("""
    SELECT u.id::text, COALESCE(u.email, '') AS email FROM public.users u
    WHERE u.id IN (SELECT m.user_id FROM public.clinic_members m) AND (SELECT idexx_app.is_admin())
    ORDER BY lower(u.email), u.id
""")
# an adopted `clinics` may lack `timezone`, hence the way through JSON
_CLINICS = text("""
    SELECT c.id::text, c.name, COALESCE(s.timezone, to_jsonb(c) ->> 'timezone', '') AS timezone
    FROM public.clinics c LEFT JOIN public.clinic_settings s ON s.clinic_id = c.id
    WHERE c.id IN (SELECT m.clinic_id FROM public.clinic_members m) AND (SELECT idexx_app.is_admin())
    ORDER BY lower(c.name), c.id
""")
# what a login can export is its own rows in its clinics, or, as an admin, everybody's
_EXPORTED = text("""
    SELECT COALESCE(c.name, '') FROM public.clinics c
    WHERE c.id IN (SELECT m.clinic_id FROM public.clinic_members m
                   WHERE m.user_id = :user_id OR (SELECT idexx_app.is_admin()))
    ORDER BY lower(c.name), c.id
""")
_BEGINS_WITH_ALL = text("""
    SELECT (SELECT count(*) FROM idexx_app.my_clinics()) > 1 OR NOT EXISTS (
      SELECT FROM public.visits v WHERE v.user_id = :user_id AND v.clinic_id = :clinic_id)
""")
# no row policy lets an admin read a sign-in; this function gives its state and nothing that is sealed
_SIGN_INS = text("""
    SELECT c.clinic_id::text, COALESCE(u.email, '') AS email, COALESCE(c.validation_status, 'unknown') AS state,
      c.suspended_code, c.last_validated_at
    FROM idexx_app.credential_states() c JOIN public.users u ON u.id = c.user_id
    WHERE c.clinic_id IS NOT NULL ORDER BY lower(u.email), u.id
""")


class DirectoryRepository(ClinicRepository):
    """What an admin reads of people and clinics; for everybody else it is empty."""

    def is_admin(self) -> bool:
        """Whether this login reads the rows of others."""
        return bool(self._session.execute(_IS_ADMIN).scalar())

    def people(self) -> list[PersonRef]:
        """The members of all clinics, by e-mail address."""
        return [PersonRef(row.id, row.email) for row in self._rows(_PEOPLE)]

    def clinics(self) -> list[ClinicRef]:
        """The clinics that have members, by name."""
        return [ClinicRef(row.id, row.name, _known(row.timezone)) for row in self._rows(_CLINICS)]

    def exported_clinics(self) -> list[str]:
        """The names of the clinics that this login's activity record is of."""
        return [str(row[0]) for row in self._session.execute(_EXPORTED, {"user_id": self._user})]

    def begins_with_all(self) -> bool:
        """Whether this login works for several clinics, or has no visits of its own."""
        values = {"user_id": self._user, "clinic_id": self._clinic}
        return bool(self._session.execute(_BEGINS_WITH_ALL, values).scalar())

    def sign_ins(self) -> dict[str, list[SignInState]]:
        """The state of every Neo sign-in, by the clinic's id."""
        found: dict[str, list[SignInState]] = {}
        for row in self._rows(_SIGN_INS):
            state = SignInState(row.email, row.state, row.suspended_code, row.last_validated_at)
            found.setdefault(row.clinic_id, []).append(state)
        return found


def _known(timezone: str) -> str:
    """The same; "" for what is no time zone: a platform may keep any text."""
    try:
        return ZoneInfo(timezone).key
    except (ValueError, OSError, LookupError):
        return ""
