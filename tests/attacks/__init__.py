"""Tests as attacks: what a login of ours, or a stranger's, can reach by SQL alone. Generated from the catalogue."""
