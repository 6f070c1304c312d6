"""The arguments of `numbers`."""

from __future__ import annotations

import argparse

from idexx_desktop.domain.owner_numbers import PartOfDay


def add_numbers(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    """The arguments."""
    wrong = actions.add_parser("wrong", parents=[common], help="somebody else answers there: never called")
    wrong.add_argument("number", metavar="NUMBER")
    wrong.add_argument("--undo", action="store_true", help="it is the owner's after all")
    best = actions.add_parser(
        "best", parents=[common], help="the number to call in place of the one in Neo, and when"
    )
    best.add_argument("number", metavar="NUMBER", help="as Neo has it")
    best.add_argument("--use", metavar="NUMBER", help="the number to call instead")
    best.add_argument("--time", choices=[str(part) for part in PartOfDay], help="when its owner likes calls")
    best.add_argument("--undo", action="store_true", help="nothing holds of it any more")
    actions.add_parser("list", parents=[common], help="the wrong numbers, and what holds of others")
