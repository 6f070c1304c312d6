"""The option that plays one week again: `python3 run.py test tests/simulation/test_week.py --week 1455`."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where this folder, or a test in it, is named on the command line."""
    parser.addoption("--week", type=int, metavar="SEED", help="play this simulated week alone")
