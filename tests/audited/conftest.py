"""A clinic at work in which every action can be carried out."""

from __future__ import annotations

from tests.support.practice import practices, synced, synced_template

__all__ = ["practices", "synced", "synced_template"]
