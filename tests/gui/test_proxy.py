"""The proxy on the way to Neo: said in Settings as it is, signed in to from wherever its refusal is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.connection import ProxyPlace
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.neo import NeoSection
from idexx_desktop.gui.pages.settings_sections.sign_in import SignInSection
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.panels.proxy_dialog import ProxyDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import today_status
from tests.gui.opening import button, has_button, opened, said, settings_page

PROXY = "proxy.oak.example:3128"


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "today", "settings") as made:
        yield made


def section_with(window: MainWindow, program: FakeProgram, place: ProxyPlace) -> NeoSection:
    program.proxy.value = place
    section = settings_page(window, FailureCode.PROXY_SIGN_IN).current
    assert isinstance(section, NeoSection)
    settle(window)
    return section


def asked_in(part: QWidget) -> ProxyDialog:
    return next(dialog for dialog in part.findChildren(ProxyDialog) if dialog.isVisible())


def enter(window: MainWindow, dialog: ProxyDialog, user: str, password: str) -> None:
    for box, text in ((dialog.user, user), (dialog.password, password)):
        box.clear()
        QTest.keyClicks(box, text)
    dialog.verb.click()
    settle(window)


@pytest.mark.parametrize(
    ("place", "words", "enters", "forgets"),
    [
        (ProxyPlace(), "This computer reaches Neo without a proxy.", "", False),
        (ProxyPlace(PROXY), f"through {PROXY}. Nobody signs in to it.", "Sign in to the proxy…", False),
        (ProxyPlace(PROXY, "ana"), "This program signs in to it as ana.", "Change…", True),
        (ProxyPlace(PROXY, "ana", by_settings=True), "and say who signs in to it: ana.", "", False),
        (ProxyPlace(PROXY, "ana", refused=True), f"{PROXY} didn't accept ana", "Change…", True),
    ],
)
def test_each_state_is_said(
    window: MainWindow, program: FakeProgram, place: ProxyPlace, words: str, enters: str, forgets: bool
) -> None:
    section = section_with(window, program, place)
    assert words in section.proxy_words.text()
    assert section.enter_proxy.isVisibleTo(section) is bool(enters)
    assert section.forget_proxy.isVisibleTo(section) is forgets
    if enters:
        assert section.enter_proxy.text() == enters
        assert section.enter_proxy.hasFocus()  # what the person came for


def test_one_that_can_not_be_used_is_said(window: MainWindow, program: FakeProgram) -> None:
    program.proxy.problem = Failure(FailureCode.UNREACHABLE, title="A proxy of a kind that can't be used.")
    section = section_with(window, program, ProxyPlace())
    assert section.proxy_words.text().startswith("A proxy of a kind that can't be used.")
    assert not section.enter_proxy.isVisibleTo(section)


def test_it_is_tried_once_and_kept(window: MainWindow, program: FakeProgram) -> None:
    section = section_with(window, program, ProxyPlace(PROXY))
    section.enter_proxy.click()
    dialog = asked_in(section)
    enter(window, dialog, "a:na", "x")
    assert dialog.field.problem.text() == "Enter both, the user name without a colon."
    enter(window, dialog, "ana", "wrong")
    assert dialog.field.problem.text() == "The proxy didn't accept them."
    enter(window, dialog, "ana", "open")
    assert program.proxy.tried == [("ana", "wrong"), ("ana", "open")]
    assert "signs in to it as ana" in section.proxy_words.text()
    section.forget_proxy.click()
    settle(window)
    assert "Nobody signs in to it." in section.proxy_words.text()


def test_today_leads_there(window: MainWindow, program: FakeProgram) -> None:
    program.proxy.value = ProxyPlace(PROXY)
    page = window.current
    assert isinstance(page, TodayPage)
    program.status.value = today_status(last_failure=Failure(FailureCode.PROXY_SIGN_IN))
    page.refresh()
    settle(window)
    assert "this computer's proxy asks for a user name and a password" in page.sentence.sentence.text()
    button(page, "Open settings").click()
    settle(window)
    assert isinstance(window.current, SettingsPage)
    assert isinstance(window.current.current, NeoSection)


def test_a_test_of_the_sign_in_offers_it(window: MainWindow, program: FakeProgram) -> None:
    section = settings_page(window, "sign_in").current
    assert isinstance(section, SignInSection)
    program.credentials.failure = Failure(FailureCode.PROXY_SIGN_IN)
    section.test.click()
    settle(window)
    assert any("proxy asks for a user name" in words for words in said(section))
    button(section, "Sign in to the proxy…").click()
    enter(window, asked_in(section), "ana", "open")
    assert not has_button(section, "Sign in to the proxy…")
    assert program.proxy.tried == [("ana", "open")]
