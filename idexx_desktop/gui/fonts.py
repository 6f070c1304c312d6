"""Inter, bundled, in the few sizes and weights of the design; figures are tabular everywhere."""

from __future__ import annotations

from enum import Enum
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from idexx_desktop.domain.resources import resource_folder

FAMILY = "Inter"


class Style(Enum):
    """Size in pixels and weight (400, 500 or 600: the bundled instances; see resources/fonts/ABOUT.txt)."""

    PAGE_TITLE = (22.0, 600)
    SENTENCE = (17.0, 600)
    CARD_TITLE = (14.5, 600)
    STRONG = (14.0, 600)
    MEDIUM = (14.0, 500)
    BODY = (14.0, 400)
    LABEL = (12.5, 600)
    SECONDARY = (12.5, 400)
    SMALL = (12.0, 400)
    SMALL_STRONG = (12.0, 600)


def load_fonts() -> None:
    """Register the bundled instances; once per QApplication."""
    for file in sorted((resource_folder() / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    _font.cache_clear()


def font(style: Style = Style.BODY) -> QFont:
    """The font of a style. Pixels become points of this screen, because Qt takes whole pixels only."""
    screen = QGuiApplication.primaryScreen()
    return QFont(_font(style, screen.logicalDotsPerInch()))


@cache
def _font(style: Style, dots_per_inch: float) -> QFont:
    pixels, weight = style.value
    made = QFont(FAMILY)
    made.setPointSizeF(pixels * 72.0 / dots_per_inch)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
