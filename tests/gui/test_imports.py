"""Qt is imported without what it does to every later import."""

from __future__ import annotations

import subprocess
import sys

WAYS = {
    "as the program does": "import idexx_desktop.gui",
    "after Qt itself": "import PySide6.QtCore, idexx_desktop.gui",
}
SEE = "import builtins; own = builtins.__import__; {way}; print(builtins.__import__ is own)"


def test_python_imports_as_before() -> None:
    said = {
        name: subprocess.run(
            [sys.executable, "-c", SEE.format(way=way)], capture_output=True, text=True, check=True
        ).stdout.strip()
        for name, way in WAYS.items()
    }
    assert said == {"as the program does": "True", "after Qt itself": "False"}, (
        "else the module is not needed any more"
    )
