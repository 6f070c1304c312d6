"""A PostgreSQL that this computer has besides the program's own: an older server, as clinics run them."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from idexx_desktop.db.server.account import give_to, server_account
from idexx_desktop.db.server.programs import Programs
from tests.support.postgres import TestServer


def installed() -> list[Path]:
    """The folders of the programs of every version that is installed, oldest first."""
    found = {path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")}
    on_path = shutil.which("initdb")
    if on_path is not None:
        found.add(Path(os.path.realpath(on_path)).parent)
    return sorted(found, key=str)


@contextmanager
def running(programs: Path, sockets: Path | None = None) -> Iterator[TestServer]:
    """A server of this version on a folder of its own, which is gone afterwards.

    `sockets`: a folder for its socket that others may enter, where it isn't reached over the network.
    """
    account = server_account()
    server = Programs(programs, account)
    password = secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        word = place / "word"
        word.write_text(password, "utf-8")
        for each in (place, word):
            give_to(each, account)
        data = place / "data"
        made = server.run(
            "initdb", "--pgdata", data, "--username=postgres", "--auth=scram-sha-256", f"--pwfile={word}",
            "--locale=C", "--encoding=UTF8", "--no-sync",
        )  # fmt: skip
        assert made.ok, made.output
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories={sockets or place}"
        if sockets is not None:
            give_to(sockets, account)
        started = server.run("pg_ctl", "start", "-w", "-D", data, "-l", place / "log", "-o", options)
        assert started.ok, started.output
        try:
            with closing(TestServer("127.0.0.1", port, "postgres", password)) as running:
                yield running
        finally:
            server.run("pg_ctl", "stop", "-D", data, "-m", "immediate")
