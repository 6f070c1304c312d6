"""When Python looks for garbage: not while the program loads, nor when a command ends.

Nearly all that is made while the program loads stays: looking it through is a tenth of the start, and again of a short
run's end. A window has a collector of its own.
"""

from __future__ import annotations

import atexit
import gc

_was_on = False


def wait() -> None:
    """Not before `go_on`."""
    global _was_on
    _was_on = gc.isenabled()
    gc.disable()


def go_on() -> None:
    """From now on, where it was so before `wait`, and without what is there by now; until the process ends."""
    global _was_on
    if _was_on:
        _was_on = False
        gc.freeze()
        gc.enable()
        atexit.register(_leave)


def _leave() -> None:
    """What the process has made goes with it, unseen."""
    gc.disable()
    gc.freeze()
