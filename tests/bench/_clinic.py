"""A clinic with a profile of its own on this computer, as it is after set-up: records on the embedded server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import keyring

from idexx_desktop import app
from idexx_desktop.app import Environment, SetUp
from idexx_desktop.db.server.embedded import EmbeddedServer
from idexx_desktop.domain.records import NeoPace
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.places import embedded_server, store_of
from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_PASSWORD, PRACTICE_USERNAME
from tests.bench._keyring import PLACE, FileKeyring
from tests.bench._watch import Watched, run_watched
from tests.support.postgres import MemoryPasswords

_CLINIC = SetUp("Oak Street Vets", "America/Los_Angeles", "manager@oakstreet.example")


@dataclass(frozen=True, slots=True)
class BenchClinic:
    """One clinic, not opened."""

    environment: Environment

    @property
    def server(self) -> Path:
        """The data folder of its database server."""
        return EmbeddedServer(self.environment.home / "server", MemoryPasswords()).cluster().data

    def sync(self) -> Watched:
        """The real command, as a process of its own."""
        command = [sys.executable, "-m", "idexx_desktop", "sync", "--json"]
        return run_watched(command, env=self._variables, server=self.server)

    def start_window(self) -> str:
        """The real window, in the same way, until it has been at rest for a while: what `_start` prints.

        Nobody looks at the process meanwhile: that would hold it up.
        """
        command = [sys.executable, "-m", "tests.bench._start"]
        done = subprocess.run(command, env=self._variables, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    @property
    def _variables(self) -> dict[str, str]:
        own = {
            "IDEXX_DESKTOP_HOME": str(self.environment.home),
            "PYTHON_KEYRING_BACKEND": f"{FileKeyring.__module__}.{FileKeyring.__qualname__}",
        }
        return {**os.environ, **own}


@contextmanager
def fresh_clinic(home: Path, url: str, per_second: float) -> Iterator[BenchClinic]:
    """A clinic that never synced, with its sign-in; `per_second` requests at most, 0 for no limit."""
    home.mkdir()
    os.environ[PLACE] = str(home / "keyring.json")
    keyring.set_keyring(FileKeyring())
    environment = Environment(home)
    wanted = SetUp(_CLINIC.practice, _CLINIC.timezone, _CLINIC.email, neo_url=url)
    with app.set_up(environment, wanted) as (program, _):
        with program.records.transaction() as tx:
            tx.settings.save_pace(NeoPace(requests_per_second=per_second), now=program.clock.now())
        program.credentials.save(NeoLogin(PRACTICE_COMPANY_ID, PRACTICE_USERNAME, PRACTICE_PASSWORD))
    try:
        yield BenchClinic(environment)
    finally:
        profile = profiles.load(home)
        assert profile is not None
        embedded_server(environment, store_of(environment, profile)).remove()
