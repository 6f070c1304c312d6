"""Long texts are read whole, in time that grows with their length; what is too long to be read holds the call."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.signs import find_signs
from idexx_desktop.domain.visits import CUT
from idexx_desktop.neo.notes import LONGEST, plain_text
from idexx_desktop.neo.payloads import read_consultation
from tests.db_repositories.made_up import a_visit

END = " He was euthanized."
TEXTS = {
    "plain": "Bright and alert, eating well, recheck in a week. ",
    "negated": "No euthanasia discussed. ",
    "markup": "<p>Bright and <b>alert</b>, eating &amp; drinking.</p>",
    "name": "Rex is fine. ",
    "one word": "a" * 50,
}


def grown(words: str, length: int) -> str:
    return words * (length // len(words)) + END


def seconds(words: str, length: int) -> float:
    began = time.process_time()
    found = find_signs(a_visit(notes=plain_text(grown(words, length))))
    assert any("euthanized" in sign.quote for sign in found)
    return time.process_time() - began


@pytest.mark.parametrize("kind", TEXTS)
def test_a_sign_at_the_end_of_a_long_text_is_found(kind: str) -> None:
    """At more than the 200,000 characters of before; four times the length takes four times as long, not sixteen."""
    short = seconds(TEXTS[kind], 60_000)
    assert seconds(TEXTS[kind], 240_000) < 9 * short + 0.5


@pytest.mark.long(item=45)
@pytest.mark.parametrize("kind", TEXTS)
def test_a_sign_at_the_end_of_two_million_characters_is_found(kind: str) -> None:
    assert seconds(TEXTS[kind], LONGEST - 100) < 120


def test_what_is_too_long_holds_with_words() -> None:
    text = plain_text("word " * (LONGEST // 5 + 10))
    assert len(text) <= LONGEST + len(CUT) + 1
    assert text.endswith(CUT)
    [sign] = find_signs(a_visit(notes=text))
    assert sign.is_unread
    assert not sign.certain


def test_a_pasted_picture_hides_nothing() -> None:
    text = plain_text(f"<p>Well.</p><img src='data:image/png;base64,{'A' * 9_000_000}'><p>{END}</p>")
    assert text.endswith("euthanized.")
    assert CUT not in text


@pytest.mark.parametrize("part", ["productService", "status"])
def test_a_line_that_is_cut_says_so(part: str) -> None:
    long = "Bright " * 300 + "euthanasia"
    line = {"id": 1, "productService": long, "quantity": 1, "isDeclined": False}
    page = {
        "consultation": {"id": 8001, "notes": "Well.", "status": long if part == "status" else "Paid"},
        "consultationLines": [line] if part == "productService" else [],
    }
    read = read_consultation(page, "8001", ZoneInfo("UTC"))
    kept = read.status if part == "status" else read.products[0].name
    assert kept.endswith(CUT)
