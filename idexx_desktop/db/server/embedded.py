"""The embedded server as other rooms see it."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from idexx_desktop.db.server.account import Account, server_account
from idexx_desktop.db.server.cluster import SUPERUSER, Cluster
from idexx_desktop.db.server.diagnosis import trouble_with_files
from idexx_desktop.db.server.drives import require_local
from idexx_desktop.db.server.holding import Holding, Renewing, knows_no_locks, without_locks
from idexx_desktop.db.server.installed import (
    checked_programs,
    installed_programs,
    keep_choice,
    kept_choice,
    kept_programs,
)
from idexx_desktop.db.server.locks import locked
from idexx_desktop.db.server.place import (
    find_place,
    forget_place,
    known_place,
    new_place,
    system_places,
    use_place,
)
from idexx_desktop.db.server.ports import HOST
from idexx_desktop.db.server.process import ServerProcess
from idexx_desktop.db.server.programs import Programs, find_programs
from idexx_desktop.db.server.users import User, Users
from idexx_desktop.domain.failures import Failure, FailureCode, records_trouble
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.ending import unbroken

PASSWORD_NAME = "postgres-superuser"  # noqa: S105 - the name of an entry
_SOON_SECONDS = 2.0
_LOCK_SECONDS = 180.0  # another program may be making the data folder, on a slow disk

log = structlog.get_logger()


class PasswordStore(Protocol):
    """Where the superuser's password is kept: the vault, seen from here."""

    def get(self, name: str) -> str | None:
        """The password; None when there is none of this name."""
        ...

    def set(self, name: str, value: str) -> None:
        """Keep it."""
        ...

    def delete(self, name: str) -> None:
        """Remove it, if it is there."""
        ...


def _random_password() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """How to connect. The password is asked for when it is needed, and never shown."""

    host: str
    port: int
    superuser: str
    passwords: PasswordStore = field(repr=False, compare=False)

    def password(self) -> str:
        """The superuser's password; KEY_MISSING when it was lost (see `reset_superuser_password`)."""
        password = self.passwords.get(PASSWORD_NAME)
        if password is None:
            raise Failure(FailureCode.KEY_MISSING, "the password of the embedded database is missing")
        return password


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """`prepared`: there is a data folder. `port`: None when it isn't running. `users`: programs attached."""

    prepared: bool
    port: int | None
    users: int

    @property
    def running(self) -> bool:
        """Whether it accepts connections."""
        return self.port is not None


