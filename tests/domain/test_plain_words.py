"""What a practice manager reads names no variable, no part of the program, and no command as the only way on."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode, records_trouble
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.vault import troubles
from tests.domain.test_words_by_place import said_by, spoken

JARGON = re.compile(
    r"IDEXX_DESKTOP|\b[A-Z]+_[A-Z_]+\b|\b(keyring|vault(?!\.json)|backend|stdin|lease|exception|errno|socket|SQL|PID|TLS"
    r"|scrypt|SHA-?256|environment variable)\b",
)
# a command is told beside what a person does in the window, never in its place
BESIDE = re.compile(r"\(or: idexx-desktop [^)]*\)|or run: idexx-desktop [a-z]+")
COMMAND = re.compile(r"idexx-desktop|--[a-z]")
VAULT = Path("/home/anna/idexx/vault.json")
OF_PASSWORDS = [
    troubles.no_passphrase(VAULT), troubles.another_passphrase(VAULT), troubles.needless_passphrase(),
    troubles.damaged(VAULT), troubles.store_failed("KeyringError"),
    troubles.unusable(VAULT, OSError(errno.ENOSPC, "No space left on device")),
    troubles.unusable(VAULT, PermissionError(errno.EACCES, "Permission denied")),
]  # fmt: skip
HERE = [
    *(Failure(code) for code in FailureCode),
    *(records_trouble(trouble, "") for trouble in Trouble),
    *OF_PASSWORDS,
]


@pytest.mark.parametrize(
    "failure", HERE, ids=lambda failure: str(failure.trouble or failure.detail or failure.code)
)
def test_a_manager_can_follow(failure: Failure) -> None:
    said = said_by(failure).replace(f"'code': '{failure.code}'", "")
    assert not JARGON.search(said), said
    assert not COMMAND.search(BESIDE.sub("", said)), said


def test_each_cause_of_closed_passwords_has_words_of_its_own() -> None:
    said = [*OF_PASSWORDS, Failure(FailureCode.VAULT_LOCKED), Failure(FailureCode.VAULT_UNAVAILABLE)]
    assert (
        len({failure.title for failure in said}) >= len(said) - 1
    )  # a full disk is one of the unusable folders
    assert len({(failure.title, failure.advice) for failure in said}) == len(said)


# whoever has set a variable, or reads what a command says, knows its name
MAY_NAME_ONE = {
    "cli/output.py", "db/server/place.py", "db/server/programs.py", "domain/neo_address.py", "log.py", "neo/browser.py",
    "gui/first_run/clinic_step.py", "services/environment.py", "services/restoring.py",
}  # fmt: skip


def test_no_other_text_names_a_variable() -> None:
    assert {module for module, text in spoken() if "IDEXX_DESKTOP_" in text} == MAY_NAME_ONE
