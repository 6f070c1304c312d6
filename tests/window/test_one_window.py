"""One window a profile: a second start raises the first; a name that a killed program left behind is no obstacle."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from idexx_desktop.gui.single_window import SingleWindow


def test_a_second_start_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleWindow(tmp_path), SingleWindow(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.raise_asked, timeout=5_000):
        assert not second.claim()
    first.release()


def test_another_profile_has_a_window_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleWindow(tmp_path / "a"), SingleWindow(tmp_path / "b")
    assert first.claim()
    assert second.claim()
    first.release()
    second.release()


def test_after_the_first_has_ended_the_next_one_opens(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleWindow(tmp_path), SingleWindow(tmp_path)
    assert first.claim()
    first.release()
    assert second.claim()
    second.release()
