"""The check-up: every part by itself, so that one that is broken doesn't hide the others."""

from __future__ import annotations

import asyncio
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog

from idexx_desktop import __version__
from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.server.drives import why_shared
from idexx_desktop.domain.connection import ConnectionPart, problem_in, warnings_in
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_fields import in_short
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.neo.known_shapes import is_read
from idexx_desktop.neo.reach import check_reachable
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.neo.trust import trusted_certificate
from idexx_desktop.neo.upstream import has_setup_script, upstream_for
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.backup import BackupService
from idexx_desktop.services.connection import ConnectionService
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.neo_address import NeoAddressService
from idexx_desktop.services.neo_words import NeoWordsService
from idexx_desktop.services.postgres_programs import PACKAGE, differing_files, programs_in_use
from idexx_desktop.services.profile import EMBEDDED, load

log = structlog.get_logger()

_NO_KIT = "make a recovery kit: without it nobody can prove on a new computer that they are your clinic's"
_NOT_OPEN = "the profile couldn't be opened"
_BACKUPS = "backups"
_LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One part: whether it is well (None: that was not tried), and what was found, in words.

    `warning`: it works, and should be mended.
    """

    name: str
    ok: bool | None
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
    @property
    def neo_words(self) -> NeoWordsService: ...
    def close(self) -> None: ...


def check_parts(environment: Environment, open_program: Callable[[Environment], OpenProgram]) -> list[Check]:
    """Every check, in the order in which a person would mend them; whatever is broken, none is left out."""
    here = _records_here(environment)
    checks = [
        Check("program", True, f"{__version__}, Python {platform.python_version()}, {platform.system()}"),
        _guarded("disk space", lambda: _free_space(environment.home)),
        _guarded("disk encryption", _disk_encryption),
        _guarded("browser", _browser),
    ]
    if here:
        checks.append(_guarded("folder", lambda: _folder(environment)))
        checks.append(_guarded("PostgreSQL", lambda: _postgres(environment)))
    opened: list[OpenProgram] = []

    def profile() -> str:
        opened.append(open_program(environment))
        return f"records {opened[0].records_place}"

    checks.append(_guarded("profile", profile))
    if not opened:
        return [*checks, *(Check(name, None, _NOT_OPEN) for name in _OF_PROFILE if here or name != _BACKUPS)]
    with closing(opened[0]) as program:
        names = [name for name in _OF_PROFILE if program.records_here or name != _BACKUPS]
        return [*checks, *(_guarded(name, partial(_OF_PROFILE[name], program)) for name in names)]


def _folder(environment: Environment) -> Check | str:
    why = why_shared(environment.home)
    if why is None:
        return "on this computer's own disk"
    return Check(
        "folder", False, f"{why}: two computers that open it destroy the records. Run: idexx-desktop move"
    )


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


def _guarded(name: str, check: Callable[[], Check | str]) -> Check:
    """What a check finds. A fault of ours in one must not keep a person from the others, and is said."""
    try:
        found = check()
    except Failure as failure:
        return _broken(name, failure)
    except Exception as bug:
        log.warning("doctor.check_failed", check=name, error=type(bug).__name__)
        return _broken(name, Failure(FailureCode.OURS, type(bug).__name__))
    return Check(name, True, found) if isinstance(found, str) else found


def _broken(name: str, failure: Failure) -> Check:
    return Check(
        name, False, " ".join(part for part in (failure.title, failure.advice, failure.detail) if part)
    )


def _vault(program: OpenProgram) -> str:
    problem = program.credentials.key_file_problem()
    if problem:
        raise problem
    return f"keys in {program.kept_in}"


def _connection(program: OpenProgram) -> Check:
    steps = program.connection.test()
    problem, warnings = problem_in(steps), warnings_in(steps)
    said = [problem] if problem else warnings
    words = [f"{step.words} {step.advice}" for step in said]
    words = words or [step.words for step in steps if step.part is ConnectionPart.VERSION]
    return Check("connection", problem is None, " ".join(words), warning=bool(warnings))


def _records(program: OpenProgram) -> str:
    with program.records.transaction() as tx:
        last = tx.sessions.last_completed(datetime.now(UTC))
        return f"reached, last sync {'none yet' if last is None else 'finished'}"


def _audit(program: OpenProgram) -> str:
    found = program.audit.verify()
    if found.problem is not None:
        raise Failure(FailureCode.AUDIT_CHANGED, found.problem)
    copies = f", signed copies since {found.signed_since:%Y-%m-%d}" if found.signed_since else ""
    return f"whole, {found.rows} rows{copies}"


def _backups(program: OpenProgram) -> Check:
    state = program.backups.state()
    problem = state.standing(datetime.now(UTC))
    if problem is not None:
        return _broken(_BACKUPS, problem)
    if state.folder is None:
        return Check(_BACKUPS, True, "no folder was chosen, so none are made by themselves")
    last = f"the last good one {state.last.made_at:%Y-%m-%d}" if state.last else "none yet"
    advice = f"; {_NO_KIT}" if state.kit_advised else ""
    return Check(_BACKUPS, True, f"daily, {last}{advice}", warning=state.kit_advised)


def _sign_in(program: OpenProgram) -> Check:
    """Opened here, so that one whose key is gone is not called well; Neo itself is not asked."""
    status: CredentialStatus = program.credentials.status()
    if status.suspended is not None:
        return _broken("sign-in", status.suspended)
    obstacle = program.credentials.obstacle()
    if obstacle is not None:
        return _broken("sign-in", obstacle)
    words = {
        "valid": "accepted by Neo when last used",
        "unknown": "kept, and not tested with Neo yet",
        "invalid": "not accepted by Neo",
    }
    tried = {"valid": True, "invalid": False}
    return Check("sign-in", tried.get(status.state), words.get(status.state, status.state))


def _neo(program: OpenProgram) -> str:
    place = program.neo_address.place()
    if place.asked is not None:
        raise place.asked  # nothing goes anywhere before a person has answered
    url = place.address
    with program.records.transaction() as tx:
        zone = tx.settings.zone()
    options = NeoOptions(url, zone, proxy=program.neo_address.sharing.proxy())
    asyncio.run(check_reachable(options))
    if url.startswith("https:"):
        asyncio.run(trusted_certificate(options))
    return f"{url} answers, {_way_to(options)}"


def _way_to(options: NeoOptions) -> str:
    """The way that the browser and every request take; set-up scripts can't be followed, and that is said."""
    upstream = upstream_for(options.base_url, options.proxy)
    way = f"through the proxy {upstream.host}:{upstream.port}" if upstream else "reached without a proxy"
    if has_setup_script():
        way += "; this computer's set-up script for proxies isn't used"
    return way


def _fields(program: OpenProgram) -> Check:
    """What Neo sends: what came, what went, what nobody here reads, and what people are asked."""
    words = program.neo_words
    fields = words.fields()
    unread = sum(field.last_seen_at is not None and not is_read(field.name) for field in fields)
    waiting = sum(value.is_open for value in words.values())
    said = [
        f"{len(fields)} known, {unread} of them not read." if fields else "Nothing read yet.",
        in_short(words.changes()),
    ]
    if waiting:
        said.append(
            f"{waiting} of Neo's values wait for an answer: Settings, Calls, or idexx-desktop neo-words."
        )
    return Check("Neo's fields", True, " ".join(filter(None, said)), warning=waiting > 0)


_OF_PROFILE: dict[str, Callable[[OpenProgram], Check | str]] = {
    "vault": _vault,
    "connection": _connection,
    "records": _records,
    "activity record": _audit,
    _BACKUPS: _backups,
    "sign-in": _sign_in,
    "Neo": _neo,
    "Neo's fields": _fields,
}


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
        return Check("disk encryption", None, "can't tell on this computer; see that the disk is encrypted")
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
