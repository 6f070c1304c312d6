"""Tokens, fonts, icons and the stylesheet."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication

import idexx_desktop.gui
from idexx_desktop.domain.decisions import ReasonCode, StepOutcome
from idexx_desktop.domain.resources import resource_folder
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import fonts, icons
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.states import STEP_LOOKS, VISIT_LOOKS, visit_look
from idexx_desktop.gui.stylesheet import stylesheet
from idexx_desktop.gui.theme import THEME, ThemeChoice
from idexx_desktop.gui.tokens import DARK, LIGHT, Tokens, contrast, shape_pairs, text_pairs

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
def test_every_text_has_contrast(tokens: Tokens) -> None:
    weak = {name: round(contrast(a, b), 2) for name, a, b in text_pairs(tokens) if contrast(a, b) < 4.5}
    assert weak == {}


@THEMES
def test_every_shape_has_contrast(tokens: Tokens) -> None:
    weak = {name: round(contrast(a, b), 2) for name, a, b in shape_pairs(tokens) if contrast(a, b) < 3}
    assert weak == {}


@THEMES
def test_every_input_s_outline_in_the_stylesheet_can_be_seen(tokens: Tokens) -> None:
    surfaces = (tokens.background, tokens.side, tokens.card)
    weak, found = {}, set()
    for selectors, rules in re.findall(r"([^{}]+)\{([^}]*)\}", stylesheet(tokens)):
        for selector in (each.strip() for each in selectors.split(",")):
            kind = re.match(
                r"(QLineEdit|QPlainTextEdit|QComboBox|QAbstractSpinBox|Q\w+::indicator|QScrollBar::handle)",
                selector,
            )
            if not kind or ":disabled" in selector or " " in selector:
                continue
            for color in re.findall(r"border(?:-color)?:[^;]*?(#[0-9A-F]{6})", rules) + (
                re.findall(r"background: (#[0-9A-F]{6})", rules) if "handle" in selector else []
            ):
                found.add(kind[1])
                least = min(contrast(color, surface) for surface in surfaces)
                if least < 3:
                    weak[selector] = round(least, 2)
    assert weak == {}
    assert len(found) >= 4
    # check boxes and radio buttons are painted by the kit, in this colour
    assert all(contrast(tokens.off, surface) >= 3 for surface in surfaces)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_colors_are_the_ones_of_the_design(tokens: Tokens) -> None:
    design = {
        "light": ("#F6F7F5", "#EEF1EE", "#FFFFFF", "#E1E5E1", "#1B2420", "#5A665F", "#0F6B5C"),
        "dark": ("#121614", "#171C1A", "#1C2220", "#2C3431", "#E8EDEA", "#9BA8A1", "#4CC2AB"),
    }
    ours = (
        tokens.background,
        tokens.side,
        tokens.card,
        tokens.line,
        tokens.ink,
        tokens.secondary,
        tokens.accent,
    )
    assert ours == design[tokens.name]


@THEMES
def test_the_stylesheet_names_only_colors_of_its_theme(tokens: Tokens) -> None:
    sheet = stylesheet(tokens)
    assert "$" not in sheet
    assert Template(sheet).get_identifiers() == []
    assert f"background: {tokens.card}" in sheet


def test_the_theme_follows_the_choice(qapp: QApplication) -> None:
    THEME.choose(ThemeChoice.DARK)
    assert THEME.tokens is DARK
    assert qapp.palette().window().color() == QColor(DARK.background)
    THEME.choose(ThemeChoice.LIGHT)
    assert THEME.tokens is LIGHT
    assert qapp.palette().window().color() == QColor(LIGHT.background)


@pytest.mark.parametrize("style", list(Style))
def test_fonts_are_the_bundled_ones(style: Style) -> None:
    info = QFontInfo(fonts.font(style))
    assert info.family() == "Inter"
    assert info.weight() == style.value[1]
    assert style.value[0] >= 12


def test_weights_differ_and_figures_are_tabular() -> None:
    widths = [
        QFontMetricsF(fonts.font(style)).horizontalAdvance("Needs attention")
        for style in (Style.BODY, Style.MEDIUM, Style.STRONG)
    ]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3
    metrics = QFontMetricsF(fonts.font(Style.BODY))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_fonts_and_icons_are_bundled_with_their_licences() -> None:
    folder = resource_folder()
    size = sum(file.stat().st_size for file in (folder / "fonts").glob("*.ttf"))
    assert 0 < size < 1_500_000
    assert "SIL OPEN FONT LICENSE" in (folder / "fonts" / "Inter-LICENSE.txt").read_text(encoding="utf-8")
    assert "ISC License" in (folder / "icons" / "Lucide-LICENSE.txt").read_text(encoding="utf-8")


def test_every_icon_that_is_named_is_bundled_and_the_other_way_round() -> None:
    bundled = {file.stem for file in (resource_folder() / "icons").glob("*.svg")}
    source = "".join(
        file.read_text(encoding="utf-8") for file in Path(idexx_desktop.gui.__file__).parent.rglob("*.py")
    )
    named = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', source)) | {"arrow-down", "arrow-up"}
    drawn = re.findall(
        r'(?:icon_name=|trailing_icon=|EmptyState\(|Icon\(|IconTile\(|PillLook\(|StateLook\()\s*"([a-z0-9-]+)"',
        source,
    )
    assert bundled - named == set()
    assert set(drawn) - bundled == set()
    looks = [*VISIT_LOOKS.values(), *STEP_LOOKS.values()]
    looks += [visit_look(state, code) for state in VisitState for code in ReasonCode]
    assert {look.icon for look in looks} - bundled == set()


def test_icons_are_drawn_in_the_asked_color_and_crisp_at_any_scale() -> None:
    pixmap = icons.icon_pixmap("square", "#B3261E", 16, 2.0)
    assert (pixmap.width(), pixmap.deviceIndependentSize().width()) == (32, 16)
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    solid = {
        image.pixelColor(x, y).name().upper()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert solid == {"#B3261E"}


def test_an_icon_that_is_missing_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon_pixmap("no-such-icon", "#000000", 16, 1.0)


def test_every_state_has_a_look_of_its_own() -> None:
    assert list(VISIT_LOOKS) == list(VisitState)
    assert set(STEP_LOOKS) == set(StepOutcome)
    for attribute in ("icon", "words", "tone"):
        assert len({getattr(look, attribute) for look in VISIT_LOOKS.values()}) == len(VISIT_LOOKS)
