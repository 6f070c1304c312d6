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
