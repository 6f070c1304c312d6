"""What a test of the way to the clinic's records found, step by step, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ConnectionPart(StrEnum):
    """The parts of the way, in the order in which they are tried."""

    ADDRESS = "address"
    TLS = "tls"
    PASSWORD = "password"  # noqa: S105 - a word, not a password
    ROLE = "role"
    VERSION = "version"
    MIGRATION = "migration"
    PERSON = "person"


PART_TITLES: dict[ConnectionPart, str] = {
    ConnectionPart.ADDRESS: "Address",
    ConnectionPart.TLS: "Encryption",
    ConnectionPart.PASSWORD: "Sign-in",
    ConnectionPart.ROLE: "Rights",
    ConnectionPart.VERSION: "PostgreSQL",
    ConnectionPart.MIGRATION: "Preparation",
    ConnectionPart.PERSON: "Person and clinic",
}
# an owner manages people and needs to be none of them
OWNER_PARTS = tuple(part for part in ConnectionPart if part is not ConnectionPart.PERSON)


@dataclass(frozen=True, slots=True)
class ConnectionStep:
    """One part: `ok` None, and no words, where it wasn't tried.

    `words` say what was found, `advice` what to do and who does it.
    """

    part: ConnectionPart
    ok: bool | None
    words: str
    advice: str = ""

    @property
    def title(self) -> str:
        """The part's name."""
        return PART_TITLES[self.part]

    @property
    def is_warning(self) -> bool:
        """Whether it works, and something should be done all the same."""
        return self.ok is True and bool(self.advice)


@dataclass(frozen=True, slots=True)
class RecordsPlace:
    """Where an address leads, without its password. `host` is "" for a server of this computer's own."""

    host: str
    database: str
    login: str


@dataclass(frozen=True, slots=True)
class ProxyPlace:
    """The proxy between this computer and Neo. `address` is host and port, "" where there is none.

    `user`: who signs in there, "" for nobody; `by_settings`: as this computer's own settings say; `refused`: the proxy
    didn't accept it, so that it isn't told again.
    """

    address: str = ""
    user: str = ""
    by_settings: bool = False
    refused: bool = False


def with_untried(
    steps: Iterable[ConnectionStep], parts: Sequence[ConnectionPart] = tuple(ConnectionPart)
) -> list[ConnectionStep]:
    """The steps that were tried, and each other part as not tried."""
    tried = list(steps)
    seen = {step.part for step in tried}
    return tried + [ConnectionStep(part, None, "") for part in parts if part not in seen]


def problem_in(steps: Iterable[ConnectionStep]) -> ConnectionStep | None:
    """The step that keeps the program from the records; None where it may go on."""
    return next((step for step in steps if step.ok is False), None)


def warnings_in(steps: Iterable[ConnectionStep]) -> list[ConnectionStep]:
    """What works, and should be mended all the same."""
    return [step for step in steps if step.is_warning]


OLDEST_SERVER = 150_000
# minor releases below these let row security leak values through the planner's statistics (CVE-2025-8713)
_SEALED_SINCE = {15: 150_014, 16: 160_010, 17: 170_006}


def version_step(number: int) -> ConnectionStep:
    """What a server's `server_version_num` (150013 is 15.13) means for the records."""
    shown = spoken_version(number)
    if number < OLDEST_SERVER:
        return ConnectionStep(
            ConnectionPart.VERSION,
            False,
            f"The server is PostgreSQL {shown}; the records need 15 or newer.",
            "Whoever runs the server must move it to a newer PostgreSQL.",
        )
    least = _SEALED_SINCE.get(number // 10_000)
    if least is not None and number < least:
        return ConnectionStep(
            ConnectionPart.VERSION,
            True,
            f"The server is PostgreSQL {shown}, in which a person could learn values of other people's rows.",
            f"Whoever runs the server should update it to {spoken_version(least)} or newer.",
        )
    return ConnectionStep(ConnectionPart.VERSION, True, f"The records run on PostgreSQL {shown}.")


def spoken_version(number: int) -> str:
    """`15.13` for 150013, `9.6.24` for 90624."""
    if number < 100_000:
        return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"
    return f"{number // 10_000}.{number % 10_000}"
