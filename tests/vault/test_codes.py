"""Codes for people: read however they are typed, and no single slip goes unnoticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.codes import ALPHABET, CodeKind, new_approval_code, new_recovery_code, read_code
from tests.vault.computers import code_of, failure_of

NEW: dict[CodeKind, Callable[[], str]] = {
    CodeKind.RECOVERY: new_recovery_code,
    CodeKind.APPROVAL: new_approval_code,
}
GROUPS = {CodeKind.RECOVERY: 7, CodeKind.APPROVAL: 3}
KINDS = pytest.mark.parametrize("kind", CodeKind)


def fixed_bytes(count: int) -> bytes:
    """The same "random" bytes each time."""
    return bytes(range(0x81, 0x81 + count))


@KINDS
def test_code_is_shown_in_groups_of_four_of_the_alphabet(kind: CodeKind) -> None:
    for _ in range(200):
        groups = NEW[kind]().split("-")
        assert [len(group) for group in groups] == [4] * GROUPS[kind]
        assert set("".join(groups)) <= set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@KINDS
def test_each_code_is_another_and_every_random_bit_is_in_it(kind: CodeKind) -> None:
    read = {read_code(NEW[kind](), kind) for _ in range(1000)}
    assert len(read) == 1000
    ever_set = [any(int.from_bytes(data, "big") >> bit & 1 for data in read) for bit in range(136)]
    assert sum(ever_set) == {CodeKind.RECOVERY: 130, CodeKind.APPROVAL: 50}[kind]


def test_codes_stay_what_they_are() -> None:
    """Printed kits outlive versions of this program."""
    assert new_recovery_code(fixed_bytes) == "G618-7145-GT3R-H2CA-HE68-V3MF-J2MJ"
    code = read_code("g618 7145 gt3r h2ca he68 v3mf j2mj", CodeKind.RECOVERY)
    assert code.hex() == "02060a0e12161a1e22262a2e32363a3e42"


@KINDS
def test_every_single_wrong_symbol_is_found(kind: CodeKind) -> None:
    code = NEW[kind]().replace("-", "")
    for place, right in enumerate(code):
        for wrong in set(ALPHABET) - {right}:
            typed = code[:place] + wrong + code[place + 1 :]
            assert failure_of(read_code, typed, kind).detail == "mistyped"


@KINDS
def test_every_swap_of_neighbours_is_found(kind: CodeKind) -> None:
    for _ in range(50):
        code = NEW[kind]().replace("-", "")
        for place in range(len(code) - 1):
            typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            if typed != code:
                assert failure_of(read_code, typed, kind).detail == "mistyped"


def test_no_such_slip_can_go_unnoticed_in_any_code() -> None:
    """The whole code, read as a number, is always 1 more than a multiple of 1021: each slip changes that."""
    for kind in CodeKind:
        number = 0
        for symbol in NEW[kind]().replace("-", ""):
            number = number * 32 + ALPHABET.index(symbol)
        assert number % 1021 == 1
    differences = [difference for difference in range(-31, 32) if difference]
    places = range(GROUPS[CodeKind.RECOVERY] * 4)
    assert all(difference * 32**place % 1021 for difference in differences for place in places)
    assert all(difference * (32 - 1) * 32**place % 1021 for difference in differences for place in places)


@KINDS
@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " – "),
        lambda code: code.replace("-", "\u00a0"),
        lambda code: f"\t{code}\u200b\r\n",
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: code.replace("-", "_").translate({ord("A"): "Ａ", ord("7"): "７"}),
    ],
)
def test_spelling_does_not_matter(kind: CodeKind, spell: Callable[[str], str]) -> None:
    for _ in range(20):
        code = NEW[kind]()
        assert read_code(spell(code), kind) == read_code(code, kind)


def test_title_says_how_it_was_mistyped() -> None:
    code = new_approval_code()
    assert failure_of(read_code, code[:-1], CodeKind.APPROVAL).title == (
        "That code has 11 characters, but it should have 12."
    )
    assert "should have 28" in failure_of(read_code, code, CodeKind.RECOVERY).title
    assert "in no code" in failure_of(read_code, "U" + code[1:], CodeKind.APPROVAL).title
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    assert "mistyped" in failure_of(read_code, wrong, CodeKind.APPROVAL).title
    assert code_of(read_code, "", CodeKind.APPROVAL) is FailureCode.CODE_REFUSED


@given(typed=st.text(max_size=40), kind=st.sampled_from(CodeKind))
def test_whatever_is_typed_is_a_code_or_refused(typed: str, kind: CodeKind) -> None:
    outcome = "read"
    try:
        read_code(typed, kind)
    except Failure as failure:
        outcome = f"{failure.code}: {failure.detail}"
    refused = {f"code_refused: {detail}" for detail in ("foreign character", "wrong length", "mistyped")}
    assert outcome in {"read", *refused}


@KINDS
def test_nothing_but_zeros_is_no_code(kind: CodeKind) -> None:
    assert code_of(read_code, "0" * GROUPS[kind] * 4, kind) is FailureCode.CODE_REFUSED
