"""Measures what is shown: which words are cut without a sign, and which controls can't be reached.

A text may be shorter than it is only where it ends in … and has a way to the whole: a tooltip, or the row's panel.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.bars import Toast
from idexx_desktop.gui.kit.choices import CheckChoice, RadioChoice
from idexx_desktop.gui.kit.pills import Pill, pill_size
from idexx_desktop.gui.kit.text import ElidedText
from idexx_desktop.gui.tables.columns import Cell
from idexx_desktop.gui.tables.delegate import cell_room
from idexx_desktop.gui.tables.header import ARROW_ROOM
from idexx_desktop.gui.tables.model import CellRole
from idexx_desktop.gui.tables.view import Table

_SLACK = 1
_LEAST_TO_SCROLL_IN = 72
# of an input: the frame, the room inside it, and the cursor
_INSIDE, _ARROW = 24, 26
_TIP_SHOWS = 200


def faults(root: QWidget) -> list[str]:
    """Everything that is wrong with what `root` shows, one line each; empty where all is well."""
    QApplication.sendPostedEvents()
    found: list[str] = []
    shown = [part for part in root.findChildren(QWidget) if part.isVisibleTo(root)]
    for part in shown:
        found += [f"{_named(part)}: {fault}" for fault in _own_faults(part)]
        found += [f"{_named(part)}: {fault}" for fault in _out_of_reach(part, root)]
    return found + _overlaps([part for part in shown if _has_words(part)], root)


# what a part needs


def _own_faults(part: QWidget) -> Iterator[str]:
    for kind, look in _LOOKS:
        if isinstance(part, kind):
            yield from look(part)
            return


def _scrolls(area: QAbstractScrollArea) -> Iterator[str]:
    inner = area.widget() if isinstance(area, QScrollArea) else None
    port = area.viewport()
    if inner is None or (inner.height() > port.height() + _SLACK):
        if port.height() < _LEAST_TO_SCROLL_IN:
            yield f"scrolls within {port.height()} px only"
        if inner and area.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
            yield "is too low, and doesn't scroll"
    if inner and inner.width() > port.width() + _SLACK:
        yield f"is cut at the right: {inner.width()} px in {port.width()}"


def _elided(part: ElidedText) -> Iterator[str]:
    yield from _short_of(part, QSize(part.width(), part.sizeHint().height()))
    if part.fontMetrics().horizontalAdvance(part.text()) > part.width() + _SLACK:
        yield from _no_way_to(part.text(), part.toolTip())


def _label(part: QLabel) -> Iterator[str]:
    if part.text():
        yield from _short_of(part, _label_needs(part))


def _pill(part: Pill) -> Iterator[str]:
    if pill_size(part.look).width() > part.width() + _SLACK:
        yield from _no_way_to(part.look.text, part.toolTip())


def _choice(part: QAbstractButton) -> Iterator[str]:
    if not isinstance(part, CheckChoice | RadioChoice):
        yield "is the system's own: its focus is a shade that other controls don't have"
    yield from _button(part)


def _button(part: QAbstractButton) -> Iterator[str]:
    wraps, needed = part.sizePolicy().hasHeightForWidth(), part.sizeHint()
    high = part.heightForWidth(part.width()) if wraps else needed.height()
    if part.text().strip():
        yield from _short_of(part, QSize(0, high))
        if not wraps and needed.width() > part.width() + _SLACK:
            yield from _no_way_to(part.text().replace("&&", "&"), part.toolTip())


def _chosen(part: QComboBox) -> Iterator[str]:
    if part.fontMetrics().horizontalAdvance(part.currentText()) > part.width() - _INSIDE - _ARROW:
        yield from _no_way_to(part.currentText(), part.toolTip())


def _number(part: QAbstractSpinBox) -> Iterator[str]:
    yield from _short_of(part.lineEdit(), QSize(part.fontMetrics().horizontalAdvance(part.text()), 0))


def _typed(part: QLineEdit) -> Iterator[str]:
    # what is typed can be gone through with the cursor
    if not part.text():
        wide = part.fontMetrics().horizontalAdvance(part.placeholderText()) + _INSIDE - 8
        yield from _short_of(part, QSize(wide, 0))


def _label_needs(label: QLabel) -> QSize:
    if not label.wordWrap():
        return label.sizeHint()
    metrics = QFontMetricsF(label.font())
    words = re.split(r"[\s\u200b]+", QLabel.text(label))
    # words of other scripts than ours may break anywhere
    widest = max((metrics.horizontalAdvance(word) for word in words if word.isascii()), default=0.0)
    margins = label.contentsMargins()
    return QSize(
        int(widest) + margins.left() + margins.right() + 2 * label.margin(),
        label.heightForWidth(label.width()),
    )


def _short_of(part: QWidget, needed: QSize) -> Iterator[str]:
    if needed.width() > part.width() + _SLACK:
        yield f"needs {needed.width()} px of width, has {part.width()}"
    if needed.height() > part.height() + _SLACK:
        yield f"needs {needed.height()} px of height, has {part.height()}"


def _no_way_to(whole: str, tip: str) -> Iterator[str]:
    """`whole` ends in …: the tooltip must say it, or of a very long one the beginning."""
    said = " ".join(html.unescape(re.sub(r"<[^>]*>", "", tip)).replace("\u200b", "").split())
    wanted = " ".join(whole.replace("\u200b", "").removesuffix("…").split())
    if wanted[:_TIP_SHOWS] not in said:
        yield f"is cut, and no tooltip says the whole (it says {said[:60]!r})"


# tables


def _cut_cells(view: Table) -> Iterator[str]:
    model, port = view.model(), view.viewport().rect()
    columns = [number for number in range(model.columnCount()) if not view.isColumnHidden(number)]
    needed = sum(view.columnWidth(number) for number in columns)
    if needed > port.width() + _SLACK:
        yield f"columns need {needed} px, there are {port.width()}"
    for number in columns:
        yield from _cut_title(view, number)
    for line in range(model.rowCount()):
        for number in columns:
            index = model.index(line, number)
            rect, cell = view.visualRect(index), index.data(CellRole)
            if rect.bottom() > port.bottom():
                return
            for words in _cut_words(cell, cell_room(view, rect, number).width()):
                for fault in _no_way_to(words, view.tip(rect.center())):
                    yield f"row {line}, {view.rows.columns[number].title}: {fault}"


def _cut_title(view: Table, number: int) -> Iterator[str]:
    column = view.rows.columns[number]
    arrow = ARROW_ROOM if column.sorts else 0
    title = column.title
    room = cell_room(view, QRect(0, 0, view.columnWidth(number), 44), number).width()
    if QFontMetricsF(font(Style.LABEL)).horizontalAdvance(title) + arrow > room + _SLACK:
        yield f"title {title!r} is cut"


def _cut_words(cell: Cell, room: float) -> Iterator[str]:
    if cell.pill:
        if pill_size(cell.pill).width() > room + _SLACK:
            yield cell.pill.text
        return
    style = Style.SECONDARY if cell.wrap else Style.STRONG if cell.strong else Style.BODY
    lines = 2 if cell.wrap else 1
    if QFontMetricsF(font(style)).horizontalAdvance(cell.text) > lines * room * (0.8 if lines > 1 else 1):
        yield cell.text
    if cell.second and QFontMetricsF(font(Style.SMALL)).horizontalAdvance(cell.second) > room + _SLACK:
        yield cell.second


_LOOKS: tuple[tuple[type[QWidget], Callable[[Any], Iterator[str]]], ...] = (
    (Table, _cut_cells),
    (QScrollArea, _scrolls),
    (QPlainTextEdit, _scrolls),
    (ElidedText, _elided),
    (QLabel, _label),
    (Pill, _pill),
    (QCheckBox, _choice),
    (QRadioButton, _choice),
    (QAbstractButton, _button),
    (QComboBox, _chosen),
    (QAbstractSpinBox, _number),
    (QLineEdit, _typed),
)


# where it stands


def _out_of_reach(part: QWidget, root: QWidget) -> Iterator[str]:
    """A part that its parents cut off, where none of them scrolls."""
    if not _has_words(part):
        return
    inner: QWidget = part
    box = part.rect()
    while inner is not root:
        parent = inner.parentWidget()
        assert parent is not None
        box = QRect(inner.mapToParent(box.topLeft()), box.size())
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            # it scrolls: what has to be in sight is the area
            inner, box = area, area.rect()
            continue
        room = parent.rect().adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)
        if not room.contains(box):
            yield f"reaches out of {_named(parent)}: {_box(box)} in {_box(parent.rect())}"
            return
        inner = parent


def _has_words(part: QWidget) -> bool:
    if isinstance(part, QLabel):
        return bool(part.text())
    if isinstance(part, QLineEdit) and isinstance(part.parentWidget(), QAbstractSpinBox | QComboBox):
        return False
    return isinstance(
        part, QAbstractButton | QLineEdit | QComboBox | QAbstractSpinBox | Pill | QPlainTextEdit
    )


def _overlaps(parts: list[QWidget], root: QWidget) -> list[str]:
    """Words that are painted over others."""
    boxes = sorted(
        ((QRect(part.mapTo(root, QPoint(0, 0)), part.size()), part) for part in parts if not _floats(part)),
        key=lambda pair: pair[0].top(),
    )
    found = []
    for place, (box, part) in enumerate(boxes):
        for other_box, other in boxes[place + 1 :]:
            if other_box.top() >= box.bottom() - _SLACK:
                break
            cut = box.intersected(other_box)
            related = (
                part.isAncestorOf(other) or other.isAncestorOf(part) or _room_of(part) is not _room_of(other)
            )
            if cut.width() > 2 and cut.height() > 2 and not related:
                found.append(
                    f"{_named(part)} and {_named(other)} overlap by {cut.width()} x {cut.height()} px"
                )
    return found


def _room_of(part: QWidget) -> QWidget | None:
    """What scrolls the part: only what scrolls together can stand on each other."""
    parent = part.parentWidget()
    while parent is not None and not isinstance(parent, QAbstractScrollArea):
        parent = parent.parentWidget()
    return parent


def _floats(part: QWidget) -> bool:
    parent: QWidget | None = part
    while parent is not None:
        if isinstance(parent, Toast):
            return True
        parent = parent.parentWidget()
    return False


def _named(part: QWidget) -> str:
    words = part.text() if isinstance(part, QLabel | QAbstractButton) else part.accessibleName()
    return f"{type(part).__name__} {' '.join(words.split())[:40]!r}"


def _box(box: QRect) -> str:
    return f"{box.x()},{box.y()} {box.width()}x{box.height()}"
