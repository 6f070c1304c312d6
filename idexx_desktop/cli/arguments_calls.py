"""The options of what people do about discharge calls."""

from __future__ import annotations

import argparse

from idexx_desktop.cli.arguments_of_calls import add_claims
from idexx_desktop.cli.concern_arguments import add_urgency

# in the words of the command line, in the order in which the window shows them
OUTCOMES = ("reached", "concern", "voicemail", "no-answer", "wrong-number", "opted-out", "died")


def add_calls(calls: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """`calls` lists them; with an action it does something about one."""
    actions = calls.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str, text: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=text, description=text, parents=[common])

    outcome = action("outcome", "Record what came of a try of a call.")
    outcome.add_argument("call", metavar="ID", help="the call's id, as `calls --json` shows it")
    outcome.add_argument("--outcome", required=True, choices=OUTCOMES)
    outcome.add_argument(
        "--note", default="", metavar="TEXT", help="kept with it; - reads it from standard input"
    )
    outcome.add_argument("--by", default="", metavar="NAME", help="who called, where that was somebody else")
    outcome.add_argument(
        "--at", metavar="TIME", help="when the call was made, as noted on paper (default: now)"
    )
    outcome.add_argument(
        "--pet",
        action="append",
        default=[],
        metavar="NAME",
        help="with died: which of the call's pets (default: all); may be given several times",
    )
    add_urgency(outcome)
    take_back = action("take-back", "Take the last result of a call back: the call is as it was before.")
    take_back.add_argument("call", metavar="ID")
    agree = action("agree", "Agree that owners couldn't be reached: of these calls, or of all that are over.")
    agree.add_argument("calls", nargs="*", metavar="ID")
    agree.add_argument("--every", action="store_true", help="all that weren't agreed of yet")
    add_claims(actions, common)
