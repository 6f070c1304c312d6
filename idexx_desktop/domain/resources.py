"""Where what comes with the program is: fonts, icons, dated data; beside the package, or inside a built bundle."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def resource_folder() -> Path:
    """The `resources` folder of the checkout, of the environment it was installed into, or of the bundle.

    Raises FileNotFoundError where there is none: a program without its fonts and icons is a broken install.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [
        *([Path(bundle) / "resources"] if bundle else []),
        Path(__file__).resolve().parents[2] / "resources",
        Path(sys.prefix) / "share" / "idexx-desktop" / "resources",
    ]
    for folder in candidates:
        if (folder / "icons").is_dir():
            return folder
    raise FileNotFoundError("resources: " + ", ".join(str(folder) for folder in candidates))
