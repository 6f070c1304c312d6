"""A clinic at work, and the window on a program in memory."""

from __future__ import annotations

from tests.gui.conftest import bridge, program, styled
from tests.support.no_secrets import no_secrets_yet
from tests.support.practice import practices, synced, synced_template

__all__ = ["bridge", "no_secrets_yet", "practices", "program", "styled", "synced", "synced_template"]
