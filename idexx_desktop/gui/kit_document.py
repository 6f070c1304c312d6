"""The recovery kit as one printed page, A4 or US Letter, made with Qt's own printing.

The page holds the code as text; nothing else of the file (name, title, properties) does.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from idexx_desktop.domain.computers import RecoveryKit
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.fonts import FAMILY
from idexx_desktop.gui.kit.codes import CodeLayout
from idexx_desktop.gui.shown import shown_lines
from idexx_desktop.gui.strings import recovery, shell, tr
from idexx_desktop.gui.timewords import long_date

# the countries whose paper is US Letter (Unicode CLDR, paperSize)
_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
_MARGIN_MM, _POINTS = 20.0, 72.0
_DOTS_PER_INCH = 600
_INK, _GREY = QColor("#000000"), QColor("#4A4A4A")
_STEPS = (recovery.PAGE_STEP_1, recovery.PAGE_STEP_2, recovery.PAGE_STEP_3, recovery.PAGE_STEP_4)


def page_layout(country: str) -> QPageLayout:
    """Upright, in the paper of a country (ISO 3166 alpha-2)."""
    size = QPageSize.PageSizeId.Letter if country in _LETTER else QPageSize.PageSizeId.A4
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(
        QPageSize(size), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
    )


def kit_pdf(kit: RecoveryKit, country: str, zone: ZoneInfo) -> bytes:
    """The page as a PDF file. `country` chooses the paper, `zone` is that of the date."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(page_layout(country))
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(tr(recovery.KIT))
    writer.setCreator(tr(shell.PRODUCT))
    paint_kit(writer, kit, zone)
    return bytes(buffer.data().data())


def save_privately(path: Path, content: bytes) -> None:
    """Write the whole file or none, readable by its owner only. Failure(INVALID_INPUT) where that can't be."""
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".pdf", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        raise Failure(
            FailureCode.INVALID_INPUT, type(problem).__name__, title=tr(recovery.NOT_SAVED)
        ) from problem


def paint_kit(device: QPagedPaintDevice, kit: RecoveryKit, zone: ZoneInfo) -> bool:
    """Draw the page on a PDF or a printer; False where the device can't begin."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    sheet = _Sheet(painter)
    made = kit.made_at.astimezone(zone).date()
    sheet.write(tr(shell.PRODUCT), 10, color=_GREY)
    sheet.write(tr(recovery.KIT), 26, strong=True)
    sheet.write(kit.practice, 15, strong=True, below=2)
    day = long_date(made)
    sheet.write(tr(recovery.PAGE_MADE, number=kit.number, day=day), 11, below=14)
    sheet.frame_code(kit.code)
    sheet.write(tr(recovery.PAGE_LETTERS), 10, color=_GREY, below=16)
    sheet.head(tr(recovery.PAGE_HOW))
    for number, step in enumerate(_STEPS, start=1):
        sheet.write_step(number, tr(step, product=tr(shell.PRODUCT), practice=kit.practice))
    sheet.head(tr(recovery.PAGE_WHERE))
    sheet.write(tr(recovery.PAGE_WHERE_TEXT), 11)
    sheet.head(tr(recovery.PAGE_NOT))
    sheet.write(tr(recovery.PAGE_NOT_TEXT), 11, below=16)
    sheet.write(tr(recovery.PAGE_OLD), 10, color=_GREY)
    return painter.end()


class _Sheet:
    """Writes from the top down; sizes and gaps are in points."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter
        device = painter.device()
        self._unit = device.logicalDpiY() / _POINTS
        self._wide = float(device.width())
        self._y = 0.0

    def write(
        self,
        words: str,
        size: float,
        *,
        strong: bool = False,
        color: QColor = _INK,
        below: float = 4,
        indent: float = 0,
    ) -> None:
        """A paragraph, wrapped."""
        words = shown_lines(words)
        self._use(size, strong=strong, color=color)
        left = indent * self._unit
        room = QRectF(left, self._y, self._wide - left, 1e6)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        box = self._painter.boundingRect(room, flags, words)
        self._painter.drawText(box, flags, words)
        self._y = box.bottom() + below * self._unit

    def head(self, words: str) -> None:
        """A heading with air above it."""
        self._y += 12 * self._unit
        self.write(words, 13, strong=True)

    def write_step(self, number: int, words: str) -> None:
        """One step of a numbered list."""
        top = self._y
        self.write(f"{number}.", 11)
        self._y = top
        self.write(words, 11, indent=20)

    def frame_code(self, code: str) -> None:
        """The code, large, in a frame."""
        inside = 14 * self._unit
        self._use(11, strong=True)
        top = self._y + inside
        self._painter.drawText(
            QRectF(inside, top, self._wide, 20 * self._unit),
            Qt.AlignmentFlag.AlignLeft,
            tr(recovery.PAGE_CODE),
        )
        self._use(22, strong=True)
        device = self._painter.device()
        layout = CodeLayout.of(code, self._painter.font(), self._wide - 2 * inside, device)
        layout.paint(self._painter, QPointF(inside, top + 18 * self._unit))
        high = inside + 18 * self._unit + layout.height + inside / 2
        self._painter.setPen(QPen(_INK, 1.2 * self._unit))
        self._painter.drawRoundedRect(QRectF(0, self._y, self._wide, high), 8 * self._unit, 8 * self._unit)
        self._y += high + 8 * self._unit

    def _use(self, size: float, *, strong: bool = False, color: QColor = _INK) -> None:
        face = QFont(FAMILY)
        # the window's tabular figures would come along: a PDF reader couldn't find, copy or read out those
        face.setFeature(QFont.Tag("tnum"), 0)
        face.setPointSizeF(size)
        face.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        self._painter.setFont(face)
        self._painter.setPen(color)
