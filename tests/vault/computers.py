"""Computers of one clinic, and of an attacker, for the tests of this room."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec
from uuid import UUID

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.computer import SEED_BYTES, Computer, ComputerKind, PublicComputer, SignInId
from idexx_desktop.vault.computer_list import ComputerList, SignedList, admit, begin, read_list, remove

_Given = ParamSpec("_Given")

SIGN_IN = SignInId(str(UUID(int=1)), str(UUID(int=2)))
OTHER_CREDENTIAL = SignInId(str(UUID(int=3)), SIGN_IN.user_id)
OTHER_USER = SignInId(SIGN_IN.credential_id, str(UUID(int=4)))


def new_computer(name: str, kind: ComputerKind = ComputerKind.COMPUTER) -> Computer:
    return Computer.from_seeds(name, kind, os.urandom(SEED_BYTES), os.urandom(SEED_BYTES))


@dataclass
class Clinic:
    """A list as it grows in the database; `first` began it."""

    first: Computer = field(default_factory=lambda: new_computer("Front Desk 1"))
    sign_in: SignInId = SIGN_IN
    chain: list[SignedList] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chain.append(begin(self.first, self.sign_in))

    @property
    def newest(self) -> ComputerList:
        return self.version(len(self.chain))

    def version(self, number: int) -> ComputerList:
        return read_list(self.chain[number - 1].document)

    def admit(self, newcomer: Computer | PublicComputer, signer: Computer | None = None) -> None:
        public = newcomer.public if isinstance(newcomer, Computer) else newcomer
        self.chain.append(admit(self.newest, public, signer or self.first))

    def remove(self, computer: Computer, signer: Computer | None = None) -> None:
        self.chain.append(remove(self.newest, computer.id, signer or self.first))


def code_of(action: Callable[_Given, object], *args: _Given.args, **named: _Given.kwargs) -> FailureCode:
    """How `action`, called like this, is refused."""
    return failure_of(action, *args, **named).code


def failure_of(action: Callable[_Given, object], *args: _Given.args, **named: _Given.kwargs) -> Failure:
    """The failure by which `action`, called like this, is refused."""
    with pytest.raises(Failure) as caught:
        action(*args, **named)
    return caught.value
