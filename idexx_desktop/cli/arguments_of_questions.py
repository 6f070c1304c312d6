"""The options of `questions`."""

from __future__ import annotations

import argparse

from idexx_desktop.domain.visits import VisitKind

# as they are written on the command line
VISIT_KINDS = tuple(str(kind).replace("_", "-") for kind in VisitKind)


def add_questions(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    """What is asked in calls: shown, changed, counted."""
    shown = actions.add_parser("show", parents=[common], help="the questions of all kinds, or of one")
    shown.add_argument("kind", nargs="?", choices=VISIT_KINDS, metavar="KIND", help=", ".join(VISIT_KINDS))
    change = actions.add_parser("set", parents=[common], help="others for one kind; the ones before are kept")
    change.add_argument("kind", choices=VISIT_KINDS, metavar="KIND", help=", ".join(VISIT_KINDS))
    how = change.add_mutually_exclusive_group(required=True)
    how.add_argument("--file", metavar="FILE", help="as `show KIND --json` prints them; - for standard input")
    how.add_argument("--defaults", action="store_true", help="the program's own again")
    how.add_argument("--looked-over", action="store_true", help="say that your vet has looked over them")
    counts = actions.add_parser("counts", parents=[common], help="how often what was answered")
    counts.add_argument("--from", dest="since", metavar="TIME", help="date or time (default: 30 days back)")
    counts.add_argument(
        "--to", dest="until", metavar="TIME", help="date or time, excluded (default: today's end)"
    )
