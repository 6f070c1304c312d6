"""One transaction of one user in one clinic, with every repository at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from idexx_desktop.db.trips import Trip, one_trip

if TYPE_CHECKING:
    from idexx_desktop.db.audit import AuditRepository
    from idexx_desktop.db.audit_chains import ChainRepository
    from idexx_desktop.db.leases import LeaseRepository
    from idexx_desktop.db.repositories.calls import CallRepository
    from idexx_desktop.db.repositories.cases import CaseRepository
    from idexx_desktop.db.repositories.claims import ClaimRepository
    from idexx_desktop.db.repositories.computers import ComputerListRepository, ComputerRequestRepository
    from idexx_desktop.db.repositories.concerns import ConcernRepository
    from idexx_desktop.db.repositories.consents import ConsentRepository
    from idexx_desktop.db.repositories.consultation_status import ConsultationStatusRepository
    from idexx_desktop.db.repositories.credentials import CookieRepository, CredentialRepository
    from idexx_desktop.db.repositories.deaths import DeathRepository
    from idexx_desktop.db.repositories.decisions import DecisionRepository
    from idexx_desktop.db.repositories.directory import DirectoryRepository
    from idexx_desktop.db.repositories.flagged_calls import FlaggedCalls
    from idexx_desktop.db.repositories.known_sentences import KnownSentenceRepository
    from idexx_desktop.db.repositories.ledger import LedgerRepository
    from idexx_desktop.db.repositories.neo_fields import NeoFieldRepository
    from idexx_desktop.db.repositories.notes import NotesRepository
    from idexx_desktop.db.repositories.opt_outs import OptOutRepository
    from idexx_desktop.db.repositories.outcomes import OutcomeRepository
    from idexx_desktop.db.repositories.owner_numbers import OwnerNumberRepository
    from idexx_desktop.db.repositories.practice_words import PracticeWordRepository
    from idexx_desktop.db.repositories.question_sets import QuestionSetRepository
    from idexx_desktop.db.repositories.readings import ReadingRepository
    from idexx_desktop.db.repositories.record_names import RecordNames
    from idexx_desktop.db.repositories.schedule import ScheduleRepository
    from idexx_desktop.db.repositories.sealed_keys import RecoveryKitRepository, SealedKeyRepository
    from idexx_desktop.db.repositories.sessions import MissedRepository, SessionRepository
    from idexx_desktop.db.repositories.set_aside import SetAsideRepository
    from idexx_desktop.db.repositories.settings import SettingsRepository
    from idexx_desktop.db.repositories.standing import StandingRepository
    from idexx_desktop.db.repositories.visits import VisitRepository

# well below the second after which the server looks for two who wait for each other, and ends one of them
_HARDLY_WAIT = text("SELECT set_config('lock_timeout', '100', true)")


class Busy(Exception):  # noqa: N818 - not an error: it is tried again with patience
    """Somebody else is writing what was to be written."""


class Transaction:
    """Repositories that share a session; each is made, and its module imported, at its first use."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        self.session = session
        self._whose = (session, user_id, clinic_id)

    def now(self) -> datetime:
        """When this transaction started, by the database's clock."""
        return self.session.execute(select(func.now())).scalar_one()

    def one_trip(self) -> AbstractContextManager[Trip]:
        """For writes whose results nobody looks at: see `trips.one_trip`."""
        return one_trip(self.session)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Whatever is written inside is taken back at the end: to learn what would come of it."""
        with self.session.begin_nested() as savepoint:
            try:
                yield
            finally:
                savepoint.rollback()

    @contextmanager
    def in_passing(self) -> Iterator[None]:
        """Wait for nobody inside: `Busy` where somebody else's transaction is in the way, and this one is over."""
        self.session.execute(_HARDLY_WAIT)
        try:
            yield
        except (DBAPIError, psycopg.Error) as error:
            original = error.orig if isinstance(error, DBAPIError) else error
            if not isinstance(original, psycopg.errors.LockNotAvailable):
                raise
            raise Busy from None

    @cached_property
    def credentials(self) -> CredentialRepository:
        """The sealed sign-in to Neo."""
        from idexx_desktop.db.repositories.credentials import CredentialRepository

        return CredentialRepository(*self._whose)

    @cached_property
    def cookies(self) -> CookieRepository:
        """The sealed cookies of Neo."""
        from idexx_desktop.db.repositories.credentials import CookieRepository

        return CookieRepository(*self._whose)

    @cached_property
    def computer_lists(self) -> ComputerListRepository:
        """The signed lists of the computers that share the sign-in."""
        from idexx_desktop.db.repositories.computers import ComputerListRepository

        return ComputerListRepository(*self._whose)

    @cached_property
    def computer_requests(self) -> ComputerRequestRepository:
        """The computers that ask to share it."""
        from idexx_desktop.db.repositories.computers import ComputerRequestRepository

        return ComputerRequestRepository(*self._whose)

    @cached_property
    def sealed_keys(self) -> SealedKeyRepository:
        """Its data keys, sealed to each of them."""
        from idexx_desktop.db.repositories.sealed_keys import SealedKeyRepository

        return SealedKeyRepository(*self._whose)

    @cached_property
    def recovery_kit(self) -> RecoveryKitRepository:
        """The recovery kit that counts now."""
        from idexx_desktop.db.repositories.sealed_keys import RecoveryKitRepository

        return RecoveryKitRepository(*self._whose)

    @cached_property
    def sessions(self) -> SessionRepository:
        """The syncs."""
        from idexx_desktop.db.repositories.sessions import SessionRepository

        return SessionRepository(*self._whose)

    @cached_property
    def missed(self) -> MissedRepository:
        """The syncs that were due and did not start."""
        from idexx_desktop.db.repositories.sessions import MissedRepository

        return MissedRepository(*self._whose)

    @cached_property
    def visits(self) -> VisitRepository:
        """The visits, each with its state and reason."""
        from idexx_desktop.db.repositories.visits import VisitRepository

        return VisitRepository(*self._whose)

    @cached_property
    def set_aside(self) -> SetAsideRepository:
        """The calls that a switch of the clinic took back."""
        from idexx_desktop.db.repositories.set_aside import SetAsideRepository

        return SetAsideRepository(*self._whose)

    @cached_property
    def record_names(self) -> RecordNames:
        """Whom rows of the activity record are about."""
        from idexx_desktop.db.repositories.record_names import RecordNames

        return RecordNames(*self._whose)

    @cached_property
    def standing(self) -> StandingRepository:
        """What holds for a visit at the moment of its write."""
        from idexx_desktop.db.repositories.standing import StandingRepository

        return StandingRepository(*self._whose)

    @cached_property
    def notes(self) -> NotesRepository:
        """The texts of the visits."""
        from idexx_desktop.db.repositories.notes import NotesRepository

        return NotesRepository(*self._whose)

    @cached_property
    def readings(self) -> ReadingRepository:
        """What was last read of each visit, whole."""
        from idexx_desktop.db.repositories.readings import ReadingRepository

        return ReadingRepository(*self._whose)

    @cached_property
    def consultations(self) -> ConsultationStatusRepository:
        """The seed's row of each consultation."""
        from idexx_desktop.db.repositories.consultation_status import ConsultationStatusRepository

        return ConsultationStatusRepository(*self._whose)

    @cached_property
    def cases(self) -> CaseRepository:
        """Cases and patients of the clinic's platform."""
        from idexx_desktop.db.repositories.cases import CaseRepository

        return CaseRepository(*self._whose)

    @cached_property
    def calls(self) -> CallRepository:
        """The discharge calls."""
        from idexx_desktop.db.repositories.calls import CallRepository

        return CallRepository(*self._whose)

    @cached_property
    def concerns(self) -> ConcernRepository:
        """What owners were concerned about, and what was done about it."""
        from idexx_desktop.db.repositories.concerns import ConcernRepository

        return ConcernRepository(*self._whose)

    @cached_property
    def flagged_calls(self) -> FlaggedCalls:
        """The calls that a calling system flagged."""
        from idexx_desktop.db.repositories.flagged_calls import FlaggedCalls

        return FlaggedCalls(*self._whose)

    @cached_property
    def ledger(self) -> LedgerRepository:
        """How visits ended, and which tries were made."""
        from idexx_desktop.db.repositories.ledger import LedgerRepository

        return LedgerRepository(*self._whose)

    @cached_property
    def decisions(self) -> DecisionRepository:
        """What people decided about visits."""
        from idexx_desktop.db.repositories.decisions import DecisionRepository

        return DecisionRepository(*self._whose)

    @cached_property
    def consents(self) -> ConsentRepository:
        """What owners agreed to."""
        from idexx_desktop.db.repositories.consents import ConsentRepository

        return ConsentRepository(*self._whose)

    @cached_property
    def claims(self) -> ClaimRepository:
        """Who is calling now."""
        from idexx_desktop.db.repositories.claims import ClaimRepository

        return ClaimRepository(*self._whose)

    @cached_property
    def deaths(self) -> DeathRepository:
        """What people told of pets that died."""
        from idexx_desktop.db.repositories.deaths import DeathRepository

        return DeathRepository(*self._whose)

    @cached_property
    def outcomes(self) -> OutcomeRepository:
        """What came of calls."""
        from idexx_desktop.db.repositories.outcomes import OutcomeRepository

        return OutcomeRepository(*self._whose)

    @cached_property
    def opt_outs(self) -> OptOutRepository:
        """The numbers that must not be called."""
        from idexx_desktop.db.repositories.opt_outs import OptOutRepository

        return OptOutRepository(*self._whose)

    @cached_property
    def numbers(self) -> OwnerNumberRepository:
        """What people said of owners' numbers, and the calls to them."""
        from idexx_desktop.db.repositories.owner_numbers import OwnerNumberRepository

        return OwnerNumberRepository(*self._whose)

    @cached_property
    def neo_fields(self) -> NeoFieldRepository:
        """What Neo sends, and what its values mean."""
        from idexx_desktop.db.repositories.neo_fields import NeoFieldRepository

        return NeoFieldRepository(*self._whose)

    @cached_property
    def practice_words(self) -> PracticeWordRepository:
        """The practice's own words, and what people said of them."""
        from idexx_desktop.db.repositories.practice_words import PracticeWordRepository

        return PracticeWordRepository(*self._whose)

    @cached_property
    def known_sentences(self) -> KnownSentenceRepository:
        """What people said of sentences."""
        from idexx_desktop.db.repositories.known_sentences import KnownSentenceRepository

        return KnownSentenceRepository(*self._whose)

    @cached_property
    def question_sets(self) -> QuestionSetRepository:
        """The questions of calls, and what was answered."""
        from idexx_desktop.db.repositories.question_sets import QuestionSetRepository

        return QuestionSetRepository(*self._whose)

    @cached_property
    def settings(self) -> SettingsRepository:
        """The clinic's settings and call rules."""
        from idexx_desktop.db.repositories.settings import SettingsRepository

        return SettingsRepository(*self._whose)

    @cached_property
    def schedule(self) -> ScheduleRepository:
        """When the clinic syncs."""
        from idexx_desktop.db.repositories.schedule import ScheduleRepository

        return ScheduleRepository(*self._whose)

    @cached_property
    def directory(self) -> DirectoryRepository:
        """Whom and which clinics an admin may look at."""
        from idexx_desktop.db.repositories.directory import DirectoryRepository

        return DirectoryRepository(*self._whose)

    @cached_property
    def audit(self) -> AuditRepository:
        """The activity record."""
        from idexx_desktop.db.audit import AuditRepository

        return AuditRepository(*self._whose)

    @cached_property
    def chains(self) -> ChainRepository:
        """The activity record as its chains of hashes."""
        from idexx_desktop.db.audit_chains import ChainRepository

        return ChainRepository(*self._whose)

    @cached_property
    def leases(self) -> LeaseRepository:
        """Who may sync now."""
        from idexx_desktop.db.leases import LeaseRepository

        return LeaseRepository(*self._whose)
