"""Keys pressed on an X display, as a keyboard presses them: the window gets them from the system, not from a test."""

from __future__ import annotations

import ctypes

_SHIFT = 0xFFE1
_NAMED = {
    "Tab": 0xFF09, "Return": 0xFF0D, "Escape": 0xFF1B, "space": 0x20, "Down": 0xFF54, "Up": 0xFF52, "Home": 0xFF50,
    "End": 0xFF57, "Control": 0xFFE3, "Shift": _SHIFT,
}  # fmt: skip


class XKeys:
    """A second connection to the display, through which keys are faked (the extension XTEST)."""

    def __init__(self, display: str) -> None:
        self._x11, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XKeysymToKeycode.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
        self._x11.XFlush.argtypes = self._x11.XCloseDisplay.argtypes = (ctypes.c_void_p,)
        self._test.XTestFakeKeyEvent.argtypes = (
            ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong,
        )  # fmt: skip
        self._display = self._x11.XOpenDisplay(display.encode())
        if not self._display:
            raise RuntimeError(f"no display {display}")

    def press(self, *names: str) -> None:
        """One key after the other; `Control+a` holds the first down."""
        for name in names:
            held = [_NAMED.get(part) or ord(part) for part in name.split("+")]
            for key in held:
                self._send(key, down=True)
            for key in reversed(held):
                self._send(key, down=False)

    def type(self, text: str) -> None:
        """Small letters, figures, full stops and blanks: what needs no other key."""
        self.press(*("space" if letter == " " else letter for letter in text))

    def close(self) -> None:
        """Let go of the display."""
        self._x11.XCloseDisplay(self._display)

    def _send(self, key: int, *, down: bool) -> None:
        code = self._x11.XKeysymToKeycode(self._display, key)
        self._test.XTestFakeKeyEvent(self._display, code, int(down), 0)
        self._x11.XFlush(self._display)
