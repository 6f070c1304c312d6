"""What a start does first, and what it leaves for the moment after its first page is shown."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop import program as program_module
from idexx_desktop.gui import ports
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.desktop import Desktop
from idexx_desktop.program import Program
from idexx_desktop.services.environment import Environment

# whoever opens these waits for them: the owner's rooms
OWNERS = {"users"}


class Recorded:
    """A program that notes what is asked of it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.schedule_runner = self

    def make_parts(self) -> None:
        self.done.append("parts")

    def start(self) -> None:
        self.done.append("schedule")


@pytest.fixture
def recorded(bridge: Bridge) -> tuple[Desktop, Recorded]:
    """A desktop whose program is open."""
    desktop, opened = Desktop(Environment(Path("nowhere")), bridge), Recorded()
    with_program: Any = desktop
    with_program._program = opened
    return desktop, opened


def test_the_schedule_starts_once_and_after_the_first_page_had_its_turn(
    qtbot: QtBot, recorded: tuple[Desktop, Recorded]
) -> None:
    desktop, opened = recorded
    desktop.start_schedule()
    desktop.start_schedule()
    assert opened.done == []
    qtbot.waitUntil(lambda: bool(opened.done))
    qtbot.waitUntil(lambda: opened.done == ["parts", "schedule"])


def test_a_window_that_closes_meanwhile_starts_nothing(
    qtbot: QtBot, bridge: Bridge, recorded: tuple[Desktop, Recorded]
) -> None:
    desktop, opened = recorded
    desktop.start_schedule()
    with qtbot.waitSignal(desktop.destroyed):
        desktop.deleteLater()
    assert bridge.idle
    assert opened.done == []


def test_no_page_waits_on_its_thread_for_an_import() -> None:
    kinds = (each for one in Program.__mro__ for each in vars(one).items())
    parts = {name for name, kind in kinds if isinstance(kind, cached_property)}
    asked = {name for name in vars(ports.Program) if name in parts}
    made = {*program_module._FIRST_PARTS, *program_module._LATER_PARTS}
    assert asked - made == OWNERS
    assert made <= parts
