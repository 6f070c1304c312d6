"""The question where Neo is: Today says it, Settings and the first start ask it, and a person answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_address import Question, Why
from idexx_desktop.gui import headline
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.notifying import Told, consider
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.neo import NeoSection
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, ZONE, local, today_status
from tests.gui.opening import button, has_button, opened, said, settings_page


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "today", "settings") as made:
        yield made


OURS, OTHER = "https://us.idexxneo.com", "https://ca.idexxneo.com"
CHANGED = Question(Why.CHANGED, OTHER, OURS, "ben@oak.example", local(21, 9))
FIRST = Question(Why.FIRST, "https://neo.oak.example")
ASKED = (
    "Neo's address was changed by ben@oak.example on 21 Nov 2026 at 09:00 to https://ca.idexxneo.com: use it?"
)


def section_with(window: MainWindow, program: FakeProgram, question: Question) -> NeoSection:
    """Settings, as the button of Today opens it."""
    program.neo_address.asked = question
    page = settings_page(window, FailureCode.ADDRESS_CHANGED)
    assert isinstance(page.current, NeoSection)
    return page.current


def test_today_says_it_with_the_one_button_that_helps(window: MainWindow, program: FakeProgram) -> None:
    page = window.current
    assert isinstance(page, TodayPage)
    program.status.value = today_status(asked=CHANGED.failure(ZONE))
    page.refresh()
    settle(window)
    assert ASKED in page.sentence.sentence.text()
    program.neo_address.asked = CHANGED
    button(page, "Check the address").click()
    settle(window)
    settings = window.current
    assert isinstance(settings, SettingsPage)
    assert isinstance(settings.current, NeoSection)
    assert ASKED in said(settings.current)


def test_nothing_is_asked_before_there_is_a_sign_in() -> None:
    status = today_status(asked=CHANGED.failure(ZONE), credential_status="not_configured")
    said_first = headline.headline(status, NOW, ZONE, syncing=False)
    assert said_first.failure is not None
    assert said_first.failure.code is FailureCode.NO_CREDENTIALS


def test_a_notification_names_nobody_and_leads_there() -> None:
    notice, _ = consider(today_status(asked=CHANGED.failure(ZONE)), NOW, Told())
    assert notice is not None
    assert "ben" not in notice.title + notice.text
    assert (notice.page_id, notice.argument) == ("settings", FailureCode.ADDRESS_CHANGED)


@pytest.mark.parametrize(("verb", "kept"), [("Use it", OTHER), ("Keep ours", OURS)])
def test_a_person_answers_in_settings(window: MainWindow, program: FakeProgram, verb: str, kept: str) -> None:
    section = section_with(window, program, CHANGED)
    assert any(OURS in words for words in said(section))
    button(section, verb).click()
    settle(window)
    assert program.settings.kept_sync.neo_url == kept
    assert (program.neo_address.used, program.neo_address.kept) == (
        ([OTHER], 0) if verb == "Use it" else ([], 1)
    )
    assert section.bar("address") is None
    assert section.address.value == kept


def test_where_nobody_has_chosen_there_is_nothing_to_keep(window: MainWindow, program: FakeProgram) -> None:
    section = section_with(window, program, FIRST)
    assert "Is https://neo.oak.example the address of your clinic's Neo?" in said(section)
    assert not has_button(section, "Keep ours")
    button(section, "Use it").click()
    settle(window)
    assert program.neo_address.used == [FIRST.address]


def test_an_address_that_can_not_be_used_is_not_offered(window: MainWindow, program: FakeProgram) -> None:
    hostile = Question(Why.CHANGED, "http://evil.example/<b>\u202e" * 9, OURS, "<img src=x>", NOW)
    section = section_with(window, program, hostile)
    assert not has_button(section, "Use it")
    button(section, "Keep ours").click()
    settle(window)
    assert program.neo_address.kept == 1


def test_a_long_address_is_seen_to_its_end(window: MainWindow, program: FakeProgram) -> None:
    """Where it leads stands at the end of its name."""
    address = f"https://us.idexxneo.com.{'a' * 60}.{'b' * 60}.evil.example"
    section = section_with(window, program, Question(Why.CHANGED, address, OURS, "ben@oak.example", NOW))
    bar = section.bar("address")
    assert bar is not None
    assert address in bar.title.text().replace("\u200b", "")
    assert bar.title.minimumSizeHint().width() <= bar.title.width()
    assert bar.title.heightForWidth(bar.title.width()) <= bar.title.height()


def test_an_answer_that_is_refused_is_said(window: MainWindow, program: FakeProgram) -> None:
    section = section_with(window, program, CHANGED)
    program.neo_address.failure = Failure(
        FailureCode.INVALID_INPUT, title="A profile keeps to one kind of site."
    )
    button(section, "Use it").click()
    settle(window)
    assert "A profile keeps to one kind of site." in said(section)
    assert section.bar("address") is not None


def test_the_first_start_asks_it_before_it_goes_on(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    """On a computer that was let in to a sign-in: the person sees where it goes."""
    program.neo_address.asked = FIRST
    step = SignInStep(window.desk)
    qtbot.addWidget(step)
    step.resize(848, 700)
    step.show()
    step.entered()
    settle(window)
    assert not step.ready
    button(step, "Use it").click()
    settle(window)
    assert (step.ready, program.neo_address.used) == (True, [FIRST.address])
    assert not has_button(step, "Use it")
