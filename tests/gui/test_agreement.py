"""Settings, Calls: how far the program agrees with people, in words, and the way to the visits where it doesn't."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.agreement import ENOUGH, Agreement, Differing
from idexx_desktop.domain.events import SyncStarted, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.agreement import AgreementView
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_section import calls_section
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import local
from tests.gui.opening import opened, said


def differing(number: int, pet: str = "Bella") -> Differing:
    return Differing(f"a:500{number}", pet, "Ana García", local(21, 9, number), "front@desk.example")


def view_of(window: MainWindow, program: FakeProgram, found: Agreement) -> AgreementView:
    """The card, once it has read this."""
    program.visits.agreed = found
    view = calls_section(window).agreement
    view.refresh()
    settle(window)
    return view


def test_nothing_yet_says_what_to_do(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    with opened(qtbot, bridge, program, "settings", "visits") as window:
        view = view_of(window, program, Agreement())
        assert said(view)[0] == "Nothing to compare yet."
        assert len(said(view)) == 2
        assert view.show_them.isHidden()
        view.begin.click()
        settle(window)
        page = window.current
        assert isinstance(page, VisitsPage)
        assert set(map(str, page.filters.states.choices.chosen())) == {"held"}
        assert view_of(window, program, Agreement(1)).begin.isHidden()


@pytest.mark.parametrize(
    ("found", "first", "wrong"),
    [
        (
            Agreement(80, 34, (), tuple(map(differing, range(6)))),
            "Of the last 120 visits that you decided, the program would have done the same in 114.",
            "It would have called about none that you said no to.",
        ),
        (
            Agreement(1200, 300, (differing(1),), ()),
            "Of the last 1,501 visits that you decided, the program would have done the same in 1,500.",
            "It would have called about 1 that you said no to. Look at it first.",
        ),
        (
            Agreement(8, 200, (differing(1), differing(2)), ()),
            f"You decided about 10 visits that it would call: too few to tell, about {ENOUGH} are needed.",
            "It would have called about 2 that you said no to. Look at them first.",
        ),
        (
            Agreement(1),
            f"You decided about 1 visit that it would call: too few to tell, about {ENOUGH} are needed.",
            "It would have called about none that you said no to.",
        ),
        (
            Agreement(0, 7),
            f"You decided about 0 visits that it would call: too few to tell, about {ENOUGH} are needed.",
            "It would have called about none that you said no to.",
        ),
        (
            Agreement(ENOUGH),
            "Of the last 50 visits that you decided, the program would have done the same in 50.",
            "It would have called about none that you said no to.",
        ),
    ],
)
def test_figures_in_plain_words(
    settings_window: MainWindow, program: FakeProgram, found: Agreement, first: str, wrong: str
) -> None:
    """A wrong call is said however few decisions there are."""
    view = view_of(settings_window, program, found)
    assert said(view)[:2] == [first, wrong]
    held_back = f"It held back {len(found.asked) or 'none'} that you let be called"
    assert said(view)[2].startswith(held_back)
    assert not any("counted" in words for words in said(view)), "none is left out"
    assert view.show_them.isHidden() == (not found.wrongly_called and not found.asked)


def test_until_it_is_counted_that_is_said(qtbot: QtBot, settings_window: MainWindow) -> None:
    view = AgreementView(settings_window.desk)
    qtbot.addWidget(view)
    view.show()
    assert said(view) == ["Counting…"]
    view.refresh()
    settle(settings_window)
    assert "Counting…" not in said(view)


def test_what_is_not_counted_is_said(settings_window: MainWindow, program: FakeProgram) -> None:
    view = view_of(settings_window, program, Agreement(left_out=3))
    assert any(words.startswith("3 more decisions aren't counted") for words in said(view))
    view = view_of(settings_window, program, Agreement(60, left_out=1))
    assert said(view)[-1].startswith("1 more decision isn't counted")


def test_a_visit_in_which_they_differ_is_opened(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    visit = program.visits.all[0]
    wrong = Differing(visit.visit_key, visit.patient_name, visit.owner_name, visit.visit_at, "Kim")
    with opened(qtbot, bridge, program, "settings", "visits") as window:
        view = view_of(window, program, Agreement(60, 2, (wrong,), (differing(7, ""),)))
        assert view.list.isHidden()
        view.show_them.click()
        settle(window)
        assert view.list.isVisible()
        first, second = (said(row)[1] for row in view.rows)
        assert first.endswith("would have called, Kim said no")
        assert second.endswith("held back, front@desk.example let it be called")
        assert visit.patient_name in view.rows[0].button.accessibleName()
        view.rows[0].button.click()
        settle(window)
        page = window.current
        assert isinstance(page, VisitsPage)
        assert page.filters.is_one(visit.visit_key)


def test_a_long_list_says_that_there_are_more_and_goes_with_its_reason(
    settings_window: MainWindow, program: FakeProgram
) -> None:
    many = tuple(differing(number % 10) for number in range(60))
    view = view_of(settings_window, program, Agreement(0, 0, many, many))
    view.show_them.click()
    settle(settings_window)
    assert len(view.rows) == 40
    assert "The newest 40 of 120 are shown." in said(view)
    view = view_of(settings_window, program, Agreement(60))
    assert (view.list.isHidden(), view.show_them.isHidden(), view.rows) == (True, True, [])


def test_a_sync_does_not_read_it_again_and_again(settings_window: MainWindow, program: FakeProgram) -> None:
    view = view_of(settings_window, program, Agreement(60))
    settings_window.desk.bridge.tell(SyncStarted("session-1", Trigger.BUTTON, local(22, 9)))
    view_of(settings_window, program, Agreement(61))
    assert view.found == Agreement(60)
    settings_window.desk.syncing = False
    view.refresh()
    settle(settings_window)
    assert view.found == Agreement(61)


def test_what_could_not_be_read_is_said(settings_window: MainWindow, program: FakeProgram) -> None:
    section = calls_section(settings_window)
    program.visits.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    section.agreement.refresh()
    settle(settings_window)
    assert section.bar("failure") is not None
