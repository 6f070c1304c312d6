"""The services that need nothing but the clinic's records and the time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.clock import Clock

if TYPE_CHECKING:
    from idexx_desktop.services.calls import CallService
    from idexx_desktop.services.concerns import ConcernService
    from idexx_desktop.services.consents import ConsentService
    from idexx_desktop.services.deaths import DeathService
    from idexx_desktop.services.neo_words import NeoWordsService
    from idexx_desktop.services.numbers import NumberService
    from idexx_desktop.services.questions import QuestionService
    from idexx_desktop.services.reports import ReportService
    from idexx_desktop.services.sentences import SentenceService


class ClinicServices:
    """Each is made, and its module imported, at its first use."""

    records: ClinicRecords
    clock: Clock

    @cached_property
    def calls(self) -> CallService:
        """Discharge calls."""
        from idexx_desktop.services.calls import CallService

        return CallService(self.records, self.clock)

    @cached_property
    def concerns(self) -> ConcernService:
        """What owners were concerned about, until somebody answers."""
        from idexx_desktop.services.concerns import ConcernService

        return ConcernService(self.records, self.clock)

    @cached_property
    def consents(self) -> ConsentService:
        """What owners agreed to."""
        from idexx_desktop.services.consents import ConsentService

        return ConsentService(self.records, self.clock)

    @cached_property
    def reports(self) -> ReportService:
        """What came of visits and tries."""
        from idexx_desktop.services.reports import ReportService

        return ReportService(self.records, self.clock)

    @cached_property
    def neo_words(self) -> NeoWordsService:
        """What Neo's fields and values mean."""
        from idexx_desktop.services.neo_words import NeoWordsService

        return NeoWordsService(self.records, self.clock)

    @cached_property
    def deaths(self) -> DeathService:
        """Pets that died, as people tell it."""
        from idexx_desktop.services.deaths import DeathService

        return DeathService(self.records, self.clock)

    @cached_property
    def sentences(self) -> SentenceService:
        """Sentences for which visits are held, and what people say of them."""
        from idexx_desktop.services.sentences import SentenceService

        return SentenceService(self.records, self.clock)

    @cached_property
    def numbers(self) -> NumberService:
        """What people say of owners' numbers."""
        from idexx_desktop.services.numbers import NumberService

        return NumberService(self.records, self.clock)

    @cached_property
    def questions(self) -> QuestionService:
        """The questions of calls, and how often what was answered."""
        from idexx_desktop.services.questions import QuestionService

        return QuestionService(self.records)
