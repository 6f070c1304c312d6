"""The open concerns on paper, A4 or US Letter: for whoever is called to the telephone, with a line to write on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import (
    QFont,
    QPagedPaintDevice,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from idexx_desktop.domain.concerns import Concern
from idexx_desktop.gui import concern_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import FAMILY
from idexx_desktop.gui.kit_document import page_layout
from idexx_desktop.gui.shown import shown, shown_lines
from idexx_desktop.gui.strings import concerns, shell, tr

_TITLE, _STRONG, _BODY = 18.0, 12.0, 10.5
_ABOVE = 12.0


def concerns_pdf(found: Sequence[Concern], now: datetime, desk: Desk) -> bytes:
    """As a PDF file; nothing of it but the page names anybody."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(page_layout(desk.country))
    writer.setTitle(tr(concerns.TITLE))
    writer.setCreator(tr(shell.PRODUCT))
    print_concerns(writer, found, now, desk)
    return bytes(buffer.data().data())


def print_concerns(device: QPagedPaintDevice, found: Sequence[Concern], now: datetime, desk: Desk) -> bool:
    """On a printer or into a file; False where there is nothing to print."""
    if not found:
        return False
    # the document keeps margins of its own
    device.setPageMargins(QMarginsF(0, 0, 0, 0))
    document(found, now, desk).print_(device)
    return True


def document(found: Sequence[Concern], now: datetime, desk: Desk) -> QTextDocument:
    """The pages: plain text all through, whatever an owner or a stranger wrote."""
    made = QTextDocument()
    face = QFont(FAMILY)
    # other shapes of figures and signs would come along: a PDF reader couldn't find, copy or read out those
    for name in ("tnum", "calt"):
        face.setFeature(QFont.Tag(name), 0)
    made.setDefaultFont(face)
    cursor = QTextCursor(made)
    when = f"{timewords.long_date(now.astimezone(desk.zone).date())}, {timewords.clock(now, desk.zone)}"
    _write(cursor, tr(concerns.TITLE), _TITLE, strong=True, first=True)
    _write(cursor, tr(concerns.PRINTED_AT, clinic=desk.clinic_name, when=when), _BODY)
    for concern in found:
        _write(cursor, concern_words.pets(concern), _STRONG, strong=True, above=_ABOVE)
        _write(cursor, concern_words.whose(concern), _BODY)
        _write(cursor, concern_words.clock(concern, now).text, _BODY)
        _write(cursor, shown_lines(concern.words), _STRONG)
        _write(cursor, concern_words.origin(concern, now, desk.zone), _BODY)
        _write(cursor, tr(concerns.PAGE_DONE), _BODY, above=_ABOVE / 2)
    return made


def _write(
    cursor: QTextCursor,
    words: str,
    size: float,
    *,
    strong: bool = False,
    above: float = 2.0,
    first: bool = False,
) -> None:
    if not words:
        return
    block = QTextBlockFormat()
    block.setTopMargin(above)
    text = QTextCharFormat()
    text.setFontPointSize(size)
    text.setFontWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    if not first:
        cursor.insertBlock(block)
    cursor.setCharFormat(text)
    cursor.insertText(shown(words) if "\n" not in words else words)
