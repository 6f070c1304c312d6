"""The one entry: no arguments open the window, sub-commands use the same engine without one.

What is not needed is not imported: the window is to be painted within a second of the command.
"""

from __future__ import annotations

import gc
import os
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    # nearly all that is made while the program loads stays: looking it through for garbage is a tenth of the start
    gc.disable()
    # structlog loads rich where a developer's tool has installed it: 8 MB and 0.1 s that no log line needs
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # Python's own way to say "not to be had"
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
            print(
                "There is no display here to open a window on; `idexx-desktop --help` lists the commands.",
                file=sys.stderr,
            )
            return 2
        from idexx_desktop.gui.desktop import open_window

        return open_window(environment, hidden=options.hidden)
    if options.command == "demo":
        from idexx_desktop.demo import demo

        _collect_again()
        return demo(options)
    from idexx_desktop.cli.main import run

    _collect_again()
    return run(options, environment)


def _collect_again() -> None:
    """From now on, and without what is loaded; a window has a collector of its own."""
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    sys.exit(main())
