"""Clinics at work, see `tests.support`."""

from __future__ import annotations

from tests.support.embedded_clinic import embedded_clinic
from tests.support.practice import practices, synced, synced_template

__all__ = ["embedded_clinic", "practices", "synced", "synced_template"]
