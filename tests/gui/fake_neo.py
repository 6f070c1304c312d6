"""The Neo sign-in in memory: credentials, where Neo is, and whose files its page may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from idexx_desktop.domain.connection import ProxyPlace
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_address import NeoPlace, Question, Suggestion
from idexx_desktop.domain.neo_fields import NeoValue
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.domain.practice_words import PracticeWord
from idexx_desktop.domain.signin import NeoLogin, SignedIn
from tests.gui.fake_computers import FakeComputers
from tests.gui.fake_services import FakeSettings
from tests.gui.made_up import NOW, ZONE, local


class FakeNeoWords:
    """Keeps answers in `known`."""

    def __init__(self) -> None:
        self.known: list[NeoValue] = []
        self.practices: list[PracticeWord] = []

    def values(self) -> list[NeoValue]:
        return list(self.known)

    def answer(self, value_ids: Iterable[str], is_alive: bool | None) -> None:
        wanted = set(value_ids)
        self.known = [
            replace(value, is_alive=is_alive, answered_by="front@desk.example", answered_at=NOW)
            if value.id in wanted
            else value
            for value in self.known
        ]

    def practice(self) -> list[PracticeWord]:
        return sorted(self.practices, key=lambda word: word.meaning is not None)

    def confirm(self, word_id: str, meaning: str | None) -> None:
        self.practices = [
            replace(word, meaning=meaning, answered_by="front@desk.example", answered_at=NOW)
            if word.id == word_id
            else word
            for word in self.practices
        ]


class FakeProxy:
    """A proxy that accepts one password; there is none at first."""

    right_password = "open"

    def __init__(self) -> None:
        self.value = ProxyPlace()
        self.problem: Failure | None = None
        self.tried: list[tuple[str, str]] = []

    def place(self) -> ProxyPlace:
        if self.problem:
            raise self.problem
        return self.value

    def keep(self, user: str, password: str) -> None:
        self.tried.append((user, password))
        if password != self.right_password:
            raise Failure(FailureCode.PROXY_SIGN_IN, title="The proxy didn't accept them.")
        self.value = replace(self.value, user=user, refused=False)

    def forget(self) -> None:
        self.value = replace(self.value, user="", refused=False)


class FakeHosts:
    """Remembers the hosts that were allowed."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def hosts(self) -> tuple[str, ...]:
        return tuple(self.kept)

    def allow(self, text: str) -> str:
        self.kept.append(text)
        return text

    def remove(self, text: str) -> str:
        self.kept.remove(text)
        return text


class FakeCredentials:
    """Accepts one password; remembers every login that was tested or saved.

    Opens only where `computers` has approved this one. `alone` with its records, it is saved there all the same.
    """

    right_password = "right-horse"

    def __init__(self, computers: FakeComputers) -> None:
        self.computers = computers
        self.alone = False
        self.value = CredentialStatus(
            "valid", local(22, 7, 12), "front@harbour.example", "4242", None, "this computer's password store"
        )
        self.tested: list[NeoLogin] = []
        self.saved: list[NeoLogin] = []
        self.forgotten = 0
        self.accepted = 0
        self.failure: Failure | None = None
        # as whom Neo was opened for a person, and what is asked all the same
        self.opened: list[NeoLogin | None] = []
        self.unanswered: Failure | None = None

    @property
    def opens(self) -> bool:
        """Whether there is none yet, or this computer can open it."""
        return self.value.state == "not_configured" or self.computers.is_approved

    def status(self) -> CredentialStatus:
        return (
            self.value
            if self.opens
            else replace(self.value, state="unknown", username_hint="", company_id="")
        )

    def test(self, login: NeoLogin) -> SignedIn:
        self.tested.append(login)
        if self.failure:
            raise self.failure
        return SignedIn("Harbour Vet")

    def test_saved(self) -> SignedIn:
        if self.failure:
            raise self.failure
        if not self.opens:
            raise Failure(FailureCode.NOT_APPROVED)
        self.value = replace(self.value, state="valid", suspended=None, last_validated_at=NOW)
        return SignedIn("Harbour Vet")

    def answer_by_hand(self, login: NeoLogin | None = None) -> SignedIn:
        self.opened.append(login)
        if self.unanswered:
            raise self.unanswered
        self.failure = None
        return self.test_saved() if login is None else self.test(login)

    def save(self, login: NeoLogin, *, start_over: bool = False) -> None:
        if not self.opens:
            if not (start_over or self.alone):
                raise Failure(FailureCode.NOT_APPROVED)
            self.computers.start_over()
        self.saved.append(login)
        self.value = CredentialStatus(
            "valid", NOW, login.username, login.company_id, None, self.value.kept_in
        )

    def accept_key_file(self) -> bool:
        self.accepted += 1
        self.value = replace(self.value, suspended=None)
        return True

    def forget(self) -> None:
        self.forgotten += 1
        self.value = CredentialStatus("not_configured", None, "", "", None, self.value.kept_in)


class FakeNeoAddress:
    """Where Neo is, beside the address that `settings` shows. `asked` is the question that is open."""

    def __init__(self, settings: FakeSettings) -> None:
        self.settings = settings
        self.asked: Question | None = None
        self.used: list[str] = []
        self.kept = 0
        self.failure: Failure | None = None
        self.given_by = ""
        self.kept_branch = ""

    def branch(self) -> str | None:
        return self.kept_branch or None

    def choose_branch(self, name: str) -> str:
        self._check()
        self.kept_branch = name
        return name

    def place(self) -> NeoPlace:
        address = self.settings.kept_sync.neo_url
        if self.asked is None:
            return NeoPlace(address, Suggestion(address), given_by=self.given_by)
        suggestion = Suggestion(self.asked.address, self.asked.by, self.asked.at)
        return NeoPlace(self.asked.ours, suggestion, self.asked, self.asked.failure(ZONE))

    def to_open(self) -> str:
        self._check()
        return self.settings.kept_sync.neo_url

    def use(self, address: str) -> None:
        self._check()
        self.used.append(address)
        self.settings.kept_sync = replace(self.settings.kept_sync, neo_url=address)
        self.asked = None

    def keep(self) -> None:
        self._check()
        self.kept += 1
        self.asked = None

    def _check(self) -> None:
        if self.failure:
            raise self.failure
