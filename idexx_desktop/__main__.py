"""The one entry: no arguments open the window, sub-commands use the same engine without one.

What is not needed is not imported: the window is to be painted within a second of the command.
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from idexx_desktop import garbage

if TYPE_CHECKING:
    from idexx_desktop.services.environment import Environment
    from idexx_desktop.sync.early import EarlyBrowser


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    garbage.wait()
    # structlog loads rich where a developer's tool has installed it: 8 MB and 0.1 s that no log line needs
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # Python's own way to say "not to be had"
    from idexx_desktop import ending

    ending.listen()
    try:
        code = _written(arguments)
        if arguments is None:  # the process ends with its program
            ending.over()
        return code
    except ending.Ended as ended:  # before a command or a window had begun, or when it was over
        return ended.exit_code


def _written(arguments: list[str] | None) -> int:
    from idexx_desktop import streams

    streams.prepare()
    try:
        code = _run(arguments)
    except SystemExit as usage:  # of `--help`, and of what can't be understood
        if not streams.flush() and not usage.code:
            return streams.NOT_WRITTEN
        raise
    return code or (0 if streams.flush() else streams.NOT_WRITTEN)


def _run(arguments: list[str] | None) -> int:
    from idexx_desktop import streams
    from idexx_desktop.cli.arguments import build_parser
    from idexx_desktop.cli.output import show_failure
    from idexx_desktop.crashes import quiet_crashes
    from idexx_desktop.domain.failures import Failure
    from idexx_desktop.log import set_up_logging
    from idexx_desktop.services.environment import has_display, read_environment
    from idexx_desktop.services.own_folder import mend, require_own

    options = build_parser().parse_args(arguments)
    set_up_logging()
    quiet_crashes()
    environment = read_environment(getattr(options, "home", None))
    try:
        require_own(environment.home)
        mend(environment.home)
    except Failure as failure:
        return show_failure(failure, as_json=getattr(options, "json", False))
    if options.command is None:
        if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
            streams.say(
                "There is no display here to open a window on; `idexx-desktop --help` lists the commands."
            )
            return 2
        from idexx_desktop.gui.desktop import open_window

        return open_window(environment, hidden=options.hidden)
    if options.command == "demo":
        from idexx_desktop.demo import demo

        garbage.go_on()
        return demo(options)
    with _browser_ahead(options.command, environment) as early:
        from idexx_desktop.cli.main import run

        if options.command != "sync":  # which goes on loading, until it reads
            garbage.go_on()
        return run(options, environment, early)


def _browser_ahead(command: str, environment: Environment) -> AbstractContextManager[EarlyBrowser | None]:
    """For a sync that will probably sign in: a browser starts while the rest of the program does. None for others."""
    if command != "sync":
        return nullcontext()
    from idexx_desktop.services.expected_browser import ExpectedBrowser

    expected = ExpectedBrowser(environment.home)
    if not expected.is_likely():
        return nullcontext()
    from idexx_desktop.sync.early import EarlyBrowser

    return EarlyBrowser(expected.configured())


if __name__ == "__main__":
    sys.exit(main())
