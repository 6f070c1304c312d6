"""Computers and users for every test here."""

from __future__ import annotations

from tests.support.computers import computer, open_place

__all__ = ["computer", "open_place"]
