"""A process that knows no secret yet: those of other tests, single letters among them, would be cut out here, too."""

from __future__ import annotations

import pytest

from idexx_desktop import redaction


@pytest.fixture(autouse=True)
def no_secrets_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Used by every test of the module, or of the room, that imports it."""
    monkeypatch.setattr(redaction, "_secrets", redaction._Secrets())
