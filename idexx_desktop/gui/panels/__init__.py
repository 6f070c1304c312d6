"""Panels that more than one page shows."""
