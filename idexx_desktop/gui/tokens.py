"""Every colour and measure of the window, light and dark. Nothing else in the room names a colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a colour says. A tone never stands alone: an icon and a word say the same."""

    GOOD = "good"
    HELD = "held"
    OFF = "off"
    ATTENTION = "attention"
    ACT = "act"
    ACCENT = "accent"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. `*_soft` is the surface on which the colour of the same name is text; all are #RRGGBB."""

    name: str
    background: str
    side: str
    card: str
    line: str
    ink: str
    secondary: str
    accent: str
    accent_soft: str
    on_accent: str
    selection: str
    hover: str
    track: str
    control_line: str
    input_line: str
    good: str
    good_soft: str
    attention: str
    attention_soft: str
    act: str
    act_soft: str
    held: str
    held_soft: str
    off: str
    off_soft: str
    off_text: str

    def tone(self, tone: Tone) -> str:
        """The colour of a tone: shapes, bars, icons, and text where `text` says nothing else."""
        return str(getattr(self, tone.value))

    def text(self, tone: Tone) -> str:
        """The colour of words of a tone; grey words are darker than grey shapes, to keep their contrast."""
        return self.off_text if tone is Tone.OFF else self.tone(tone)

    def soft(self, tone: Tone) -> str:
        """The quiet surface of a tone."""
        return str(getattr(self, f"{tone.value}_soft"))


LIGHT = Tokens(
    name="light",
    background="#F6F7F5", side="#EEF1EE", card="#FFFFFF", line="#E1E5E1", ink="#1B2420", secondary="#5A665F",
    accent="#0F6B5C", accent_soft="#E0F0EC", on_accent="#FFFFFF", selection="#E6F1EE", hover="#F1F4F1",
    track="#E9ECE9", control_line="#D5DBD6", input_line="#7C8680",
    good="#1F7A4D", good_soft="#E3F3EA", attention="#8A5A00", attention_soft="#FBF0D9",
    act="#B3261E", act_soft="#FBE6E4", held="#5B4BA8", held_soft="#ECE9F8",
    off="#6B7770", off_soft="#ECEFEC", off_text="#5D6962",
)  # fmt: skip

DARK = Tokens(
    name="dark",
    background="#121614", side="#171C1A", card="#1C2220", line="#2C3431", ink="#E8EDEA", secondary="#9BA8A1",
    accent="#4CC2AB", accent_soft="#16352F", on_accent="#0B1F1B", selection="#1D312C", hover="#232A27",
    track="#2A322F", control_line="#39433F", input_line="#707C76",
    good="#6BD19A", good_soft="#16301F", attention="#E8B860", attention_soft="#332710",
    act="#FF9A91", act_soft="#3A1A18", held="#B6A8FF", held_soft="#272246",
    off="#93A099", off_soft="#242B28", off_text="#9BA8A1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Space:
    """Measures in device-independent pixels, on a grid of four."""

    page: int = 28
    card: int = 18
    gap: int = 14
    row: int = 44
    button: int = 36
    row_button: int = 30
    chip: int = 30
    control_radius: int = 8
    card_radius: int = 12
    pill_radius: int = 6
    side_bar: int = 216
    side_panel: int = 330
    widest_panel: int = 520


SPACE = Space()


def luminance(color: str) -> float:
    """The relative luminance of #RRGGBB (WCAG 2.2)."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_pairs(tokens: Tokens) -> list[tuple[str, str, str]]:
    """Every (name, text, surface) that the kit draws; a test holds each at 4.5:1."""
    surfaces = ("background", "side", "card", "hover", "selection")
    pairs = [
        (f"{text} on {surface}", getattr(tokens, text), getattr(tokens, surface))
        for text in ("ink", "secondary")
        for surface in surfaces
    ]
    pairs += [(f"{tone} on its soft", tokens.text(tone), tokens.soft(tone)) for tone in Tone]
    pairs += [(f"{tone} on card", tokens.text(tone), tokens.card) for tone in Tone]
    pairs += [
        (f"ink on {tone}_soft", tokens.ink, tokens.soft(tone)) for tone in Tone
    ] + [
        ("button", tokens.on_accent, tokens.accent),
        ("accent on background", tokens.accent, tokens.background),
        ("accent on selection", tokens.accent, tokens.selection),
    ]  # fmt: skip
    return pairs


def shape_pairs(tokens: Tokens) -> list[tuple[str, str, str]]:
    """Every (name, shape, surface) of icons, bars, outlines and focus rings; a test holds each at 3:1.

    What is disabled needs no contrast (WCAG 2.2, 1.4.11).
    """
    surfaces = ("background", "side", "card", "hover", "selection")
    pairs = [(f"{tone} shape on card", tokens.tone(tone), tokens.card) for tone in Tone]
    pairs += [
        (f"{name} on {surface}", color, getattr(tokens, surface))
        for surface in surfaces
        for name, color in (
            ("focus ring", tokens.accent), ("outline of an input", tokens.input_line), ("box", tokens.off),
            ("outline of what is wrong", tokens.act),
        )
    ]  # fmt: skip
    return [
        *pairs,
        ("tick on a box", tokens.on_accent, tokens.accent),
        ("focus ring in a chosen chip", tokens.accent, tokens.accent_soft),
        ("focus ring in a main button", tokens.on_accent, tokens.accent),
    ]
