"""The one stylesheet. Fonts are set on widgets (gui/fonts.py), colours and shapes here."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from idexx_desktop.domain.resources import resource_folder
from idexx_desktop.gui.tokens import SPACE, Tokens, Tone

_SHEET = Template("""
QWidget#page, QWidget#shell, QStackedWidget, QWidget#scrolled { background: $background; }
QScrollArea#panel, QWidget#panelbody, QScrollArea#dialog, QWidget#dialogbody { background: $card; border: none; }
QScrollArea#page, QWidget#pagebody, QScrollArea#notice, QWidget#noticebody { background: transparent; border: none; }
QWidget#side { background: $side; border: none; border-right: 1px solid $line; }
QFrame[kit="card"] { background: $card; border: 1px solid $line; border-radius: ${card_radius}px; }
QFrame[kit="line"] { background: $line; border: none; }
QLabel { background: transparent; color: $ink; }
QLabel[color="secondary"] { color: $secondary; }
QLabel[color="accent"] { color: $accent; }
QLabel[color="good"] { color: $good; }
QLabel[color="attention"] { color: $attention; }
QLabel[color="act"] { color: $act; }
QLabel[color="held"] { color: $held; }
QLabel[color="off"] { color: $off_text; }

QPushButton {
  background: $card; color: $ink; border: 1px solid $control_line; border-radius: ${control_radius}px;
  padding: 0 14px; outline: none;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $track; }
