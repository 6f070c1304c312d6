"""The keyboard in a window that is really shown, where the system allows a display without a screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_CHECKOUT = _HERE.parents[1]


@pytest.fixture
def display() -> Iterator[str]:
    """A display that nobody sees, with a number that is free."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("needs Xvfb")
    reading, writing = os.pipe()
    options = ["-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    with subprocess.Popen([server, *options], pass_fds=(writing,), stderr=subprocess.DEVNULL) as running:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        yield f":{number}"
        running.terminate()


@pytest.mark.long(item=47)
def test_every_key_comes_from_the_system(display: str) -> None:
    run_on(display, "real_keys.py")


@pytest.mark.long(item=61)
def test_calls_are_worked_through_with_keys_of_the_system(display: str) -> None:
    run_on(display, "real_calls.py")


def run_on(display: str, file: str) -> None:
    """Run the tests of a file beside this one in windows on that display."""
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(_HERE / file)]
    done = subprocess.run(
        command, env=environment, cwd=_CHECKOUT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-4000:]
