"""However a sync is ended while its browser starts ahead, by the system's own kill too, no process of it is left."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from idexx_desktop.services import profile as profiles

MARK = "STARTED_BY_THIS_TEST"
LONGEST_SECONDS = 8.0
PATIENCE_SECONDS = 30.0


def marked(mark: str) -> list[str]:
    """The names of the processes that carry this mark in their environment."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.name())
        except psutil.Error:
            continue
    return found


def ended_after(home: Path, url: str, seconds: float, number: signal.Signals) -> set[str]:
    """Start a sync whose records never answer, and end it; which programs it had started by then."""
    mark = uuid.uuid4().hex
    variables = {
        **os.environ,
        MARK: mark,
        "IDEXX_DESKTOP_HOME": str(home),
        "IDEXX_DESKTOP_VAULT_PASSPHRASE": "a passphrase of the test",
        "IDEXX_DESKTOP_DATABASE_URL": url,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "idexx_desktop", "sync"],
        env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        time.sleep(seconds)  # the moment is the test's subject
        seen = set(marked(mark))
        process.send_signal(number)
        process.wait(PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (left := marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == [], f"{number.name} after {seconds:.2f} s"
    return seen


@pytest.mark.skipif(sys.platform == "win32", reason="its signals are others")
@pytest.mark.long(item=50)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_sync_that_ends_at_any_moment(number: signal.Signals, tmp_path: Path) -> None:
    profile = replace(profiles.new_profile(profiles.SERVER), complete=True)
    profiles.save(tmp_path, profile)
    chance = random.Random(number)  # noqa: S311 - moments
    seen: set[str] = set()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody:secret@127.0.0.1:{silent.getsockname()[1]}/records"
        for _ in range(10):
            seen |= ended_after(tmp_path, url, chance.uniform(0.1, LONGEST_SECONDS), number)
    assert any("chrom" in name for name in seen), seen
    assert any("node" in name for name in seen), seen
