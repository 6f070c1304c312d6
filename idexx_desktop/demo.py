"""The whole program on a made-up clinic: a practice Neo, real records, a real sync, and the window that shows it.

Nothing is typed and nothing is kept: the profile lives in a temporary folder and goes with it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from idexx_desktop import app, streams
from idexx_desktop.app import Environment, PracticeSite, Program, SetUp
from idexx_desktop.cli.commands.records import visit_lines
from idexx_desktop.cli.commands.syncing import result_lines
from idexx_desktop.cli.output import show_failure
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.ending import Ended
from idexx_desktop.services.environment import has_display

SCENARIO = "demo-day"
PICTURES = Path("demo-pictures")
_CLINIC = SetUp("Oak Street Vets", "America/Los_Angeles", "manager@oakstreet.example")


def demo(options: Namespace) -> int:
    """Show it: in a window where there is a display, else as a table and pictures. Returns the exit code."""
    try:
        with _clinic() as (environment, site):
            if options.pictures or not has_display():
                return _picture(environment, site, options.pictures)
            from idexx_desktop.gui.application import run

            return run(lambda: synced_program(environment, site), environment.home)
    except Failure as failure:
        return show_failure(failure, as_json=False)
    except Ended as ended:  # the folder, the records and the practice Neo are gone already
        return ended.exit_code


def synced_program(environment: Environment, site: PracticeSite) -> Program:
    """Set the clinic up, sign in, sync: an open program with a finished sync."""
    with app.set_up(environment, replace(_CLINIC, neo_url=site.url)):
        pass
    program = app.open_program(environment)
    try:
        login = NeoLogin(site.company_id, site.username, site.password)
        program.credentials.test(login)
        program.credentials.save(login)
        program.syncer.start(Trigger.BUTTON)
        program.syncer.wait()
        return program
    except BaseException:
        program.close()
        raise


@contextmanager
def _clinic() -> Iterator[tuple[Environment, PracticeSite]]:
    with (
        tempfile.TemporaryDirectory(prefix="idexx-desktop-demo-", ignore_cleanup_errors=True) as folder,
        app.practice_neo(SCENARIO) as site,
    ):
        environment = Environment(
            home=Path(folder), neo_url=site.url, vault_passphrase=secrets.token_urlsafe(16)
        )
        try:
            yield environment, site
        finally:
            app.remove_records(environment)


def _picture(environment: Environment, site: PracticeSite, chosen: str | None) -> int:
    """The same on Qt's offscreen platform: print what happened, save a picture of every page.

    In the folder that was chosen at 100 % (for the README), else in `demo-pictures` at 200 %, too.
    """
    folder, scales = (Path(chosen), (1,)) if chosen else (PICTURES, (1, 2))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from idexx_desktop.gui.application import make_application, make_window
    from idexx_desktop.gui.pictures import save_pictures, settle

    application = make_application()
    program = synced_program(environment, site)
    result = program.syncer.last_result
    if result is None:
        raise Failure(FailureCode.OURS, "the sync ended without a result")
    visits = visit_lines(program.visits.rows(VisitFilter(), Page()), program.zone)
    streams.write([*result_lines(result), "", *visits])
    window = make_window()
    window.attach(program)
    settle(window)
    streams.write(f"picture: {path}" for path in save_pictures(window, folder, scales=scales))
    window.shut_down()
    application.processEvents()
    return 1 if result.failure else 0
