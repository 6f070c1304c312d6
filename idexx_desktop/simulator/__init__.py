"""The practice Neo: a real local web site with the documented behaviour and named faults.

Reached by the demo, `simulate` and tests only; listens on loopback and refuses every write.
"""
