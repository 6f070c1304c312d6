"""Opening a profile that was set up: all that a start waits for, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.places import address_of, bring_up_to_date, restarted_address, store_of
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.vault.stores import SecretStore

if TYPE_CHECKING:
    from idexx_desktop.program import Program


def open_program(environment: Environment) -> Program:
    """Open the profile of this folder: vault, server, database. NO_PROFILE where nothing is set up yet."""
    profile = profiles.load(environment.home)
    if profile is None or not profile.complete:
        raise Failure(FailureCode.NO_PROFILE, str(environment.home))
    return open_profile(environment, profile, store_of(environment, profile))


def open_profile(environment: Environment, profile: Profile, store: SecretStore) -> Program:
    """As `open_program`, where the profile and its vault are at hand."""
    with ExitStack() as parts:
        with _loading():
            address = address_of(environment, profile, store, parts)
        from idexx_desktop.db.database import Database
        from idexx_desktop.program import Program

        restarted = partial(restarted_address, environment, store) if profile.records == EMBEDDED else None
        database = Database(address, restarted=restarted)
        parts.callback(database.close)
        try:
            database.check()
        except Failure as failure:
            if profile.records != EMBEDDED:
                from idexx_desktop.services.connection import (
                    explained,  # only where there is something to explain
                )

                raise explained(failure, address) from None
            if failure.code is not FailureCode.DATABASE_OUTDATED:
                raise
            bring_up_to_date(environment, store)
            database.check()
        return Program(environment, profile, store, database, parts.pop_all())


@contextmanager
def _loading() -> Iterator[None]:
    """What speaks to the records is loaded while their server starts, which is a process of its own."""
    loading = threading.Thread(target=_load, name="loading", daemon=True)
    loading.start()
    try:
        yield
    finally:
        loading.join()


def _load() -> None:
    import idexx_desktop.db.models
    import idexx_desktop.program  # noqa: F401 - only to be there
