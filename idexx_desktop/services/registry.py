"""The user's own part of the Windows registry."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import winreg

    class UserRegistry:
        """Values below HKEY_CURRENT_USER; no rights are needed. What the system refuses is an OSError."""

        def get(self, key: str, name: str) -> str | bytes | None:
            """A value; None where there is none."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value = winreg.QueryValueEx(opened, name)[0]
            except FileNotFoundError:
                return None
            return value if isinstance(value, str | bytes) else None

        def put(self, key: str, name: str, value: str) -> None:
            """Keep a text."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

        def drop(self, key: str, name: str) -> None:
            """Remove a value, where it is there."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return
