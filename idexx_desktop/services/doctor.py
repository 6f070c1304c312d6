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
from idexx_desktop.db.server.drives import why_shared
from idexx_desktop.domain.connection import ConnectionPart, problem_in, warnings_in
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.neo.reach import check_reachable
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.neo.upstream import has_setup_script, upstream_for
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.backup import BackupService
from idexx_desktop.services.connection import ConnectionService
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.neo_address import NeoAddressService
from idexx_desktop.services.postgres_programs import PACKAGE, differing_files, programs_in_use
from idexx_desktop.services.profile import EMBEDDED, load

_NO_KIT = "make a recovery kit: without it nobody can prove on a new computer that they are your clinic's"
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
    def records_here(self) -> bool: ...
    @property
    def backups(self) -> BackupService: ...
    @property
    def connection(self) -> ConnectionService: ...
    @property
    def audit(self) -> AuditService: ...
    @property
    def credentials(self) -> CredentialService: ...
    @property
    def neo_address(self) -> NeoAddressService: ...
    def close(self) -> None: ...


def check_parts(environment: Environment, open_program: Callable[[Environment], OpenProgram]) -> list[Check]:
    """Every check, in the order in which a person would mend them."""
    checks = [
        Check("program", True, f"{__version__}, Python {platform.python_version()}, {platform.system()}"),
        _free_space(environment.home),
        *_folder(environment),
        _disk_encryption(),
        _guarded("browser", _browser),
    ]
    if _records_here(environment):
        checks.append(_guarded("PostgreSQL", lambda: _postgres(environment)))
    try:
        program = open_program(environment)
    except Failure as failure:
        return [*checks, _broken("profile", failure)]
    try:
        return [*checks, *_profile_checks(program)]
    finally:
        program.close()


def _folder(environment: Environment) -> Iterator[Check]:
    if _records_here(environment):
        why = why_shared(environment.home)
        words = (
            f"{why}: two computers that open it destroy the records. Run: idexx-desktop move" if why else ""
        )
        yield Check("folder", why is None, words or "on this computer's own disk")


def _records_here(environment: Environment) -> bool:
    try:
        profile = load(environment.home)
    except Failure:  # said by the check of the profile
        return False
    return profile is not None and profile.records == EMBEDDED


def _postgres(environment: Environment) -> str:
    """The programs, and whether those that are brought along are as they were when they were published."""
    used = programs_in_use(environment)
    differing = [] if used.chosen else differing_files()
    if differing:
        raise Failure(
            FailureCode.DATABASE_UNREACHABLE,
            ", ".join(differing[:3]),
            title=f"{len(differing)} files of the package {PACKAGE} aren't as it lists them.",
            advice="Install this program anew before you enter anything.",
        )
    return used.words


def _profile_checks(program: OpenProgram) -> Iterator[Check]:
    yield Check("profile", True, f"records {program.records_place}")
    problem = program.credentials.key_file_problem()
    yield _broken("vault", problem) if problem else Check("vault", True, f"keys in {program.kept_in}")
    yield _connection(program.connection)
    yield _guarded("records", lambda: _records(program.records))
    yield _guarded("activity record", lambda: _audit(program.audit))
    if program.records_here:
        yield _backups(program.backups)
    yield _sign_in(program.credentials)
    yield _guarded("Neo", lambda: _neo(program))


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


def _backups(backups: BackupService) -> Check:
    state = backups.state()
    problem = state.standing(datetime.now(UTC))
    if problem is not None:
        return _broken("backups", problem)
    if state.folder is None:
        return Check("backups", True, "no folder was chosen, so none are made by themselves")
    last = f"the last good one {state.last.made_at:%Y-%m-%d}" if state.last else "none yet"
    advice = f"; {_NO_KIT}" if state.kit_advised else ""
    return Check("backups", True, f"daily, {last}{advice}", warning=state.kit_advised)


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


def _neo(program: OpenProgram) -> str:
    place = program.neo_address.place()
    if place.asked is not None:
        raise place.asked  # nothing goes anywhere before a person has answered
    url = place.address
    with program.records.transaction() as tx:
        zone = tx.settings.call_rules().zone
    asyncio.run(check_reachable(NeoOptions(url, zone)))
    return f"{url} answers, {_way_to(url)}"


def _way_to(url: str) -> str:
    """The way that the browser and every request take; set-up scripts can't be followed, and that is said."""
    upstream = upstream_for(url)
    way = f"through the proxy {upstream.host}:{upstream.port}" if upstream else "reached without a proxy"
    if has_setup_script():
        way += "; this computer's set-up script for proxies isn't used"
    return way


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
