"""What is said on the command line of a call and of a visit's pet, beside the lists of them."""

from __future__ import annotations

import argparse


def add_deaths(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    """What is said of a visit's pet."""
    died = actions.add_parser("died", parents=[common], help="note that a visit's pet has died")
    died.add_argument("visit", metavar="VISIT", help="visit key or consultation id")
    what = died.add_mutually_exclusive_group()
    what.add_argument("--undo", action="store_true", help="it was a mistake, whoever noted it")
    what.add_argument("--card-sent", action="store_true", help="its owner was sent a sympathy card")


def add_claims(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    """Who is calling."""
    claim = actions.add_parser("claim", parents=[common], help="let everybody see that you are calling")
    claim.add_argument("call", metavar="ID", help="as `calls --json` shows it")
    claim.add_argument("--anyway", action="store_true", help="although somebody else is calling")
    release = actions.add_parser("release", parents=[common], help="you aren't calling any more")
    release.add_argument("call", metavar="ID", help="as `calls --json` shows it")
