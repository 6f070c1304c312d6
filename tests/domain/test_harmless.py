"""What leaves for a screen, a terminal or a table: nothing in it acts, hides, or turns the words around it."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.harmless import escaped, harmless, harmless_lines, isolated
from tests.support.bad_input import ACTING

# names as people have them, in many scripts
NAMES = (
    "Bella", "Zoë Müller-Lüdenscheidt", "O'Neill & Söhne", "שרה כהן", "محمد عبد الله", "می‌خواهم", "小白 (Xiǎobái)",
    "सोनू क्‍ष", "สมชาย ก็", "Ngọc Ánh", "👩‍⚕️ Dr. Fox", "❤️‍🔥", "👍🏽", "Ünïcødé", "N\u00a0N", "½ Persian", "İpek",
    "שׁוֹשַׁנָּה", "Mr. X … “the cat”",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_readable(name: str) -> None:
    assert harmless(name) == harmless_lines(name) == name


@pytest.mark.parametrize("sign", ACTING)
def test_no_sign_that_acts_or_hides_gets_through(sign: str) -> None:
    for text in (
        sign,
        f"Bel{sign}la",
        f"{sign}Bella",
        f"Bella{sign}",
        sign * 5,
        f"{sign}שרה{sign}",
        f"王{sign}小",
    ):
        assert sign not in harmless(text), hex(ord(sign))
        assert sign in "\n\t" or sign not in harmless_lines(text), hex(ord(sign))
    assert harmless(f"Bel{sign}la") in ("Bella", "Bel la", "Bel\ufffdla")


def test_every_sign_there_is() -> None:
    """Whatever has no picture of its own isn't shown: of the kinds control, format, surrogate, private, separator."""
    for code in range(sys.maxunicode + 1):
        shown = harmless(f"a{chr(code)}b")
        kinds = {unicodedata.category(sign) for sign in shown[1:-1]}
        if kinds & {"Cc", "Cs", "Co", "Zl", "Zp"}:
            pytest.fail(hex(code))
        if "Cf" in kinds:
            assert code in (*range(0x600, 0x606), 0x6DD, 0x890, 0x891, 0x8E2), hex(code)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(ACTING)), max_size=60))
def test_any_text(text: str) -> None:
    line, lines = harmless(text), harmless_lines(text)
    assert harmless(line) == line
    assert harmless_lines(lines) == lines
    assert not set(line) & set(ACTING)
    assert not set(lines) & (set(ACTING) - {"\n", "\t"})
    assert "\n" not in line
    for shown in (line, lines):
        assert isolated(isolated(shown)) == isolated(shown)
        assert isolated(shown).replace("\u2068", "").replace("\u2069", "") == shown
        assert isolated(shown).count("\u2068") == isolated(shown).count("\u2069")


def test_lines_stay_where_they_belong() -> None:
    text = "Bella\r\nis well.\rSee\tbelow\u2028end\x0b"
    assert harmless(text) == "Bella is well. See below end "
    assert harmless_lines(text) == "Bella\nis well.\nSee\tbelow\nend\n"


def test_a_terminal_is_told_nothing() -> None:
    assert harmless("\x1b[2J\x1b]0;title\x07Bella\x9b31m") == "\ufffd[2J\ufffd]0;title\ufffdBella\ufffd31m"


def test_marks_do_not_climb_over_the_lines_around() -> None:
    assert harmless("Z" + "\u0301" * 50 + "oe") == "Z" + "\u0301" * 4 + "oe"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bella", "Bella"),
        ("שרה", "\u2068שרה\u2069"),
        ("שרה כהן, 12:40", "\u2068שרה כהן\u2069, 12:40"),
        ("Visit of שרה 3 and אבא today", "Visit of \u2068שרה\u2069 3 and \u2068אבא\u2069 today"),
        ("שרה\nאבא", "\u2068שרה\u2069\n\u2068אבא\u2069"),
        ("\u2068שרה\u2069", "\u2068שרה\u2069"),
    ],
)
def test_what_is_read_from_the_right_keeps_to_itself(text: str, expected: str) -> None:
    assert isolated(text) == expected


@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from(ACTING))))
def test_json_says_the_same(text: str) -> None:
    document = json.dumps({"name": text}, ensure_ascii=False)
    assert json.loads(escaped(document)) == {"name": text}
    assert not set(escaped(document)) & set(ACTING)


def test_json_of_half_a_sign_can_be_written() -> None:
    document = escaped(json.dumps(["\ud800"], ensure_ascii=False))
    assert document.encode() == b'["\\ud800"]'
