"""The widgets that pages are made of."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QButtonGroup, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import Step, SyncProgress
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar, Toast
from idexx_desktop.gui.kit.buttons import LinkButton, PrimaryButton, QuietButton, RowButton, SyncButton
from idexx_desktop.gui.kit.cards import Card, PageHeader, clear_layout
from idexx_desktop.gui.kit.chips import MenuChip, RemovableChip, SearchField, ToggleChip
from idexx_desktop.gui.kit.choices import CheckChoice, RadioChoice
from idexx_desktop.gui.kit.dialogs import ConfirmDialog, DetailsDialog
from idexx_desktop.gui.kit.empty import not_loaded
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.ledger import LedgerBar
from idexx_desktop.gui.kit.pills import Pill, pill_size
from idexx_desktop.gui.kit.progress import ProgressCard
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.theme import THEME, ThemeChoice
from idexx_desktop.gui.tokens import DARK, LIGHT, Tone
from tests.gui.alone import LEFT, Clicks, colors, shown


@pytest.mark.parametrize(("kind", "high"), [(PrimaryButton, 36), (RowButton, 30), (LinkButton, 24)])
def test_buttons_have_size_name_and_click(qtbot: QtBot, kind: type[PrimaryButton], high: int) -> None:
    clicks = Clicks()
    button = kind("Rex & Nala", clicks.click, icon_name="check")
    shown(qtbot, button)
    assert button.height() == high
    assert button.accessibleName() == "Rex & Nala"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert clicks.count == 1


def test_buttons_take_the_colors_of_the_theme(qtbot: QtBot) -> None:
    button = PrimaryButton("Sync now", icon_name="refresh-cw")
    shown(qtbot, button, 120, 36)
    assert LIGHT.accent in colors(button)
    THEME.choose(ThemeChoice.DARK)
    assert DARK.accent in colors(button)
    assert LIGHT.accent not in colors(button)


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_the_ring_of_the_main_button_is_whole(qtbot: QtBot, scale: float) -> None:
    button = PrimaryButton("Call anyway")
    qtbot.addWidget(button)
    shown(qtbot, button)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    painted = QImage(button.size() * scale, QImage.Format.Format_RGB32)
    painted.setDevicePixelRatio(scale)
    button.render(painted)

    def at(x: float, y: float) -> str:
        return painted.pixelColor(int(x * scale), int(y * scale)).name()

    wide, high, ring = button.width(), button.height(), QColor(LIGHT.on_accent).name()
    # on every side: the accent, the ring in it, the accent; the button keeps its size
    for across in (wide * 0.2, wide / 2, wide * 0.8):
        for y in (1.5, high - 2):
            assert at(across, y) == QColor(LIGHT.accent).name()
        for y in (4, high - 4):
            assert at(across, y) == ring
    for down in (high * 0.3, high / 2, high * 0.7):
        assert at(4, down) == ring == at(wide - 4, down)
        assert at(1.5, down) == QColor(LIGHT.accent).name()


def test_what_is_wrong_stands_where_there_is_room_for_it(qtbot: QtBot) -> None:
    field = Field("Passphrase", TextInput())
    qtbot.addWidget(field)
    field.set_problem(
        "This passphrase doesn't open the passwords that are kept here. Look at capital letters."
    )
    for wide, beside in ((900, True), (400, False), (900, True)):
        shown(qtbot, field, wide, 140)
        QApplication.processEvents()
        assert (field.problem.x() > field.control.geometry().right()) == beside
        assert (field.problem.y() > field.control.geometry().bottom()) == (not beside)
        assert field.problem.width() > 200


def test_a_quiet_button_says_its_words(qtbot: QtBot) -> None:
    button = QuietButton("Close", icon_name="x")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip(), button.text()) == ("Close", "Close", "")


def test_the_sync_button_follows_the_sync(qtbot: QtBot) -> None:
    clicks = Clicks()
    button = SyncButton(clicks.click)
    shown(qtbot, button)
    assert button.accessibleName() == "Sync now"
    button.set_syncing(True)
    QTest.mouseClick(button, LEFT)
    assert clicks.count == 0
    assert button.accessibleName() == "Syncing…"
    button.set_syncing(False)
    button.click()
    assert clicks.count == 1


def test_chips_choose_one_of_several(qtbot: QtBot) -> None:
    host, group = QWidget(), QButtonGroup()
    chips = [ToggleChip("All", True), ToggleChip("Missed")]
    column = QVBoxLayout(host)
    for chip in chips:
        group.addButton(chip)
        column.addWidget(chip)
    shown(qtbot, host, 200, 100)
    chips[1].click()
    assert [chip.isChecked() for chip in chips] == [False, True]
    assert [chip.property("chosen") for chip in chips] == [False, True]


def test_a_menu_chip_picks_and_forgets(qtbot: QtBot) -> None:
    chip = MenuChip("Any provider", [("kim", "Dr. Kim"), ("patel", "Dr. Patel & Co")])
    shown(qtbot, chip)
    picked: list[object] = []
    chip.picked.connect(picked.append)
    menu = chip.findChildren(QMenu)[0]
    menu.actions()[2].trigger()
    assert (chip.value, chip.accessibleName()) == ("patel", "Dr. Patel & Co")
    chip.set_options([("kim", "Dr. Kim")])
    assert (chip.value, chip.accessibleName()) == (None, "Any provider")
    menu.actions()[1].trigger()
    menu.actions()[0].trigger()
    assert picked == ["patel", "kim", None]


def test_a_removable_chip_says_what_it_takes_away(qtbot: QtBot) -> None:
    clicks = Clicks()
    chip = RemovableChip("Last 2 days", clicks.click)
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Clear Last 2 days"
    chip.click()
    assert clicks.count == 1


def test_search_waits_for_a_rest_in_typing(qtbot: QtBot) -> None:
    field = SearchField("Pet, owner")
    shown(qtbot, field)
    found: list[str] = []
    field.searched.connect(found.append)
    QTest.keyClicks(field, "max")
    assert found == []
    qtbot.waitUntil(lambda: found == ["max"])
    QTest.keyClicks(field, "i")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert found == ["max", "maxi"]
    field.clear_quietly()
    assert field.text() == ""
    assert found == ["max", "maxi"]


def test_choices(qtbot: QtBot) -> None:
    for choice in (RadioChoice("When the rules say"), CheckChoice("On")):
        shown(qtbot, choice, 200, 28)
        before = colors(choice)
        choice.click()
        assert choice.isChecked()
        assert LIGHT.accent in colors(choice) - before
        assert choice.accessibleName() == choice.text()


def test_a_bar_closes_only_where_nothing_has_to_be_done(qtbot: QtBot) -> None:
    clicks = Clicks()
    bar = InlineBar(Tone.ACT, "Paused.", "Enter it.", (BarAction("Update password", clicks.click),))
    shown(qtbot, bar)
    assert bar.findChildren(QuietButton) == []
    bar.buttons[0].click()
    assert clicks.count == 1
    assert bar.accessibleName() == "Paused. Enter it."
    closable = InlineBar(Tone.OFF, "Done.", closable=True)
    shown(qtbot, closable)
    with qtbot.waitSignal(closable.closed):
        closable.findChildren(QuietButton)[0].click()
    assert closable.isHidden()


def test_a_bar_has_no_narrow_column(qtbot: QtBot) -> None:
    """Where a line has no room, its words stand above each other."""
    more = "calls are only shown, none is scheduled yet."
    bar = InlineBar(Tone.HELD, "Review mode:", more, (BarAction("Turn on discharge calls", int),))
    qtbot.addWidget(bar)
    for width, above in ((900, False), (520, True), (400, True), (900, False)):
        bar.resize(width, 120)
        bar.show()
        QApplication.processEvents()
        assert (bar.more.y() > bar.title.y() + 8) == above, width
        assert bar.more.width() > 150, width


def test_a_toast_undoes_once(qtbot: QtBot) -> None:
    host, clicks = QWidget(), Clicks()
    shown(qtbot, host, 800, 400)
    toast = Toast(host)
    toast.say("No call for Max.", clicks.click)
    assert toast.isVisible()
    assert toast.accessibleName() == "No call for Max."
    assert abs(toast.geometry().center().x() - 400) <= 2
    undo = toast.findChildren(RowButton)[0]
    undo.click()
    assert (clicks.count, toast.isVisible()) == (1, False)
    for words in ("Noted for Étienne Park · Reached: concern", "All calls are paused."):
        toast.say(words, clicks.click)
        QApplication.processEvents()
        assert undo.width() == undo.sizeHint().width(), words
    toast.say("Saved.")
    assert not undo.isVisible()


def test_the_ledger_adds_up_and_each_part_can_be_chosen(qtbot: QtBot) -> None:
    ledger = LedgerBar()
    shown(qtbot, ledger, 800, 60)
    counts = {VisitState.SCHEDULED: 1270, VisitState.HELD: 1, VisitState.FAILED: 2}
    ledger.set_counts(counts)
    assert ledger.total == 1273
    chosen: list[VisitState] = []
    ledger.chosen.connect(chosen.append)
    boxes = dict(ledger.bar.segments())
    assert list(boxes) == [VisitState.SCHEDULED, VisitState.HELD, VisitState.FAILED]
    assert all(box.width() >= 6 for box in boxes.values())
    assert max(box.right() for box in boxes.values()) == pytest.approx(ledger.bar.width())
    for box in boxes.values():
        QTest.mouseClick(ledger.bar, LEFT, pos=box.center().toPoint())
    part = ledger.parts[VisitState.WAITING]
    part.setFocus()
    QTest.keyClick(part, Qt.Key.Key_Space)
    assert chosen == [*boxes, VisitState.WAITING]
    assert ledger.parts[VisitState.SCHEDULED].accessibleName() == "1,270 Call scheduled, show them"


def test_an_empty_ledger_is_painted(qtbot: QtBot) -> None:
    ledger = LedgerBar()
    shown(qtbot, ledger, 400, 60)
    ledger.set_counts({})
    assert LIGHT.track in colors(ledger.bar)
    assert ledger.total == 0


def test_a_pill_shows_icon_word_and_color(qtbot: QtBot) -> None:
    look = PillLook("hand", "Held: may have died", Tone.HELD)
    pill = Pill(look)
    shown(qtbot, pill, int(pill_size(look).width()) + 1, 24)
    assert {LIGHT.held_soft, LIGHT.held} <= colors(pill)
    assert pill.accessibleName() == "Held: may have died"
    pill.set_look(PillLook("check", "All in", Tone.GOOD))
    assert pill.accessibleName() == "All in"


def test_progress_says_step_time_and_what_is_kept(qtbot: QtBot) -> None:
    card = ProgressCard()
    shown(qtbot, card, 800, 90)
    card.show_progress(SyncProgress("s", Step.READING_CONSULTATIONS, 14, 38), 12.2)
    assert card.title.text() == "Reading consultations · 14 of 38"
    assert card.detail.text() == "About 12 seconds left · what is already saved is kept if you stop"
    assert card.bar.share == pytest.approx(14 / 38)
    card.show_progress(SyncProgress("s", Step.SIGNING_IN))
    assert (card.title.text(), card.bar.share) == ("Signing in to Neo", 0.0)
    with qtbot.waitSignal(card.stop_asked):
        card.stop.click()
    assert not card.stop.isEnabled()
    card.started()
    assert card.stop.isEnabled()


def test_a_panel_is_emptied_for_the_next_row_and_closed_by_escape(qtbot: QtBot) -> None:
    panel = SidePanel()
    shown(qtbot, panel, 330, 400)
    panel.begin("Max", "Edge Family")
    panel.content.addWidget(Text("why"))
    panel.foot.addWidget(PrimaryButton("Keep"))
    panel.begin("Luna", "Ana")
    assert (panel.content.count(), panel.foot.count()) == (0, 0)
    assert panel.accessibleName() == "Luna, Ana"
    with qtbot.waitSignal(panel.closed):
        QTest.keyClick(panel, Qt.Key.Key_Escape)


def test_a_typed_word_frees_the_verb(qtbot: QtBot) -> None:
    host = QWidget()
    shown(qtbot, host)
    dialog = ConfirmDialog(host, "Try all again?", "All of them.", "Try all again", typed_word="retry")
    dialog.open()
    assert dialog.typed
    assert not dialog.verb.isEnabled()
    QTest.keyClicks(dialog.typed, " Retry ")
    assert dialog.verb.isEnabled()
    with qtbot.waitSignal(dialog.accepted):
        dialog.verb.click()


def test_escape_is_safe(qtbot: QtBot) -> None:
    host = QWidget()
    shown(qtbot, host)
    dialog = ConfirmDialog(host, "Turn on?", "", "Turn on")
    dialog.open()
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_details_can_be_read(qtbot: QtBot) -> None:
    host = QWidget()
    shown(qtbot, host)
    dialog = DetailsDialog(host, "Details", "KeyError\nbridge.py:12 ask")
    dialog.open()
    assert dialog.shown.toPlainText().startswith("KeyError")
    assert dialog.shown.isReadOnly()


def test_not_loaded_says_what_to_do(qtbot: QtBot) -> None:
    clicks = Clicks()
    state = not_loaded(Failure(FailureCode.DATABASE_UNREACHABLE), clicks.click)
    shown(qtbot, state, 600, 300)
    assert state.button
    state.button.click()
    assert clicks.count == 1
    assert "restart this computer" in state.more.text()


def test_cards_and_headers(qtbot: QtBot) -> None:
    card, header = Card(), PageHeader("Visits", "Every visit ends in exactly one state")
    shown(qtbot, card, 300, 120)
    card.add_title("Calls due today", LinkButton("See all"))
    assert card.accessibleName() == "Calls due today"
    assert LIGHT.card in colors(card)
    shown(qtbot, header, 600, 60)
    header.add_action(PrimaryButton("Sync now"))
    assert header.title.font().weight() == Style.PAGE_TITLE.value[1]
    clear_layout(card.body)
    assert card.body.count() == 0
