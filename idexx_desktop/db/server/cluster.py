"""The data folder: made once, configured at each start, its superuser's password reset when it was lost."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from idexx_desktop.db.server.account import give_to, make_private
from idexx_desktop.db.server.diagnosis import trouble_said, trouble_with_files
from idexx_desktop.db.server.ports import HOST
from idexx_desktop.db.server.programs import Programs, Result
from idexx_desktop.domain.failures import Failure, FailureCode, records_trouble
from idexx_desktop.domain.records_words import Trouble

SUPERUSER = "postgres"
_NEEDED_BYTES = 16 * 2**20  # one file of the write-ahead log
_LOG_END = 16_384
_OPEN_TO_OTHERS = stat.S_IRWXO | stat.S_IWGRP
_LOG_KEPT_SECONDS, _LOG_BYTES = 6 * 86_400, 4 << 20
_PLAIN = re.compile(
    r"[A-Za-z0-9 ._/+@=-]+"
)  # nothing that a setting or a list of folders would have to escape
_LONGEST_SOCKET_FOLDER = 85  # of the 107 characters of a socket's path; the name takes the rest

# Whoever is on this computer may open connections and never sign in: the server counts them, and `reserved_connections`
# doesn't help, since it looks at who somebody is after they said so. So there is room for 400 that began to sign in and
# 800 that say nothing, which cost some megabytes, and each is ended after five seconds.
# The log_min settings: errors go to the program that caused them, never to a file, because they quote values
# (owners' numbers, notes). The log is seven files, each overwritten after a week.
_SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "400",
    "superuser_reserved_connections": "5",
    "authentication_timeout": "5s",
    # memory for locks is set aside for each connection that there may be
    "max_locks_per_transaction": "16",
    "max_pred_locks_per_transaction": "16",
    "shared_buffers": "32MB",
    # in the data folder: elsewhere, what a killed server leaves would stay until the computer starts again
    "dynamic_shared_memory_type": "windows" if sys.platform == "win32" else "mmap",
    "max_wal_size": "256MB",
    # a first sync fills empty tables: until they are counted, the server guesses, and reads all of them too often
    "autovacuum_naptime": "10s",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "server-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_checkpoints": "off",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
# of a copy that is tried: nothing works in it by itself
_SETTINGS_OF_TRIAL = {"autovacuum": "off", "max_logical_replication_workers": "0"}
_WRITTEN = "# Written by IDEXX Desktop at each start.\n"
_ACCESS = f"""\
local all,replication all scram-sha-256
host all,replication all {HOST}/32 scram-sha-256
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data folder inside its private place.

    `durable` False: nothing waits for the disk, for a folder that is thrown away, or ends with `sync`.
    """

    place: Path
    programs: Programs
    durable: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.place / "data"

    @property
    def tag(self) -> str:
        """Tells the server on this data folder from any other, in its command line."""
        path = str(self.data.resolve()).encode("utf-8", "surrogateescape")
        return f"idexx-desktop-{hashlib.sha256(path).hexdigest()[:16]}"

    @property
    def start_log(self) -> Path:
        """What a server says before its own log opens."""
        return self.place / "start.log"

    def exists(self) -> bool:
        """Whether it was made; a half-made one never gets this name."""
        return self.data.exists()

    def was_shut_down(self) -> bool:
        """Whether the last server on it was stopped properly, as somebody wanted it."""
        said = self._run("pg_controldata", "-D", self.data.name)
        return said.ok and "\nDatabase cluster state:               shut down\n" in said.output

    def check(self) -> None:
        """DATABASE_UNREACHABLE when these programs can't run on it, and why."""
        try:
            made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            trouble = trouble_with_files(error) if isinstance(error, OSError) else Trouble.DAMAGED
            trouble = Trouble.DAMAGED if trouble is Trouble.GONE else trouble
            raise records_trouble(trouble, "PG_VERSION can't be read") from error
        ours = self.programs.major_version()
        if made_by != ours:
            raise _of_another_version(made_by, ours)
        if sys.platform != "win32":
            account = self.programs.account
            expected = os.geteuid() if account is None else account.user_id
            if self.data.stat().st_uid != expected:
                raise records_trouble(Trouble.OTHER_OWNER, "the data folder belongs to another user")
            if self.data.stat().st_mode & _OPEN_TO_OTHERS:
                raise Failure(
                    FailureCode.RECORDS_NOT_LOCAL,
                    "the data folder is open to others",
                    title=f"The drive that holds {self.data} keeps no rights of users, as PostgreSQL needs them.",
                    advice="Move the profile to this computer's own disk: idexx-desktop move --to FOLDER.",
                )

    def create(self, password: str) -> None:
        """Make it, with `password` for the superuser; whole or not at all."""
        draft = self.place / "draft"
        shutil.rmtree(draft, ignore_errors=True)  # left by a crash
        make_private(draft, self.programs.account)
        password_file = draft / "password"
        try:
            self.write(password_file, password)
            for locale in _locales(int(self.programs.major_version())):
                result = self.programs.run(
                    "initdb", "-D", "data", "-U", SUPERUSER, "--auth=scram-sha-256",
                    f"--pwfile={password_file.name}", "--encoding=UTF8", *locale, folder=draft,
                )  # fmt: skip
                if result.ok:
                    break
            else:
                raise self.failure("initdb failed", result.output)
        finally:
            password_file.unlink(missing_ok=True)
        (draft / "data").rename(self.data)
        draft.rmdir()

    def configure(self, port: int) -> None:
        """Write all settings anew, and who may connect: a newer program's apply to an older data folder, and nothing
        that somebody else has put there lives on.
        """
        settings = _SETTINGS | {
            "port": str(port),
            "unix_socket_directories": self._socket_folder(),
            "fsync": self._fsync,
        }
        if not self.durable:
            settings |= _SETTINGS_OF_TRIAL
        lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
        self._replace("postgresql.conf", "\n".join(lines) + "\n")
        self._replace("postgresql.auto.conf", "")
        self._replace("pg_hba.conf", _ACCESS)
        self._replace("pg_ident.conf", "")

    def tidy_logs(self) -> None:
        """Before a start: PostgreSQL overwrites a log of last week only while it runs through midnight, and adds to it
        at each start, so on a computer that is off at night the logs would grow for ever.
        """
        now = time.time()
        for log in (self.data / "log").glob("*"):
            found = log.lstat()
            if now - found.st_mtime > _LOG_KEPT_SECONDS or found.st_size > _LOG_BYTES:
                log.unlink()

    def set_password(self, password: str) -> None:
        """Give the superuser another password without knowing the old one. The server must not be running."""
        # single-user mode goes on after an error and reports success, unless told otherwise
        result = self._run(
            "postgres", "--single", "-D", self.data.name, "-c", "exit_on_error=on", "-c", f"fsync={self._fsync}",
            SUPERUSER,
            stdin=f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n",
        )  # fmt: skip
        if not result.ok:
            raise self.failure("the password could not be reset", result.output)

    def sync(self) -> None:
        """Wait until all of it is on the disk. The server must not be running."""
        result = self._run("initdb", "--sync-only", "-D", self.data.name)
        if not result.ok:
            raise self.failure("the data folder could not be written to the disk", result.output)

    def _run(self, name: str, *arguments: str, stdin: str = "") -> Result:
        """In the place, by names alone: PostgreSQL's tools hand some of what they are told to a shell."""
        return self.programs.run(name, *arguments, stdin=stdin, folder=self.place)

    def failure(self, what: str, output: str = "") -> Failure:
        """DATABASE_UNREACHABLE with the reason where it can be told, and the end of the path of a log that is there."""
        said = output + self._start_messages() + self._log_since_start()
        trouble = trouble_said(said)
        if shutil.disk_usage(self.place).free < _NEEDED_BYTES:
            trouble = Trouble.DISK_FULL
        # the folder's name is enough: whoever looks there sees all that was said
        see = f" (see {'/'.join(self.start_log.parts[-2:])})" if self.start_log.is_file() else ""
        return records_trouble(trouble, f"{what}{see}")

    def write(self, path: Path, text: str) -> None:
        """A new file for the server's user alone; never through a link, which that user may have made."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        give_to(path, self.programs.account)

    def _replace(self, name: str, text: str) -> None:
        draft = self.data / f"{name}.new"
        draft.unlink(missing_ok=True)
        self.write(draft, _WRITTEN + text)
        draft.replace(self.data / name)

    def memory_in_use(self) -> bool:
        """Whether the last start failed because children of a killed server were still at work."""
        return "pre-existing shared memory block" in self._start_messages()

    @property
    def _fsync(self) -> str:
        return "on" if self.durable else "off"

    def _start_messages(self) -> str:
        try:
            return self.start_log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def _log_since_start(self) -> str:
        """What the server's newest log says of its last start: once a log is open, nothing goes elsewhere."""
        with suppress(OSError):
            newest = max(
                (self.data / "log").glob("*.log"), key=lambda each: each.stat().st_mtime, default=None
            )
            if newest is not None and newest.stat().st_mtime >= self.start_log.stat().st_mtime:
                said = newest.read_bytes()[-_LOG_END:].decode("utf-8", "replace")
                return said.rpartition("starting PostgreSQL")[2]
        return ""

    @property
    def socket_folder(self) -> Path | None:
        """The private folder of the local socket; None where its path is too long or too odd: we connect by TCP."""
        folder = self.place / "socket"
        fits = len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER and _PLAIN.fullmatch(str(folder))
        return folder if fits and sys.platform != "win32" else None

    def _socket_folder(self) -> str:
        """The setting, and what it needs."""
        folder = self.socket_folder
        if folder is None:
            return ""
        make_private(folder, self.programs.account)
        for left_by_a_killed_server in folder.glob(
            ".s.PGSQL.*"
        ):  # PostgreSQL would trust the process id in it
            left_by_a_killed_server.unlink()
        return f'"{folder}"'  # the setting is a list of folders


def _locales(major: int) -> list[list[str]]:
    """The order of code points and the letters of Unicode, in the ways to have them, the best first."""
    order = "--locale=C"
    if major >= 17:
        return [[order, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    # before that they are the system's, which may know only the letters of ASCII
    return [[order, "--lc-ctype=C.UTF-8"], [order]]


def _of_another_version(made_by: str, ours: str) -> Failure:
    return Failure(
        FailureCode.DATABASE_UNREACHABLE,
        f"the data folder is of PostgreSQL {made_by}, these programs are of {ours}",
        title=f"The records on this computer were made by PostgreSQL {made_by}, and PostgreSQL {ours} can't open them.",
        advice=f"Nothing was changed. Choose programs of PostgreSQL {made_by}: idexx-desktop db programs --use FOLDER,"
        " or --own for those that this program brings along.",
    )


def _quoted(value: str) -> str:
    """As postgresql.conf reads it: a backslash escapes, a quote is written twice."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
