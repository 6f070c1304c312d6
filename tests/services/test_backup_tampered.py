"""Backups that somebody changed who knows all about them: none is executed, none is called good.

Each is tried as it would come: with the proof of the backup that it was made of, with one of the thief's own, and with
none; by a person who says nothing, who has the recovery kit, and who says that it is to be used all the same.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment, Program, Wanted
from idexx_desktop.db import embedded
from idexx_desktop.db.server import ServerAddress
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import backup_file
from idexx_desktop.services import profile as profiles
from tests.support.embedded_clinic import EmbeddedClinic, computer, server_of
from tests.support.postgres import everybodys_folder
from tests.support.tampered_backups import Copy, changed_by, member, stolen, taken_apart, written

AUTO, CONF, HBA = "postgresql.auto.conf", "postgresql.conf", "pg_hba.conf"
Change = Callable[[Copy, str], None]


def setting(file: str, *lines: str) -> Change:
    """Lines at the end of a file of settings; {run} is a program that leaves a trace."""
    return lambda copy, run: copy.add(file, "\n".join(lines).replace("{run}", run))


def signal(name: str) -> Change:
    def change(copy: Copy, run: str) -> None:
        copy.put(name, "")
        copy.add(
            AUTO,
            f"restore_command = '{run}'\nrecovery_end_command = '{run}'\nprimary_conninfo = 'host=thief'",
        )

    return change


def file(name: str, content: str = "x") -> Change:
    return lambda copy, _: copy.put(name, content)


def odd(*args: object, **facts: object) -> Change:
    return lambda copy, _: copy.raw.append(member(*args, **facts))  # type: ignore[arg-type]  # facts of any kind


def ending_of_another(copy: Copy, _: str) -> None:
    """The write-ahead log of another backup, of the same length."""
    for name, content in copy.log.items():
        copy.log[name] = bytes(reversed(content))


def cut(copy: Copy, _: str) -> None:
    name = next(name for name in copy.files if name.startswith("base/5/") and len(copy.files[name]) > 9000)
    copy.files[name] = copy.files[name][:-8192]


def longer(copy: Copy, _: str) -> None:
    """A file of which the list says that it is short; where it is believed, it fills the disk."""
    copy.files["PG_VERSION"] += b"\0" * (64 << 20)


def twice(copy: Copy, _: str) -> None:
    copy.raw.append((tarfile.TarInfo("PG_VERSION"), b"18\n"))


def relabelled(copy: Copy, _: str) -> None:
    copy.put("backup_label", copy.files["backup_label"].replace(b"FROM: primary", b"FROM: standby"))


def tablespaces(copy: Copy, _: str) -> None:
    copy.put("tablespace_map", "16999 /etc\n")


def later(copy: Copy, _: str) -> None:
    copy.about["made_at"] = "2099-01-01T00:00:00+00:00"


PROGRAM = "archive_mode = on", "archive_command = '{run}'"
# what a server would do by itself, were these used
SETTINGS: dict[str, Change] = {
    "archive_command in postgresql.conf": setting(CONF, *PROGRAM),
    "archive_command in postgresql.auto.conf": setting(AUTO, *PROGRAM),
    "listens to everybody": setting(AUTO, "listen_addresses = '0.0.0.0'"),
    "another file of settings": setting(CONF, "include_if_exists = '{run}.conf'", "include_dir = '{run}.d'"),
    "a library at the start": setting(AUTO, "shared_preload_libraries = '{run}'"),
    "a library at each connection": setting(AUTO, "session_preload_libraries = '{run}'"),
    "TLS with a program": setting(AUTO, "ssl = on", "ssl_passphrase_command = '{run}'"),
    "the end of a recovery": setting(AUTO, "recovery_end_command = '{run}'", "restore_command = '{run}'"),
    "everybody may connect": setting(HBA, "host all all 0.0.0.0/0 trust", "local all all trust"),
    "anybody is the superuser": setting("pg_ident.conf", "all /^(.*)$ postgres"),
    "a date": later,
}
# what no data folder of ours has
REFUSED: dict[str, Change] = {
    "recovery.signal": signal("recovery.signal"),
    "standby.signal": signal("standby.signal"),
    "a folder of settings": file("conf.d/a.conf", "archive_mode = on"),
    "a key": file("server.key"),
    "what the postmaster was called with": file("postmaster.opts", "postgres"),
    "a lock file": file("postmaster.pid", "1"),
    "a slot": file("pg_replslot/a/state"),
    "a transaction that waits": file("pg_twophase/00000001"),
    "a cache of the catalogue": file("global/pg_internal.init"),
    "tablespaces": tablespaces,
    "another label": relabelled,
    "a link": odd("base/5/9999999", tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a link in place of the log": odd("pg_wal", tarfile.SYMTYPE, linkname="/tmp"),  # noqa: S108 - a path that must not be followed
    "a hard link": odd("base/5/9999999", tarfile.LNKTYPE, linkname="PG_VERSION"),
    "a device": odd("base/5/9999999", tarfile.CHRTYPE, devmajor=1, devminor=3),
    "a pipe": odd("base/5/9999999", tarfile.FIFOTYPE),
    "a way out": file("../outside"),
    "a way out from within": file("base/../../outside"),
    "a name from the root": file("/tmp/outside"),  # noqa: S108 - a path that must not be followed
    "a name of another system": file("..\\outside"),
    "the same in capitals": file("pg_version"),
    "one file twice": twice,
    "a header of any length": odd("x", tarfile.XHDTYPE, size=(1 << 33) - 1),
    "a file that was cut": cut,
    "a file that is longer": longer,
    "the end of another": ending_of_another,
}
# what would run in the server, or as the program's own superuser
RUN = "COPY (SELECT 1) TO PROGRAM ''{run}''"
BODY = (
    f"LANGUAGE plpgsql AS $$ BEGIN EXECUTE '{RUN}'; RETURN NEW; EXCEPTION WHEN OTHERS THEN RETURN NEW; END $$"
)
EVENT = f"LANGUAGE plpgsql AS $$ BEGIN EXECUTE '{RUN}'; END $$"
STATEMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "at each sign-in": (
        (
            f"CREATE FUNCTION public.f() RETURNS event_trigger {EVENT}",
            "CREATE EVENT TRIGGER t ON login EXECUTE FUNCTION public.f()",
        ),
        ("SET event_triggers = off; DROP FUNCTION public.f() CASCADE",),
    ),
    "at each migration": (
        (
            f"CREATE FUNCTION public.f() RETURNS event_trigger {EVENT}",
            "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION public.f()",
        ),
        ("SET event_triggers = off; DROP FUNCTION public.f() CASCADE",),
    ),
    "a setting of the role": (
        ("ALTER ROLE postgres IN DATABASE template1 SET session_preload_libraries = '$libdir/evil'",),
        ("ALTER ROLE postgres IN DATABASE template1 RESET ALL",),
    ),
    "a setting of the database": (
        ("ALTER DATABASE idexx_desktop SET search_path = evil",),
        ("ALTER DATABASE idexx_desktop RESET ALL",),
    ),
    "one more superuser": (
        ("CREATE ROLE evil SUPERUSER LOGIN PASSWORD 'known'",),
        ("DROP ROLE evil",),
    ),
    "the login may more": (
        ("GRANT idexx_owner TO idexx_desktop_app",),
        ("REVOKE idexx_owner FROM idexx_desktop_app",),
    ),
    "a function in C": (
        (
            "CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "UPDATE pg_proc SET prolang = 13, probin = '/tmp/evil.so', prosqlbody = NULL WHERE proname = 'f'",
        ),
        ("DROP FUNCTION public.f()",),
    ),
    "a trigger": (
        (
            f"CREATE FUNCTION public.f() RETURNS trigger {BODY}",
            "CREATE TRIGGER t BEFORE UPDATE ON public.visits FOR EACH ROW EXECUTE FUNCTION public.f()",
        ),
        ("DROP FUNCTION public.f() CASCADE",),
    ),
    "a function of ours": (
        (
            "CREATE OR REPLACE FUNCTION idexx_app.current_user_id() RETURNS uuid STABLE SECURITY DEFINER"
            " SET search_path TO 'pg_catalog', 'pg_temp' LANGUAGE sql AS"
            " 'SELECT id FROM public.users LIMIT 1'",
        ),
        (),
    ),
}


@dataclass
class Attacked:
    """The clinic, the thief's program that leaves a trace, and a place for backups."""

    clinic: EmbeddedClinic
    program: Program
    folder: Path
    trace: Path
    run: str

    def all_ways(self, change: Callable[[], Copy], *, refused: bool) -> None:
        """See the module. `refused`: even where a person insists."""
        copy = change()
        parts = copy.parts()
        for proof in ("kept", "foreign", "none"):
            path = written(self.folder, copy.about, parts, proof)
            assert self._asked(Wanted(path)) in (FailureCode.BACKUP_UNUSABLE, FailureCode.BACKUP_NOT_PROVED)
            with_kit = self._asked(Wanted(path, kit_code=self.clinic.kit))
            assert with_kit in (FailureCode.BACKUP_UNUSABLE, FailureCode.BACKUP_NOT_PROVED)
            assert self.program.backups.kept(self.folder) == [], "called good"
            if proof == "kept":
                assert self._asked(Wanted(path, unverified=True)) is FailureCode.BACKUP_UNUSABLE
                path.unlink()
        self._insisted(path, refused=refused)

    def _asked(self, wanted: Wanted) -> FailureCode:
        with computer(self.folder / "asked") as environment:
            with pytest.raises(Failure) as failure:
                app.restore(environment, wanted)
            assert profiles.load(environment.home) is None, "nothing was made"
        return failure.value.code

    def _insisted(self, path: Path, *, refused: bool) -> None:
        self.trace.unlink(missing_ok=True)
        with computer(self.folder / "insisted") as environment:
            if refused:
                with pytest.raises(Failure) as failure:
                    app.restore(environment, Wanted(path, unverified=True))
                assert failure.value.code is FailureCode.BACKUP_UNUSABLE
                assert not server_of(environment).cluster().exists()
            else:
                app.restore(environment, Wanted(path, unverified=True))
                with server_of(environment).attached() as address:
                    require_own_settings(address, server_of(environment).cluster().data)
        assert not self.trace.exists(), "executed"


