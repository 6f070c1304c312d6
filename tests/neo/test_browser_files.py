"""The browser's temporary files lie in a folder of the program's own; what a killed program left is cleared away."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from idexx_desktop.neo import browser_files
from idexx_desktop.neo.browser_files import folder_of_its_own, told_to_browser, told_to_driver
from tests.support.waiting import wait_until

_BROWSER = """
import asyncio
from idexx_desktop.neo.browser import running_browser, running_driver
async def main():
    async with running_driver() as driver, running_browser(driver, None) as browser:
        print("runs", flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


def running_from(folder: Path) -> list[psutil.Process]:
    """Programs whose command line names the folder; one that has ended names nothing."""
    every = psutil.process_iter(["cmdline"])
    return [each for each in every if any(str(folder) in part for part in each.info["cmdline"] or ())]


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder with a path as short as the system's own, here and for programs."""
    folder = Path(tempfile.mkdtemp(prefix="t-", dir=Path(tempfile.gettempdir()).anchor + "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="its temporary folder is another")
def test_what_a_killed_program_left_goes_with_the_next_start(temporary: Path) -> None:
    """Program, driver and browser in the same instant: nobody tidies up."""
    with subprocess.Popen([sys.executable, "-c", _BROWSER], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert "runs\n" in iter(program.stdout.readline, "")
        base = browser_files._base()
        with folder_of_its_own():
            found, beside = list(base.glob("*/playwright_*profile*")), list(temporary.iterdir())
        all_of_it = [psutil.Process(program.pid), *psutil.Process(program.pid).children(recursive=True)]
        for process in all_of_it:
            process.suspend()
        for process in all_of_it:
            process.kill()
    [profile] = found  # that of a program which lives is left alone
    assert beside == [base]  # driver and browser put nothing elsewhere
    wait_until(lambda: not running_from(temporary))  # what the browser began meanwhile, too
    assert profile.is_dir()
    with folder_of_its_own():
        assert not profile.exists()
    assert list(temporary.iterdir()) == []


def test_it_ends_with_the_block() -> None:
    assert told_to_driver() == told_to_browser() == {}
    with folder_of_its_own():
        folder = Path(told_to_driver()["TMPDIR"])
        (folder / "profile").mkdir()
        with folder_of_its_own():  # a second browser beside it
            other = Path(told_to_driver()["TMPDIR"])
            assert other != folder
        assert not other.exists()
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files as POSIX has them")
def test_nobody_elses_folder_is_used_or_cleared_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    base, theirs = tmp_path / "base", tmp_path / "theirs"
    monkeypatch.setattr(browser_files, "_base", lambda: base)
    (theirs / "1-1-x").mkdir(parents=True)
    base.symlink_to(theirs)
    with folder_of_its_own():
        assert not Path(told_to_driver()["TMPDIR"]).is_relative_to(base)
    assert (theirs / "1-1-x").is_dir()


def test_a_browser_whose_socket_would_not_fit_keeps_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for length, fits in ((10, True), (80, False)):
        monkeypatch.setattr(tempfile, "gettempdir", lambda length=length: f"/{'x' * length}")
        browser_files._FOLDER.set(browser_files._base() / "1-1-x")
        assert bool(told_to_driver())
        assert bool(told_to_browser()) is fits
    browser_files._FOLDER.set(None)


def test_who_lives() -> None:
    me = psutil.Process()
    began = int(me.create_time())
    assert browser_files._lives(f"{me.pid}-{began}-abc")
    assert not browser_files._lives(f"{me.pid}-{began - 100}-abc")  # the number is another's by now
    for gone in ("999999999-1-x", "x", "1", ""):
        assert not browser_files._lives(gone)
