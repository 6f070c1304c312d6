"""A clinic at work in which every action can be carried out."""

from __future__ import annotations

from tests.support.practice import practices

__all__ = ["practices"]
