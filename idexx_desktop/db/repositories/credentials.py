"""The sealed sign-in to Neo and its cookies. What is sealed stays sealed here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import seed, table_of, visits
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SealedCookies, SealedCredentials

_CREDENTIALS = table_of(seed.Credential)
_COOKIES = table_of(visits.NeoCookies)
_NOTHING = ""


class CredentialRepository(ClinicRepository):
    """One user has one sign-in, for one clinic."""

    def get(self) -> SealedCredentials | None:
        """The saved sign-in; None where there is none, or only its id is reserved."""
        row = self._first(
            select(_CREDENTIALS).where(self._mine(), _CREDENTIALS.c.encrypted_password != _NOTHING)
        )
        return None if row is None else _credentials(row)

    def hold(self) -> SealedCredentials | None:
        """As `get`, and until the end of the transaction nobody else changes the sign-in or seals for it."""
        row = self._first(
            select(_CREDENTIALS)
            .where(self._mine(), _CREDENTIALS.c.encrypted_password != _NOTHING)
            .with_for_update(key_share=True)
        )
        return None if row is None else _credentials(row)

    def keys_in_use(self) -> set[str]:
        """The ids of the keys that any sign-in or cookies of this login refer to, whatever their clinic.

        They stay so until the end of the transaction; what others were writing just now is waited for.
        """
        rows = self._rows(select(_CREDENTIALS.c.encryption_key_id).with_for_update(read=True))
        # a look of its own: cookies are written under the sign-in's lock, so now all of them can be seen
        rows += self._rows(select(_COOKIES.c.encryption_key_id))
        return {row.encryption_key_id for row in rows} - {_NOTHING}

    def reserve(self) -> str:
        """The id that the texts are sealed to; the database gives it, so the row comes before its texts.

        It is held as by `hold`, so the key to seal with is asked for after this. INVALID_INPUT where this user's
        sign-in belongs to another clinic.
        """
        empty = {
            "user_id": self._user,
            "clinic_id": self._clinic,
            "encrypted_username": _NOTHING,
            "encrypted_password": _NOTHING,
            "encryption_key_id": _NOTHING,
            "validation_status": "unknown",
        }
        self._session.execute(insert(_CREDENTIALS).values(empty).on_conflict_do_nothing())
        mine = select(_CREDENTIALS.c.id).where(self._mine()).with_for_update(key_share=True)
        found = self._session.execute(mine).scalar()
        if found is None:
            raise Failure(FailureCode.INVALID_INPUT, "this user's Neo sign-in belongs to another clinic")
        return str(found)

    def save(
        self,
        credential_id: str,
        *,
        company_id: str | None,
        username: str,
        password: str,
        key_id: str,
        neo_url: str,
        status: str,
        validated_at: datetime | None,
        now: datetime,
    ) -> SealedCredentials:
        """Put the sealed texts in; syncing is no longer suspended, and the former cookies are gone.

        DATABASE_REFUSED where the row is no longer there.
        """
        statement = (
            update(_CREDENTIALS)
            .where(self._mine(), _CREDENTIALS.c.id == UUID(credential_id))
            .values(
                clinic_id=self._clinic,
                encrypted_company_id=company_id,
                encrypted_username=username,
                encrypted_password=password,
                encryption_key_id=key_id,
                neo_url=neo_url,
                validation_status=status,
                last_validated_at=validated_at,
                version=_CREDENTIALS.c.version + 1,
                suspended_code=None,
                suspended_at=None,
                updated_at=now,
            )
            .returning(*_CREDENTIALS.c)
        )
        row = self._first(statement)
        if row is None:
            raise Failure(FailureCode.DATABASE_REFUSED, "the Neo sign-in was removed in the meantime")
        self._drop_cookies()
        return _credentials(row)

    def reseal(
        self,
        row: SealedCredentials,
        *,
        company_id: str,
        username: str,
        password: str,
        key_id: str,
        neo_url: str | None,
        now: datetime,
    ) -> bool:
        """Put the same texts in, sealed with another key or for another address; version and cookies stay.

        False where the sign-in is no longer what `row` says.
        """
        statement = update(_CREDENTIALS).where(
            self._mine(),
            _CREDENTIALS.c.id == UUID(row.id),
            _CREDENTIALS.c.version == row.version,
            _CREDENTIALS.c.encryption_key_id == row.encryption_key_id,
        )
        values = {
            "encrypted_company_id": company_id,
            "encrypted_username": username,
            "encrypted_password": password,
            "encryption_key_id": key_id,
            "neo_url": neo_url,
            "updated_at": now,
        }
        return self._changed(statement.values(values)) > 0

    def mark(self, status: str, at: datetime) -> bool:
        """What Neo said of the sign-in: `valid`, `invalid` or `unknown`. False where there is none."""
        values: dict[str, Any] = {"validation_status": status, "updated_at": at}
        if status == "valid":
            values["last_validated_at"] = at
        return self._set(values)

    def suspend(self, code: FailureCode, at: datetime, *, rejected: bool) -> bool:
        """No sign-in until a person has acted. `rejected`: Neo refused the sign-in, so its cookies go."""
        values: dict[str, Any] = {"suspended_code": str(code), "suspended_at": at, "updated_at": at}
        if rejected:
            values["validation_status"] = "invalid"
        found = self._set(values)
        if rejected:
            self._drop_cookies()  # after the row: whoever holds it may be writing cookies
        return found

    def resume(self, at: datetime) -> bool:
        """Sign-ins may go on. False where there is no sign-in."""
        return self._set({"suspended_code": None, "suspended_at": None, "updated_at": at})

    def forget(self) -> bool:
        """Delete the sign-in; its cookies go with it. False where there was none."""
        return self._changed(delete(_CREDENTIALS).where(self._mine())) > 0

    def _mine(self) -> ColumnElement[bool]:
        clinic = _CREDENTIALS.c.clinic_id
        return and_(_CREDENTIALS.c.user_id == self._user, or_(clinic == self._clinic, clinic.is_(None)))

    def _set(self, values: dict[str, Any]) -> bool:
        return self._changed(update(_CREDENTIALS).where(self._mine()).values(values)) > 0

    def _drop_cookies(self) -> None:
        self._session.execute(delete(_COOKIES).where(_COOKIES.c.user_id == self._user))


class CookieRepository(ClinicRepository):
    """Neo's session cookies, sealed to one version of one credential."""

    def get(self) -> SealedCookies | None:
        """The cookies of the sign-in as it is now; those of a former version are never returned."""
        row = self._first(
            select(_COOKIES)
            .join(_CREDENTIALS, _CREDENTIALS.c.id == _COOKIES.c.credential_id)
            .where(
                _COOKIES.c.user_id == self._user,
                _CREDENTIALS.c.user_id == self._user,
                func.coalesce(_CREDENTIALS.c.clinic_id, self._clinic) == self._clinic,
                _COOKIES.c.credential_version == _CREDENTIALS.c.version,
            )
        )
        if row is None:
            return None
        return SealedCookies(
            credential_id=str(row.credential_id),
            credential_version=row.credential_version,
            encryption_key_id=row.encryption_key_id,
            encrypted_cookies=row.encrypted_cookies,
            updated_at=row.updated_at,
        )

    def put(self, credential_id: str, version: int, key_id: str, text: str, *, now: datetime) -> None:
        """Keep sealed cookies in place of those that were there."""
        values = {
            "credential_version": version,
            "encryption_key_id": key_id,
            "encrypted_cookies": text,
            "updated_at": now,
        }
        self._session.execute(
            insert(_COOKIES)
            .values(credential_id=UUID(credential_id), user_id=self._user, **values)
            .on_conflict_do_update(index_elements=["credential_id"], set_=values)
        )

    def reseal(self, kept: SealedCookies, *, key_id: str, text: str, now: datetime) -> bool:
        """Put the same cookies in, sealed with another key. False where they are no longer what `kept` says."""
        statement = update(_COOKIES).where(
            _COOKIES.c.user_id == self._user,
            _COOKIES.c.credential_id == UUID(kept.credential_id),
            _COOKIES.c.credential_version == kept.credential_version,
            _COOKIES.c.encryption_key_id == kept.encryption_key_id,
        )
        values = {"encryption_key_id": key_id, "encrypted_cookies": text, "updated_at": now}
        return self._changed(statement.values(values)) > 0

    def delete(self) -> bool:
        """Forget the cookies. False where there were none."""
        return self._changed(delete(_COOKIES).where(_COOKIES.c.user_id == self._user)) > 0


def _credentials(row: Any) -> SealedCredentials:
    return SealedCredentials(
        id=str(row.id),
        user_id=str(row.user_id),
        clinic_id=None if row.clinic_id is None else str(row.clinic_id),
        encrypted_company_id=row.encrypted_company_id,
        encrypted_username=row.encrypted_username,
        encrypted_password=row.encrypted_password,
        encryption_key_id=row.encryption_key_id,
        validation_status=row.validation_status or "unknown",
        last_validated_at=row.last_validated_at,
        version=row.version,
        suspended_code=row.suspended_code,
        suspended_at=row.suspended_at,
        updated_at=row.updated_at,
        neo_url=row.neo_url,
    )
