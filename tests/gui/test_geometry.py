"""Nothing is cut without a sign and a way to the whole, whatever the words, the window and the scale of the screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from idexx_desktop.gui.application import make_application
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.theme import ThemeChoice
from tests.gui.everything import (
    DIALOGS,
    EMPTY,
    OTHER_SCENES,
    PAGE_SCENES,
    PANELS,
    Stage,
    dialog_classes,
    page_ids,
    panel_classes,
)
from tests.gui.geometry import faults
from tests.gui.long_words import ENDLESS, FEW, FILLS, MANY, Fill

# the clinics' screens in physical pixels, each with a taskbar of 48: what is left of 1920 x 1080 at 200 % is smallest
LAPTOP, DESKTOP, LARGE = (1366, 720), (1920, 1032), (2560, 1392)
_TITLE_BAR = 40
SMALLEST = (960, 516 - _TITLE_BAR)
_PATIENCE = 600


def test_everything_that_there_is_is_looked_at() -> None:
    assert set(DIALOGS) == dialog_classes(), "tests/gui/everything.py names every dialog"
    assert set(PANELS) == panel_classes(), "tests/gui/everything.py names every side panel"
    assert set(PAGE_SCENES) == page_ids(), "tests/gui/everything.py names every page"


@pytest.mark.parametrize("fill", [FEW, ENDLESS], ids=lambda fill: fill.title)
def test_nothing_is_cut_in_the_smallest_window(fill: Fill) -> None:
    few_rows = fill is ENDLESS
    assert look_at_everything(fill, SMALLEST, few_rows=few_rows) == []


def test_nothing_is_cut_at_200_percent() -> None:
    assert at_scale(2.0, DESKTOP, ["many"], few_rows=True) == []


def test_an_admin_s_pages_show_everything_too() -> None:
    assert look_at_everything(MANY, SMALLEST, admin=True, few_rows=True, pages_only=True) == []


def test_what_is_cut_is_found() -> None:
    host = QWidget()
    words = Text("Give one tablet with food every morning", wrap=True, parent=host)
    words.setGeometry(0, 0, 80, 20)
    host.resize(200, 100)
    found = faults(host)
    assert len(found) == 1
    assert "px of height, has 20" in found[0]
    words.setGeometry(0, 0, 80, 120)
    assert "reaches out of" in faults(host)[0]


@pytest.mark.long(item=46)
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("screen", [LAPTOP, DESKTOP, LARGE], ids=["laptop", "desktop", "large"])
def test_nothing_is_cut_on_any_screen(scale: float, screen: tuple[int, int]) -> None:
    if screen == LAPTOP and scale > 1.25:
        pytest.skip("no clinic has it so: what is left would be 910 x 480")
    assert at_scale(scale, screen, [fill.title for fill in FILLS]) == []


# how it is looked at


def look_at_everything(
    fill: Fill,
    size: tuple[int, int],
    *,
    admin: bool = False,
    few_rows: bool = False,
    pages_only: bool = False,
) -> list[str]:
    """What is wrong anywhere, with these words in a window of this size (in the window's own pixels)."""
    found = [
        f"{where}: {fault}"
        for where, widget in _everything(fill, size, admin=admin, few_rows=few_rows, pages_only=pages_only)
        for fault in faults(widget)
    ]
    return list(dict.fromkeys(found))


def _everything(
    fill: Fill, size: tuple[int, int], *, admin: bool, few_rows: bool, pages_only: bool
) -> Iterator[tuple[str, QWidget]]:
    for name, scene in {**PAGE_SCENES, **OTHER_SCENES}.items():
        stage = Stage.made(fill, size, admin=admin)
        stage.few_rows = few_rows
        try:
            for state, widget in scene(stage):
                yield f"{name}, {state}", widget
        finally:
            stage.close()
    if pages_only:
        return
    stage = Stage.made(fill, size)
    try:
        for kind, make in (*PANELS.items(), *DIALOGS.items()):
            part = make(stage)
            if kind in PANELS:
                part.resize(part.width(), size[1] - 120)
            part.show()
            settle(stage.window)
            QApplication.processEvents()
            yield kind.__name__, part
            assert part.height() <= part.screen().availableGeometry().height(), f"{kind.__name__} is too high"
            part.close()
        for name, make_empty in EMPTY.items():
            part = make_empty(stage)
            part.resize(520, part.heightForWidth(520))
            part.show()
            QApplication.processEvents()
            yield f"empty state {name}", part
            part.close()
    finally:
        stage.close()


def at_scale(scale: float, screen: tuple[int, int], fills: list[str], *, few_rows: bool = False) -> list[str]:
    """The same in a process of its own, whose screen has this scale; `screen` in physical pixels."""
    asked = json.dumps({"fills": fills, "few_rows": few_rows})
    wide, high = screen
    one = {"name": "one", "x": 0, "y": 0, "width": wide, "height": high, "logicalDpi": 96, "dpr": 1}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"screens": [one]}, file)
        file.flush()
        platform = {"QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": f"offscreen:configfile={file.name}"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.gui.test_geometry", asked],
            capture_output=True, text=True, timeout=_PATIENCE, env={**os.environ, **platform},
            cwd=Path(__file__).parents[2], check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout))


def main(asked: str) -> None:
    """Print what is wrong, as JSON."""
    wanted = json.loads(asked)
    make_application(choice=ThemeChoice.LIGHT)
    room = QGuiApplication.primaryScreen().availableGeometry()
    known = {fill.title: fill for fill in FILLS}
    found = [
        f"{title}: {fault}"
        for title in wanted["fills"]
        for fault in look_at_everything(
            known[title], (room.width(), room.height() - _TITLE_BAR), few_rows=wanted["few_rows"]
        )
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
