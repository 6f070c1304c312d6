"""The options of `report` and `ledger`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator


def add_reports(command: Callable[[str, str], argparse.ArgumentParser]) -> Iterator[argparse.ArgumentParser]:
    """Add both; each parser, for the options that all lists have."""
    for name, text in (
        ("report", "How many owners were tried and reached, by kind of visit, provider and hour."),
        ("ledger", "How each visit ended: reached, not reached, not to be called; or what is open."),
    ):
        parser = command(name, text)
        parser.add_argument("--from", dest="since", metavar="DAY", help="first day (default: 30 days)")
        parser.add_argument("--to", dest="until", metavar="DAY", help="last day (default: today)")
        yield parser
