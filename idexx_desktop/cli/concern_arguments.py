"""The options of `concerns`."""

from __future__ import annotations

import argparse


def add_concerns(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    """List them, close one, open one again."""
    listed = actions.add_parser("list", parents=[common], help="the open ones, what is due first, first")
    listed.add_argument("--all", action="store_true", help="those closed in the last 30 days, too")
    close = actions.add_parser("close", parents=[common], help="somebody answered")
    close.add_argument(
        "--what", required=True, metavar="TEXT", help="who did what; - reads it from standard input"
    )
    reopen = actions.add_parser("reopen", parents=[common], help="it wants an answer again")
    for each in (close, reopen):
        each.add_argument("concern", metavar="ID", help="as `concerns list` shows it")


def add_urgency(outcome: argparse.ArgumentParser) -> None:
    """Of a result that is a concern: until when somebody answers, and who."""
    outcome.add_argument(
        "--urgency",
        choices=("now", "today", "next-day"),
        help="with concern: how soon it is answered (default: today)",
    )
    outcome.add_argument(
        "--for",
        dest="for_whom",
        default="",
        metavar="WHO",
        help="with concern: for whom (default: the visit's vet)",
    )
