"""Where windows stand: within what the screen has room for, and never out of sight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).parents[2]
_SHOW = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from idexx_desktop.gui.application import make_application, make_window
make_application()
window = make_window(Path(sys.argv[1]))
window.show()
if len(sys.argv) > 2:
    place = json.loads(sys.argv[2])
    window.resize(*place["size"])
    window.move(QPoint(*place["corner"]))
QGuiApplication.processEvents()
first = [window.x(), window.y(), window.width(), window.height()]
least = [window.minimumSize().width(), window.minimumSize().height()]
room = QGuiApplication.primaryScreen().availableGeometry()
window.close()
window.shut_down()
print(json.dumps({"window": first, "least": least, "room": [room.x(), room.y(), room.width(), room.height()]}))
"""


def _shown(
    home: Path, screens: list[tuple[int, int, int, int]], scale: float = 1.0, place: str = ""
) -> dict[str, list[int]]:
    """Open a window in a process whose screens are these (x, y, width, height, physical), and close it."""
    given = [
        {
            "name": f"screen {number}",
            "x": x,
            "y": y,
            "width": wide,
            "height": high,
            "logicalDpi": 96,
            "dpr": 1,
        }
        for number, (x, y, wide, high) in enumerate(screens)
    ]
    file = home / "screens.json"
    file.write_text(json.dumps({"screens": given}), encoding="utf-8")
    platform = {"QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": f"offscreen:configfile={file}"}
    done = subprocess.run(
        [sys.executable, "-c", _SHOW, str(home), *([place] if place else [])],
        capture_output=True, text=True, timeout=120, env={**os.environ, **platform}, cwd=_REPOSITORY, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, list[int]] = json.loads(done.stdout)
    return answer


def _is_inside(answer: dict[str, list[int]]) -> bool:
    (x, y, wide, high), (left, top, room_wide, room_high) = answer["window"], answer["room"]
    return left <= x and top <= y and x + wide <= left + room_wide and y + high <= top + room_high


@pytest.mark.parametrize(
    ("screen", "scale"),
    [((1366, 720), 1.0), pytest.param((1366, 720), 1.25, marks=pytest.mark.long(item=46)), ((1920, 1032), 2.0),
     pytest.param((2560, 1392), 1.0, marks=pytest.mark.long(item=46))],
)  # fmt: skip
def test_the_window_fits_the_work_area_at_first(
    tmp_path: Path, screen: tuple[int, int], scale: float
) -> None:
    answer = _shown(tmp_path, [(0, 0, *screen)], scale)
    assert _is_inside(answer), answer
    assert answer["least"][0] <= answer["room"][2]
    assert answer["least"][1] <= answer["room"][3] - 40


def test_a_window_on_a_screen_that_is_gone_comes_back_into_sight(tmp_path: Path) -> None:
    two = [(0, 0, 1366, 720), (1366, 0, 1920, 1032)]
    there = _shown(tmp_path, two, place=json.dumps({"size": [1500, 900], "corner": [1700, 60]}))
    assert there["window"][0] >= 1700
    assert there["window"][2:] == [1500, 900]
    # on both screens it is where it was
    assert _shown(tmp_path, two)["window"][2:] == [1500, 900]
    assert _is_inside(_shown(tmp_path, two[:1]))
