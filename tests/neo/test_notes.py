"""Rich text becomes plain text that is safe, whatever it was."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.visits import CUT
from idexx_desktop.neo.notes import LONGEST, plain_text

SAMPLES = {
    "<p><br></p>": "",
    "<div>&nbsp;</div><p>\u200b</p>": "",
    "   \n ": "",
    "<p>S: eating well<br/>O: BAR</p><p>A: <b>healthy</b></p>": "S: eating well\nO: BAR\nA: healthy",
    "<ul><li>rest<li><p>water</p></ul>home": "- rest\n- water\nhome",
    "<script>alert(1)</script><style>p{}</style>done": "done",
    "<img src=x onerror=alert(1)>done": "done",
    "<!-- hidden -->seen": "seen",
    "&lt;b&gt; 3 &amp; 4&nbsp;kg": "<b> 3 & 4 kg",
    "T 38.5, weight < 5 kg & HR > 120\nstable": "T 38.5, weight < 5 kg & HR > 120\nstable",
    "<p>one\ntwo</p>": "one two",
    "line one\n\n\n\nline two": "line one\n\nline two",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a b\nc",
    "nul\x00 and \ud83d alone": "nul and alone",
    "小虎 was <i>fine</i>": "小虎 was fine",
}


@pytest.mark.parametrize("source", SAMPLES)
def test_markup_is_reduced_to_its_text(source: str) -> None:
    assert plain_text(source) == SAMPLES[source]


@given(st.text(max_size=500))
def test_any_text_becomes_storable_text(source: str) -> None:
    text = plain_text(source)
    text.encode("utf-8")
    assert "\x00" not in text
    assert text == text.strip()


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<li>", "<b", ">", "&", "&amp;", "<br>", "x ", "<script>", "\n"])
    )
)
def test_broken_markup_never_comes_out_as_a_tag_that_runs(pieces: list[str]) -> None:
    assert "<script>" not in plain_text("<p>" + "".join(pieces))


@pytest.mark.parametrize(
    "source", ["<div>" * 400_000 + "x", "<p>" + "&" * 1_000_000, "<" * 1_000_000, "<p>" + "word " * 500_000]
)
def test_huge_and_deep_markup_is_read_in_bounded_time_and_size(source: str) -> None:
    started = time.monotonic()
    assert 0 < len(plain_text(source)) <= LONGEST + len(CUT) + 1
    assert time.monotonic() - started < 10
