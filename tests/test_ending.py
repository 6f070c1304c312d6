"""A word to end: once, at once, unless something must not be left half done."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from idexx_desktop import ending
from idexx_desktop.crashes import quiet_crashes
from idexx_desktop.ending import Ended, unbroken
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")
NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    # whoever started the tests may have switched one of them off
    before = {number: signal.signal(number, signal.SIG_DFL) for number in NUMBERS}
    ending.listen()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_way_of_being_told(number: signal.Signals) -> None:
    with pytest.raises(Ended) as told:
        signal.raise_signal(number)
    assert told.value.exit_code == 128 + number
    for later in NUMBERS:  # taking down comes to its end
        signal.raise_signal(later)


def test_the_first_word_waits_for_the_end_of_what_must_not_be_broken_off() -> None:
    done = []

    def work() -> None:
        with unbroken():
            with unbroken():
                signal.raise_signal(signal.SIGHUP)
                done.append("inner")
            signal.raise_signal(signal.SIGINT)
            done.append("outer")

    with pytest.raises(Ended) as told:
        work()
    assert done == ["inner", "outer"]
    assert told.value.number == signal.SIGHUP


def test_a_word_in_the_last_step_is_moot() -> None:
    with unbroken(last=True):
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(Ended):
        signal.raise_signal(signal.SIGTERM)


def test_when_all_is_done_a_word_says_nothing() -> None:
    """Of a process, too, that Python takes down: there its own handlers are gone already."""
    ending.over()
    for number in NUMBERS:
        signal.raise_signal(number)
    leaving = (
        "import os, signal, sys\nfrom idexx_desktop import ending\nending.listen()\nending.over()\n"
        "class Last:\n    def __del__(self, kill=os.kill, me=os.getpid(), hup=signal.SIGHUP): kill(me, hup)\n"
        "sys.last_of_all = Last()\n"
    )
    assert subprocess.run([sys.executable, "-c", leaving], check=False).returncode == 0


def test_other_threads_have_nothing_to_wait_with() -> None:
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        with unbroken():
            inside.set()
            leave.wait()

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait()
    with pytest.raises(Ended):
        signal.raise_signal(signal.SIGTERM)
    leave.set()
    thread.join()


def test_what_is_switched_off_stays_off() -> None:
    """`nohup`, and what a shell starts in the background."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    ending.listen()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    signal.raise_signal(signal.SIGHUP)


class Finalized:
    """Whose finalizer hears the word: Python drops what is raised there."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def test_a_word_that_python_drops_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    quiet_crashes()

    def work() -> None:
        Finalized()
        wait_until(lambda: False, 20)

    with pytest.raises(Ended):
        work()
