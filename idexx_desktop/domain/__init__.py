"""What is true without any I/O: visits, states, call rules, reconcile rules, schedule rules, failures.

Imports no other room, opens nothing, and never asks for the time: clock and chance are passed in.
"""
