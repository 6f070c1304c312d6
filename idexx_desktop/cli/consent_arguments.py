"""The options of `consents`."""

from __future__ import annotations

import argparse
from datetime import date

from idexx_desktop.domain.consents import ConsentScope, ConsentWay
from idexx_desktop.domain.visits import VisitKind


def add_consents(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    """What is shown, recorded and withdrawn."""
    actions.add_parser("list", parents=[common], help="those in force, newest first")
    add = actions.add_parser("add", parents=[common], help="record what an owner agreed to")
    add.add_argument("number", metavar="NUMBER", help="the owner's telephone number")
    add.add_argument(
        "--how",
        required=True,
        choices=[each.replace("_", "-") for each in ConsentWay],
        help="how it was said",
    )
    what = add.add_mutually_exclusive_group()
    general = [str(scope) for scope in ConsentScope if scope is not ConsentScope.KIND]
    what.add_argument("--scope", choices=general, help="for what (default: all)")
    kinds = [kind.replace("_", "-") for kind in VisitKind if kind is not VisitKind.END_OF_LIFE]
    what.add_argument("--kind", choices=kinds, help="for calls about this kind of visit only")
    add.add_argument("--by", default="", metavar="NAME", help="who said so")
    add.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="when they said so, as 2026-11-30")
    withdraw = actions.add_parser("withdraw", parents=[common], help="the owner takes it back")
    withdraw.add_argument("consent", metavar="ID", help="as `consents list` shows it")