QPushButton:disabled { color: $off; background: $background; border-color: $line; }
QPushButton:focus { border: 2px solid $accent; padding: 0 13px; }
QPushButton[kit="row"] { padding: 0 10px; }
QPushButton[kit="row"]:focus { padding: 0 9px; }
QPushButton[kit="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[kit="primary"]:hover { background: $accent_hover; }
QPushButton[kit="primary"]:pressed { background: $accent_pressed; }
QPushButton[kit="primary"]:disabled { background: $accent_off; border-color: $accent_off; }
QPushButton[kit="primary"]:focus { border: 1px solid $accent; padding: 0 14px; }
QPushButton[kit="link"] {
  background: transparent; color: $accent; border: 1px solid transparent; padding: 0 1px;
}
QPushButton[kit="link"]:hover { text-decoration: underline; }
QPushButton[kit="link"]:disabled { color: $off; }
QPushButton[kit="link"]:focus { border: 2px solid $accent; padding: 0; }
QPushButton[kit="quiet"] { background: transparent; border: 1px solid transparent; padding: 0; }
QPushButton[kit="quiet"]:hover { background: $track; }
QPushButton[kit="quiet"]:focus { border: 2px solid $accent; }
QPushButton[kit="chip"] { border-radius: 15px; padding: 0 12px; color: $secondary; }
QPushButton[kit="chip"]:focus { padding: 0 11px; }
QPushButton[kit="chip"][chosen="true"] {
  background: $accent_soft; color: $accent; border-color: $accent_soft; font-weight: 600;
}
QPushButton[kit="chip"][chosen="true"]:focus { border-color: $accent; }
QPushButton[trailing="true"] { text-align: left; }
QPushButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox {
  background: $card; color: $ink; border: 1px solid $input_line; border-radius: ${control_radius}px;
  padding: 0 11px; min-height: 34px; selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit { padding: 6px 8px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
  border: 2px solid $accent; padding: 0 10px;
}
QLineEdit[kit="search"] { padding: 0 8px 0 4px; }
QLineEdit[kit="search"]:focus { padding: 0 7px 0 3px; }
QPlainTextEdit:focus { padding: 5px 7px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
  color: $off; background: $background; border-color: $line;
}
QLineEdit:read-only { background: $background; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; background: transparent; width: 30px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow {
  image: url("$tinted/chevron-down-$name.svg"); width: 16px; height: 16px;
}
QComboBox QAbstractItemView {
  background: $card; color: $ink; border: 1px solid $line; outline: none;
  selection-background-color: $accent_soft; selection-color: $accent;
}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
  border: none; background: transparent; width: 26px;
}
QAbstractSpinBox::up-arrow { image: url("$tinted/chevron-up-$name.svg"); width: 14px; height: 14px; }
QAbstractSpinBox::down-arrow { image: url("$tinted/chevron-down-$name.svg"); width: 14px; height: 14px; }
QAbstractSpinBox[kit="day"]::up-button, QAbstractSpinBox[kit="day"]::down-button { width: 0; }
QAbstractSpinBox[kit="day"]::up-arrow, QAbstractSpinBox[kit="day"]::down-arrow { image: none; width: 0; }

QLineEdit[wrong="true"], QComboBox[wrong="true"], QAbstractSpinBox[wrong="true"] { border-color: $act; }
QAbstractItemView#choices {
  background: $card; color: $ink; border: 1px solid $line; outline: none;
  selection-background-color: $accent_soft; selection-color: $accent;
}
QComboBox QAbstractItemView::item, QAbstractItemView#choices::item { min-height: 30px; padding: 0 8px; }
QComboBox QLineEdit { border: none; padding: 0; min-height: 28px; background: transparent; }
QAbstractSpinBox QLineEdit { border: none; padding: 0; min-height: 28px; background: transparent; }
QLineEdit { placeholder-text-color: $secondary; }
QScrollArea#section, QWidget#sectionbody { background: transparent; border: none; }
QPushButton[kit="section"] {
  text-align: left; border: 1px solid transparent; background: transparent; color: $secondary; padding: 0 10px;
}
QPushButton[kit="section"]:hover { background: $track; }
QPushButton[kit="section"]:checked { background: $accent_soft; color: $accent; }
QPushButton[kit="section"]:focus { border: 2px solid $accent; padding: 0 9px; }

QTableView {
  background: transparent; border: none; outline: none; selection-background-color: transparent;
}
QHeaderView, QHeaderView::section, QTableCornerButton::section { background: transparent; border: none; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: $input_line; border-radius: 4px; min-height: 36px; }
QScrollBar::handle:vertical:hover { background: $off; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle:horizontal { background: $input_line; border-radius: 4px; min-width: 36px; }
QScrollBar::handle:horizontal:hover { background: $off; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QCalendarWidget QWidget#qt_calendar_navigationbar { background: $card; }
QCalendarWidget QToolButton {
  background: transparent; color: $ink; border: none; border-radius: 6px; padding: 4px 8px; margin: 2px;
}
QCalendarWidget QToolButton:hover { background: $hover; }
QCalendarWidget QToolButton::menu-indicator { image: none; }
QCalendarWidget QAbstractItemView {
  background: $card; alternate-background-color: $card; selection-background-color: $accent;
  selection-color: $on_accent;
}
QMenu {
  background: $card; color: $ink; border: 1px solid $line; border-radius: ${control_radius}px; padding: 6px;
}
QMenu::item { padding: 7px 26px 7px 12px; border-radius: 6px; }
QMenu::item:selected { background: $accent_soft; color: $accent; }
QMenu::item:disabled { color: $secondary; }
QMenu::indicator { width: 0; height: 0; }
QMenu[kit="ticks"]::item { padding-left: 38px; }
QMenu[kit="ticks"][pictures="true"]::item { padding-left: 64px; }
QFrame[kit="picks"] { background: $card; border: 1px solid $line; border-radius: ${control_radius}px; }
QListWidget#picks { background: $card; color: $ink; border: none; outline: none; }
QMenu::separator { height: 1px; background: $line; margin: 6px 4px; }
QToolTip { background: $card; color: $ink; border: 1px solid $line; padding: 6px 8px; }
QDialog { background: $card; }
""")


def stylesheet(tokens: Tokens) -> str:
    """The stylesheet of one theme."""
    shades = {
        "accent_hover": _mix(tokens.accent, tokens.ink, 0.12),
        "accent_pressed": _mix(tokens.accent, tokens.ink, 0.22),
        "accent_off": _mix(tokens.accent, tokens.background, 0.42),
    }
    places = {
        "card_radius": str(SPACE.card_radius),
        "control_radius": str(SPACE.control_radius),
        "tinted": (resource_folder() / "icons" / "tinted").as_posix(),
    }
    bars = "".join(_bar(tokens, tone) for tone in Tone)
    return bars + _SHEET.substitute(asdict(tokens), **shades, **places)


def _mix(one: str, other: str, share: float) -> str:
    """`one` with a share (0 to 1) of `other`, both #RRGGBB."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _bar(tokens: Tokens, tone: Tone) -> str:
    soft = tokens.soft(tone)
    shape = f"background: {soft}; border: 1px solid {soft}; border-radius: {SPACE.control_radius}px;"
    return f'QFrame[kit="bar"][tone="{tone}"] {{ {shape} }}\n'
