"""Visits and Discharge calls for people who don't use a mouse, or don't see the screen well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, opened
from tests.gui.test_access import controls


@pytest.fixture(params=["visits", "visits with a panel", "calls", "calls with a panel", "a dialog"])
def host(
    request: pytest.FixtureRequest, qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> Iterator[QWidget]:
    """One of the places where there is something to act on."""
    with opened(qtbot, bridge, program, "visits", "calls") as window:
        window.go(request.param.split()[0] if request.param != "a dialog" else "calls")
        settle(window)
        page = window.current
        assert isinstance(page, VisitsPage | CallsPage)
        if request.param not in ("visits", "calls"):
            page.pane.table.selectRow(0)
            settle(window)
        if request.param == "a dialog":
            button(page.panel, "Another time…").click()
            yield page.panel.findChildren(ChooseTimeDialog)[0]
        else:
            yield window


def test_every_control_has_a_name(host: QWidget) -> None:
    found = controls(host)
    assert len(found) > 2
    assert [widget for widget in found if not widget.accessibleName()] == []


def test_every_target_is_large_enough(host: QWidget) -> None:
    small = [
        (widget.accessibleName(), widget.width(), widget.height())
        for widget in controls(host)
        if min(widget.width(), widget.height()) < 24
    ]
    assert small == []
