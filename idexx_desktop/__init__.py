"""Every visit is accounted for, no owner gets a wrong call, and you can see why."""

__version__ = "0.1.0"