def require_own_settings(address: ServerAddress, data: Path) -> None:
    """Nothing of the backup's is in use, nor lies there to be used."""
    with psycopg.connect(embedded.owner_url(address), autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")

        def value(query: str) -> object:
            row = connection.execute(query.encode()).fetchone()
            return row and row[0]

        assert value("SHOW listen_addresses") == "127.0.0.1"
        assert value("SHOW archive_mode") == "off"
        assert value("SHOW ssl") == "off"
        for name in ("shared_preload_libraries", "session_preload_libraries", "restore_command"):
            assert value(f"SHOW {name}") == ""
        assert value("SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules") == "scram-sha-256"
        assert value("SELECT count(*) FROM pg_hba_file_rules WHERE address NOT IN ('127.0.0.1')") == 0
        assert value("SELECT count(*) FROM pg_ident_file_mappings") == 0
        assert value("SELECT count(DISTINCT sourcefile) FROM pg_file_settings") == 1
    assert list(data.glob("*.signal")) == []


@pytest.fixture(scope="module")
def opened(embedded_clinic: EmbeddedClinic) -> Iterator[Program]:
    with embedded_clinic.open() as program:
        yield program


@pytest.fixture
def attacked(embedded_clinic: EmbeddedClinic, opened: Program, tmp_path: Path) -> Iterator[Attacked]:
    with everybodys_folder() as place:  # the server's user gets there
        place.chmod(0o777)
        trace = place / "trace"
        for name in ("run.conf", "run.d/a.conf"):
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(f"archive_mode = on\narchive_command = '{place}/run'\n")
        run = place / "run"
        run.write_text(f"#!/bin/sh\ntouch {trace}\n")
        run.chmod(0o755)
        backups = tmp_path / "backups"
        backups.mkdir()
        yield Attacked(embedded_clinic, opened, backups, trace, str(run))


def changed(attacked: Attacked, change: Change) -> Copy:
    copy = taken_apart(attacked.clinic.backup)
    change(copy, attacked.run)
    return copy


@pytest.mark.parametrize("what", ["archive_command in postgresql.auto.conf"])
def test_no_setting_of_a_backup_is_used(attacked: Attacked, what: str) -> None:
    attacked.all_ways(lambda: changed(attacked, SETTINGS[what]), refused=False)


@pytest.mark.parametrize(
    "what", ["recovery.signal", "a link", "a way out", "tablespaces", "the end of another"]
)
def test_what_no_backup_of_ours_holds_is_refused(attacked: Attacked, what: str) -> None:
    attacked.all_ways(lambda: changed(attacked, REFUSED[what]), refused=True)


@pytest.mark.long(item=41)
@pytest.mark.parametrize("what", SETTINGS)
def test_no_setting_of_any_backup_is_used(attacked: Attacked, what: str) -> None:
    attacked.all_ways(lambda: changed(attacked, SETTINGS[what]), refused=False)


@pytest.mark.long(item=41)
@pytest.mark.parametrize("what", REFUSED)
def test_whatever_no_backup_of_ours_holds_is_refused(attacked: Attacked, what: str) -> None:
    attacked.all_ways(lambda: changed(attacked, REFUSED[what]), refused=True)


@pytest.fixture(scope="module")
def thief(embedded_clinic: EmbeddedClinic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """A computer on which the backup was put back, to change it there."""
    with (
        computer(tmp_path_factory.mktemp("thief") / "home") as environment,
        stolen(environment, embedded_clinic.backup),
    ):
        yield environment


@pytest.mark.long(item=41)
@pytest.mark.parametrize("what", STATEMENTS)
def test_nothing_inside_of_a_backup_runs(attacked: Attacked, thief: Environment, what: str) -> None:
    made, undone = ([each.replace("{run}", attacked.run) for each in side] for side in STATEMENTS[what])
    try:
        attacked.all_ways(lambda: changed_by(thief, attacked.clinic.backup, *made), refused=True)
    finally:
        with server_of(thief).attached() as address:
            url = f"{embedded.owner_url(address)}?options=-c%20event_triggers%3Doff%20-c%20session_preload_libraries%3D"
            with psycopg.connect(url, autocommit=True) as connection:
                for statement in undone:
                    connection.execute(statement.encode())


def test_a_backup_that_was_cut_anywhere(attacked: Attacked) -> None:
    whole = attacked.clinic.backup.read_bytes()
    for part in range(1, 5):
        path = attacked.folder / f"{part}{backup_file.ENDING}"
        path.write_bytes(whole[: len(whole) * part // 5])
        assert attacked._asked(Wanted(path, unverified=True)) is FailureCode.BACKUP_UNUSABLE


def test_another_computers_records_are_no_proof(attacked: Attacked) -> None:
    """The parts of one backup with the description, and the proof, of another of the same clinic."""
    second = Path(attacked.program.backups.make(attacked.folder / "second").file)
    one, other = taken_apart(attacked.clinic.backup), taken_apart(second)
    path = written(attacked.folder, one.about, other.parts(), "kept")
    assert attacked._asked(Wanted(path, kit_code=attacked.clinic.kit)) is FailureCode.BACKUP_UNUSABLE
    shutil.rmtree(attacked.folder / "second")
