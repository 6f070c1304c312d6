"""Every visit is accounted for, no owner gets a wrong call, and you can see why."""

import time

__version__ = "0.5.0"

# when this program was started: the first thing that runs, in monotonic seconds
STARTED = time.monotonic()