class EmbeddedServer:
    """One PostgreSQL for one profile, shared by its window and commands. Safe in threads and processes.

    Every method raises DATABASE_UNREACHABLE, with the reason in its detail, when the server can't do what is
    asked; and what the password store raises.
    """

    def __init__(
        self,
        folder: Path,
        passwords: PasswordStore,
        *,
        programs: Path | None = None,
        new_password: Callable[[], str] = _random_password,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`folder` belongs to this server alone. Nothing is made or started yet.

        `programs`: the folder of an installed PostgreSQL, to be used in place of what was chosen for this server
        earlier; a data folder that is made with them remembers them.
        """
        self._folder = folder.resolve()
        self._given = programs
        self._passwords = passwords
        self._looked_at: Path | None = None
        self._new_password = new_password
        self._pause = pause
        self._users = Users(self._folder / "users")

    @contextmanager
    def attached(self, *, made: bool = False) -> Iterator[ServerAddress]:
        """Use the server: the first user makes and starts it, the last one to leave stops it.

        A user whose server was killed attaches once more, inside the first time, to get it going again. `made`: there
        were data already, and where they are gone nothing is made in their place.
        """
        renewing: Renewing | None = None
        try:
            with self._exclusive(made=made):
                user = self._users.enter()
                try:
                    port = self._running_port()
                    renewing = Renewing(Holding(self.cluster().place), self._lost)
                except BaseException:
                    self._users.leave(user)
                    raise
            yield ServerAddress(HOST, port, SUPERUSER, self._passwords)
        finally:
            if renewing is not None:
                renewing.end()
                self._leave(user)

    def restarted(self) -> ServerAddress:
        """For its users: where it is now, got going again if it was killed or fell.

        One that was stopped for everybody stays stopped, and one that was removed is gone: DATABASE_UNREACHABLE.
        """
        with self._exclusive(made=True):
            if self._process().port() is None and self.cluster().was_shut_down():
                raise records_trouble(Trouble.CLOSED, "the embedded server was stopped")
            return ServerAddress(HOST, self._running_port(), SUPERUSER, self._passwords)

    def stop(self) -> None:
        """Stop it for everybody who uses it."""
        with self._exclusive():
            self._process().stop()

    def status(self) -> ServerStatus:
        """What is there now; starts and makes nothing."""
        if known_place(self._folder) is None:
            return ServerStatus(prepared=False, port=None, users=0)
        with self._exclusive():
            return ServerStatus(self.cluster().exists(), self._process().port(), self._users.count())

    def reset_superuser_password(self) -> None:
        """Set and keep a new password where the old one was lost. Ends all connections; users reconnect."""
        with self._exclusive():
            self.cluster().check()
            self._process().start()  # clears away whatever a killed server left, as single-user mode can't
            self._process().stop()
            password = self._new_password()
            with self._process().idle():
                self.cluster().set_password(password)
            self._passwords.set(PASSWORD_NAME, password)
            log.info("server.password_reset")
            if self._users.count() > 0:
                self._process().start()

    def remove(self) -> None:
        """Stop it and delete it with all its data, those that were set aside included, and its password."""
        with self._exclusive():
            self._process().stop()
            for place in {self.cluster().place, *system_places(self._folder)}:
                shutil.rmtree(place)
            forget_place(self._folder)
            self._passwords.delete(PASSWORD_NAME)

    def cluster(self) -> Cluster:
        """Its data folder, which need not be there yet, and the programs that work on it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = server_account()
        return Cluster(find_place(self._folder, account), self._programs(account))

    def _programs(self, account: Account | None) -> Programs:
        """Those that run it. What is installed is looked at each time; its libraries, a thousand files, once."""
        folder = self.chosen_programs()
        if folder is None:
            return find_programs(account)
        look = installed_programs if folder == self._given else kept_programs
        programs = look(folder, account, whole=folder != self._looked_at)
        self._looked_at = folder
        return programs

    def chosen_programs(self) -> Path | None:
        """The folder of the installed PostgreSQL that runs it; None for the one that this program brings along."""
        return self._given or kept_choice(self._folder)

    def choose_programs(self, chosen: Path | None) -> None:
        """Run it with the installed PostgreSQL in this folder from now on; None: with the one brought along.

        INVALID_INPUT, with nothing changed, where they can't be used, or while a program uses the server.
        """
        with self._exclusive():
            if self._users.count() > 0:
                title = "The records are in use. Close the program on this computer first."
                raise Failure(FailureCode.INVALID_INPUT, "in use", title=title)
            account = server_account()
            programs = find_programs(account) if chosen is None else checked_programs(chosen, account)
            cluster = Cluster(find_place(self._folder, account), programs)
            if cluster.exists():
                cluster.check()
                ServerProcess(cluster, self._folder / "port", self._pause).stop()
            keep_choice(self._folder, chosen)
            log.info("server.programs_chosen", version=programs.version())

    def superuser_password(self) -> str:
        """The superuser's password, made where there is none yet."""
        password = self._passwords.get(PASSWORD_NAME)
        if password is None:
            password = self._new_password()
            self._passwords.set(PASSWORD_NAME, password)
        return password

    def put_in_place(self, made: Cluster) -> Path | None:
        """Use the data of `made`, which doesn't run, from now on; where the data of before lie, whole and unused.

        Nothing is changed while a program uses the server: INVALID_INPUT.
        """
        with self._exclusive():
            if self._users.count() > 0:
                title = "The records are in use. Close the program on this computer, then restore again."
                raise Failure(FailureCode.INVALID_INPUT, "in use", title=title)
            self._process().stop()
            before = self.cluster()
            self._keep_given()
            if not before.exists():
                made.data.rename(before.data)
                return None
            place = self._beside(before)
            made.data.rename(place / "data")
            use_place(self._folder, place)
            log.info("server.replaced")
            return before.data

    def set_aside(self) -> Path | None:
        """Begin with empty records the next time; where the data of before lie, whole and unused. None: there were
        none. Nothing is changed while a program uses the server: INVALID_INPUT.
        """
        with self._exclusive():
            if self._users.count() > 0:
                title = "The records are in use. Close the program on this computer first."
                raise Failure(FailureCode.INVALID_INPUT, "in use", title=title)
            self._process().stop()
            before = self.cluster()
            if not before.exists():
                return None
            use_place(self._folder, self._beside(before))
            log.info("server.set_aside")
            return before.data

    def _beside(self, before: Cluster) -> Path:
        """A place for other data on the same file system: data are moved, not copied."""
        return new_place(self._folder, before.programs.account, before.place.parent)

    def take_over(self) -> None:
        """A person says that the other computer, which hasn't given the data back, doesn't use them.

        RECORDS_OPEN_ELSEWHERE where it does, as far as can be seen: its lease is watched for `WATCH_SECONDS`.
        """
        with self._exclusive():
            self._process().take_over()

    @contextmanager
    def closed(self) -> Iterator[Cluster]:
        """The data folder, on which no server runs nor starts, of this computer or another."""
        with self._exclusive():
            if self._users.count() > 0:
                title = "The records are in use. Close the program on this computer first."
                raise Failure(FailureCode.INVALID_INPUT, "in use", title=title)
            self._process().stop()
            with self._process().idle():
                yield self.cluster()

    def _lost(self) -> None:
        """Another computer has the data by now: whatever runs here on the old ones must not write any more."""
        log.warning("server.lost")
        with suppress(Failure), self._exclusive():
            self._process().end()

    def _leave(self, user: User) -> None:
        if known_place(self._folder) is None:  # it was removed meanwhile: nothing of it is made anew
            self._users.leave(user)
            return
        with self._exclusive():
            self._users.leave(user)
            if self._users.count() == 0:
                self._stop_last()

    def _stop_last(self) -> None:
        try:
            self._process().stop()
        except Failure as failure:
            if failure.code is not FailureCode.RECORDS_OPEN_ELSEWHERE:  # then nothing of ours runs any more
                raise

    def _running_port(self) -> int:
        process = self._process()
        port = process.port()
        if port is not None:
            return port
        cluster = self.cluster()
        process.require_here()
        for folder in (self._folder, cluster.place):
            require_local(folder)
        if not cluster.exists():
            # kept before it is used: a store that fails must not leave a data folder that nobody can open
            self._keep_given()
            cluster.create(self.superuser_password())
            log.info("server.created")
        cluster.check()
        port = process.start()
        log.info("server.started", port=port)
        return port

    def _keep_given(self) -> None:
        """Data that are made with given programs need the same ones the next time."""
        if self._given is not None:
            checked_programs(self._given, server_account())
            keep_choice(self._folder, self._given)

    def _process(self) -> ServerProcess:
        return ServerProcess(self.cluster(), self._folder / "port", self._pause)

    def _locked(self) -> AbstractContextManager[None]:
        """One at a time. Nobody waits for a computer that fell asleep with the lock in its hand."""
        lock = self._folder / "lock"
        try:
            with locked(lock, seconds=_SOON_SECONDS, pause=self._pause):
                """Free, as nearly always."""
        except TimeoutError:
            self._process().require_here()
        return locked(lock, seconds=_LOCK_SECONDS, pause=self._pause)

    def _require_made(self) -> None:
        """A drive that was taken out, or a folder that was deleted, is no reason to begin with empty records."""
        place = known_place(self._folder)
        if place is None or not (place / "data").exists():
            raise records_trouble(Trouble.GONE, "the data folder isn't there, or was removed")

    @contextmanager
    def _exclusive(self, *, made: bool = False) -> Iterator[None]:
        """What is begun here comes to its end, whoever ends the program meanwhile: no server is half started."""
        try:
            if made:
                self._require_made()
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with unbroken(), self._locked():
                yield
        except OSError as error:
            if knows_no_locks(error):
                raise without_locks(self._folder, error) from error
            said = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
            raise records_trouble(
                trouble_with_files(error), f"the embedded server's files: {said}"
            ) from error
