"""A crash of any kind, in a program of its own, leaves its place and no value: no message, no core file."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import idexx_desktop

SECRET = "canary-secret-88"
_START = (
    "import os, threading\n"
    "from idexx_desktop.crashes import quiet_crashes\n"
    "from idexx_desktop.log import set_up_logging\n"
    "set_up_logging(); quiet_crashes()\n"
    "def deep(password):\n"
    "    owner = 'Maria ' + password\n"
)
# how it ends, and what is to be read of it
_WAYS = {
    "main": ("    raise ValueError(owner)\ndeep({0!r})", "problem='ValueError'"),
    "thread": (
        "    raise ValueError(owner)\nt = threading.Thread(target=deep, args=({0!r},)); t.start(); t.join()",
        "problem='ValueError'",
    ),
    "finalizer": (
        "    class Odd:\n        def __del__(self): raise ValueError(owner)\n    Odd()\ndeep({0!r})",
        "problem='ValueError'",
    ),
    "group": ("    raise ExceptionGroup(owner, [ValueError(owner)])\ndeep({0!r})", "problem='ExceptionGroup'"),
    "chained": (
        "    try:\n        raise KeyError(owner)\n    except KeyError as e:\n        raise ValueError(owner) from e\n"
        "deep({0!r})",
        "problem='ValueError'",
    ),
    "native": ("    os.abort()\ndeep({0!r})", "Fatal Python error: Aborted"),
    "warning": ("    import warnings\n    warnings.warn(owner)\ndeep({0!r})", "kind='UserWarning'"),
    "asyncio": (
        "    import asyncio, gc\n    async def fail(): raise ValueError(owner)\n"
        "    async def go():\n        t = asyncio.ensure_future(fail()); await asyncio.wait([t]); del t; gc.collect()\n"
        "    asyncio.run(go())\ndeep({0!r})",
        "Task exception was never retrieved",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", _WAYS)
def test_what_is_left(way: str, tmp_path: Path) -> None:
    code, told = _WAYS[way]
    script = _START + code.format(SECRET)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False, timeout=60
    )
    printed = done.stdout + done.stderr
    assert told in printed
    assert "Maria" not in printed
    assert "canary" not in printed
    assert list(tmp_path.iterdir()) == []


def test_no_core_file_is_allowed() -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such limit")
    script = f"{_START}    import resource\n    print(resource.getrlimit(resource.RLIMIT_CORE)[0])\ndeep('')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_a_hook_that_somebody_has_taken_is_left_to_them() -> None:
    script = (
        "import sys\nmine = lambda *_: print('mine')\nsys.excepthook = mine\n"
        "from idexx_desktop.crashes import quiet_crashes\nquiet_crashes()\nraise ValueError('x')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "mine"


def calls_in_the_program(name: str) -> list[tuple[Path, ast.Call]]:
    """Every call of a function or method of this name, program and migrations."""
    package = Path(idexx_desktop.__file__).parent
    nodes = (
        (path, node)
        for path in [*package.rglob("*.py"), *(package.parent / "migrations").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    calls = ((path, node) for path, node in nodes if isinstance(node, ast.Call))
    return [each for each in calls if name == getattr(each[1].func, "id", getattr(each[1].func, "attr", ""))]


def test_the_values_of_statements_are_in_no_message() -> None:
    engines = calls_in_the_program("create_engine")
    assert engines
    for path, call in engines:
        hidden = [word for word in call.keywords if word.arg == "hide_parameters"]
        assert [getattr(word.value, "value", None) for word in hidden] == [True], path


def test_nothing_prints_what_an_exception_says() -> None:
    assert calls_in_the_program("print_exc") == []
    assert calls_in_the_program("format_exc") == []
    assert calls_in_the_program("getLogger") == []  # structlog only: its lines are made harmless by key, too
