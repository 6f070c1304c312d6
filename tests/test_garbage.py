"""Nothing is looked through for garbage while the program loads, nor at its end; in between it is."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import atexit, gc
atexit.register(lambda: print("end", gc.isenabled(), sum(map(len, map(gc.get_objects, range(3))))))
from idexx_desktop import garbage
garbage.wait()
print("loads", gc.isenabled())
garbage.go_on()
print("runs", gc.isenabled())
garbage.go_on()
made = [[number] for number in range(5000)]
"""


def test_only_what_runs_is_looked_through() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    *before, end = done.stdout.splitlines()
    assert before == ["loads False", "runs True"]
    assert end.startswith("end False")
    assert int(end.split()[-1]) < 100  # the lists are out of its sight
