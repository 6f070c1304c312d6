"""From arguments to an exit code: which command, with which parts, and every failure in its own words."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from idexx_desktop.cli.commands import syncing
from idexx_desktop.cli.output import Answer, show, show_failure
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.ending import Ended
from idexx_desktop.opening import open_program

if TYPE_CHECKING:
    from idexx_desktop.services.environment import Environment
    from idexx_desktop.sync.early import EarlyBrowser

# what a command leaves that was told to end before it had its answer
_STOPPED = ("Stopped.", "What was done until then stays done.")
STOPPED = {
    "init": (
        "Stopped before this computer was set up.",
        "Give the same command again: it goes on from there.",
    ),
    "backup": (
        "Stopped before the backup was made.",
        "Nothing of it is left. The backups from before are as they were.",
    ),
    "restore": ("Stopped before anything was restored.", "The records are as they were."),
}


def run(options: Namespace, environment: Environment, early: EarlyBrowser | None = None) -> int:
    """Carry out one sub-command, with a browser that starts already where there is one; returns the exit code."""
    as_json: bool = getattr(options, "json", False)
    key = (options.command, getattr(options, "action", None))
    try:
        return show(_answer(key, options, environment, early), as_json=as_json)
    except Failure as failure:
        return show_failure(failure, as_json=as_json)
    except Ended as ended:
        title, advice = STOPPED.get(options.command, _STOPPED)
        show_failure(Failure(FailureCode.CANCELLED, title=title, advice=advice), as_json=as_json)
        return ended.exit_code


def _answer(
    key: tuple[str, str | None], options: Namespace, environment: Environment, early: EarlyBrowser | None
) -> Answer:
    if key == ("sync", None):  # a browser waits for it: no other command is loaded
        with open_program(environment) as program:
            program.early_browser = early
            return syncing.sync(program, options)
    from idexx_desktop.cli.table import WITH_ENVIRONMENT, WITH_PROGRAM

    if key not in WITH_PROGRAM:
        return WITH_ENVIRONMENT[key](environment, options)
    with open_program(environment) as program:
        return WITH_PROGRAM[key](program, options)
