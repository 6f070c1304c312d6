"""The check-up: every part by itself, so that one that is broken doesn't hide the others."""

from __future__ import annotations

import asyncio
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from idexx_desktop import __version__
from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.connection import ConnectionPart, problem_in, warnings_in
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.neo.reach import check_reachable
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.connection import ConnectionService
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.environment import Environment

_LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One part: whether it is well, and what was found, in words. `warning`: it works, and should be mended."""

    name: str
    ok: bool
    detail: str
    warning: bool = False


class OpenProgram(Protocol):
    """What the check-up uses of an open profile."""

    records: ClinicRecords

    @property
    def kept_in(self) -> str: ...
    @property
    def records_place(self) -> str: ...
    @property
    def connection(self) -> ConnectionService: ...
    @property
    def audit(self) -> AuditService: ...
    @property
    def credentials(self) -> CredentialService: ...
    def close(self) -> None: ...


def check_parts(environment: Environment, open_program: Callable[[Environment], OpenProgram]) -> list[Check]:
    """Every check, in the order in which a person would mend them."""
    checks = [
        Check("program", True, f"{__version__}, Python {platform.python_version()}, {platform.system()}"),
        _free_space(environment.home),
        _disk_encryption(),
        _guarded("browser", _browser),
    ]
    try:
        program = open_program(environment)
    except Failure as failure:
        return [*checks, _broken("profile", failure)]
    try:
        return [*checks, *_profile_checks(program)]
    finally:
        program.close()


def _profile_checks(program: OpenProgram) -> Iterator[Check]:
    yield Check("profile", True, f"records {program.records_place}")
    problem = program.credentials.key_file_problem()
    yield _broken("vault", problem) if problem else Check("vault", True, f"keys in {program.kept_in}")
    yield _connection(program.connection)
    yield _guarded("records", lambda: _records(program.records))
    yield _guarded("activity record", lambda: _audit(program.audit))
    yield _sign_in(program.credentials)
    yield _guarded("Neo", lambda: _neo(program.records))


def _guarded(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except Failure as failure:
        return _broken(name, failure)


def _broken(name: str, failure: Failure) -> Check:
    return Check(
        name, False, " ".join(part for part in (failure.title, failure.advice, failure.detail) if part)
    )


def _connection(connection: ConnectionService) -> Check:
    try:
        steps = connection.test()
    except Failure as failure:
        return _broken("connection", failure)
    problem, warnings = problem_in(steps), warnings_in(steps)
    said = [problem] if problem else warnings
    words = [f"{step.words} {step.advice}" for step in said]
    words = words or [step.words for step in steps if step.part is ConnectionPart.VERSION]
    return Check("connection", problem is None, " ".join(words), warning=bool(warnings))


def _records(records: ClinicRecords) -> str:
    with records.transaction() as tx:
        last = tx.sessions.last_completed(datetime.now(UTC))
        return f"reached, last sync {'none yet' if last is None else 'finished'}"


def _audit(audit: AuditService) -> str:
    found = audit.verify()
    if found.problem is not None:
        raise Failure(FailureCode.AUDIT_CHANGED, found.problem)
    copies = f", signed copies since {found.signed_since:%Y-%m-%d}" if found.signed_since else ""
    return f"whole, {found.rows} rows{copies}"


def _sign_in(credentials: CredentialService) -> Check:
    status: CredentialStatus = credentials.status()
    words = {
        "valid": "accepted by Neo when last used",
        "unknown": "kept, not tested yet or not readable",
        "invalid": "not accepted by Neo",
        "not_configured": "not entered yet",
    }
    ok = status.state in ("valid", "unknown") and status.suspended is None
    return Check("sign-in", ok, status.suspended.title if status.suspended else words[status.state])


def _neo(records: ClinicRecords) -> str:
    with records.transaction() as tx:
        url, zone = tx.settings.sync_settings().neo_url, tx.settings.call_rules().zone
    asyncio.run(check_reachable(NeoOptions(url, zone)))
    return f"{url} answers"


def _browser() -> str:
    from idexx_desktop.neo.browser import name_of_working_browser  # heavy: starts a browser

    return asyncio.run(name_of_working_browser(None))


def _free_space(home: Path) -> Check:
    folder = next(parent for parent in (home, *home.parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    return Check("disk space", free >= _LEAST_FREE_BYTES, f"{free / 1024**3:.1f} GB free")


def _disk_encryption() -> Check:
    """Only secrets are sealed; numbers and notes are as safe as the disk. Unknown is said, and is no problem."""
    found = _encrypted()
    if found is None:
        return Check("disk encryption", True, "can't tell on this computer; see that the disk is encrypted")
    return Check(
        "disk encryption", found, "on" if found else "off: owners' numbers and notes lie on it in clear"
    )


def _encrypted() -> bool | None:
    commands = {
        "win32": (["manage-bde", "-status", "C:"], "Protection On"),
        "darwin": (["fdesetup", "status"], "FileVault is On"),
        "linux": (["lsblk", "--noheadings", "--output", "TYPE"], "crypt"),
    }
    if sys.platform not in commands:
        return None
    command, sign = commands[sys.platform]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode != 0 or not answer.stdout.strip():
        return None
    return sign in answer.stdout
