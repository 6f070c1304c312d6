"""The icon in the system's tray: the state, a small menu, notifications; and the window that closes into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.gui import headline, needs_words
from idexx_desktop.gui.concern_notices import consider_concerns
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.notifying import Notice, consider, told_from
from idexx_desktop.gui.strings import tr, tray
from idexx_desktop.gui.tray_icon import TrayState, state_of, tray_icon

_EXPLAINED, _TOLD, _CONCERNS = "tray/explained", "tray/told", "tray/concerns"


class Tray(QObject):
    """Where the system has a tray, closing the window hides it there; where it has none, closing quits.

    `notify` and `available` are Qt's own unless a test hands others in.
    """

    def __init__(
        self,
        window: MainWindow,
        *,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
        notify: Callable[[str, str], object] | None = None,
    ) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.available = available()
        self.quitting = False
        self.state = TrayState.OFF
        self._status: TodayStatus | None = None
        self._clicked: Notice | None = None
        self._build_menu()
        self.icon: QSystemTrayIcon | None = None
        self._notify = notify or self._show_message
        if self.available:
            self._make_icon()
            window.installEventFilter(self)
            window.ended.connect(self._ended)
            QApplication.setQuitOnLastWindowClosed(False)
            self._listen()

    def _make_icon(self) -> None:
        self.icon = QSystemTrayIcon(tray_icon(self.state), self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.open_notice)
        self.icon.show()

    # the window

    def raise_window(self) -> None:
        """Show the window, in front of others."""
        self._window.show()
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()

    def quit(self) -> None:
        """End the program, once what is unsaved is settled. The window's own closing remembers where it was."""
        if self._window.leaving.must_ask:
            self.raise_window()
        self._window.leaving.ask(self._quit)

    def _quit(self) -> None:
        self.quitting = True
        if self.icon:
            self.icon.hide()
        self._window.close()
        QApplication.quit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.Close and not self.quitting:
            if self._desk.program is None:
                # nothing syncs yet (the first start, or records that can't be reached): closing ends it
                self.quitting = True
                QApplication.quit()
                return False
            event.ignore()
            self._window.leaving.ask(self._hide)
            return True
        return super().eventFilter(watched, event)

    def _ended(self) -> None:
        self._window.removeEventFilter(self)
        if self.icon:
            self.icon.hide()

    def _hide(self) -> None:
        self._window.hide()
        self._explain_once()

    def _explain_once(self) -> None:
        kept = self._desk.preferences
        if not kept.get(_EXPLAINED):
            kept.put(_EXPLAINED, "yes")
            self._clicked = None
            self._notify(tr(tray.STILL_HERE), tr(tray.STILL_HERE_MORE))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.raise_window()

    # the menu

    def _build_menu(self) -> None:
        self.menu = QMenu(self._window)  # gone with it
        self.sentence = QAction(tr(tray.OPENING), self.menu)
        self.sentence.setEnabled(False)
        self.waiting = QAction("", self.menu)
        self.waiting.setEnabled(False)
        self.waiting.setVisible(False)
        self.open_action = QAction(tr(tray.OPEN), self.menu)
        self.sync_action = QAction(tr(tray.SYNC_NOW), self.menu)
        self.pause_action = QAction(tr(tray.PAUSE), self.menu)
        self.quit_action = QAction(tr(tray.QUIT), self.menu)
        self.open_action.triggered.connect(self.raise_window)
        self.sync_action.triggered.connect(self._desk.sync_now)
        self.pause_action.triggered.connect(self._pause_or_resume)
        self.quit_action.triggered.connect(self.quit)
        self.menu.addActions([self.sentence, self.waiting])
        self.menu.addSeparator()
        self.menu.addActions([self.open_action, self.sync_action, self.pause_action])
        self.menu.addSeparator()
        self.menu.addAction(self.quit_action)
        self.sync_action.setEnabled(False)
        self.pause_action.setEnabled(False)

    def _pause_or_resume(self) -> None:
        settings, until = self._desk.opened.settings, None if self._is_paused() else self._tomorrow()
        self._desk.bridge.ask(lambda: settings.pause_until(until), self._pause_changed, self._not_reached)

    def _pause_changed(self, _: object) -> None:
        self._desk.bridge.records_changed(Topic.SETTINGS)

    def _is_paused(self) -> bool:
        until = self._status.schedule.paused_until if self._status else None
        return until is not None and until > self._desk.now()

    def _tomorrow(self) -> datetime:
        zone = self._desk.zone
        day = self._desk.now().astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(day, time(), tzinfo=zone)

    # the state

    def _listen(self) -> None:
        self._desk.standing.told.connect(self._arrived)
        self._desk.standing.failed.connect(self._not_reached)
        self._desk.run_changed.connect(self._say)

    def _arrived(self, status: TodayStatus) -> None:
        self._status = status
        self._say()
        kept = self._desk.preferences
        before = told_from(kept.get(_TOLD))
        notice, told = consider(status, self._desk.now(), before)
        if told != before:
            kept.put(_TOLD, told.as_text())
        self._tell(notice)
        marks = frozenset(kept.get(_CONCERNS).split())
        notice, told_of = consider_concerns(status.concerns, self._desk.now(), marks)
        if told_of != marks:
            kept.put(_CONCERNS, " ".join(sorted(told_of)))
        self._tell(notice)

    def _tell(self, notice: Notice | None) -> None:
        if notice:
            self._clicked = notice
            self._notify(notice.title, notice.text)

    def _not_reached(self, failure: Failure) -> None:
        self._show(TrayState.ATTENTION, tr(tray.NOT_REACHED))

    def _say(self) -> None:
        if self._status is None:
            return
        said = headline.headline(self._status, self._desk.now(), self._desk.zone, syncing=self._desk.syncing)
        needs = self._status.needs(self._desk.now())
        self.waiting.setText(tr(tray.WAITING, things=needs_words.things(needs)))
        self.waiting.setVisible(needs.count > 0)
        self._show(state_of(said, needs), said.sentence)
        self.sync_action.setEnabled(not self._desk.syncing)
        self.pause_action.setEnabled(True)
        self.pause_action.setText(tr(tray.RESUME if self._is_paused() else tray.PAUSE))

    def _show(self, state: TrayState, sentence: str) -> None:
        self.sentence.setText(sentence.replace("&", "&&"))
        if self.icon and state is not self.state:
            self.icon.setIcon(tray_icon(state))
        if self.icon:
            self.icon.setToolTip(tr(tray.NAME, state=tr(state.value)))
        self.state = state

    # notifications

    def open_notice(self) -> None:
        """A notification was clicked: show what it was about."""
        self.raise_window()
        if self._clicked:
            self._window.go(self._clicked.page_id, self._clicked.argument)

    def _show_message(self, title: str, text: str) -> None:
        if self.icon:
            self.icon.showMessage(title, text, tray_icon(self.state))
