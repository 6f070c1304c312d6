"""Clinics at work, see `tests.support.practice`."""

from __future__ import annotations

from tests.support.practice import practices, synced, synced_template

__all__ = ["practices", "synced", "synced_template"]
