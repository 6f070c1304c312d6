"""The tests of every room, and of run.py."""
