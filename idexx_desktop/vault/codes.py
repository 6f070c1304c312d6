"""Codes that people type: an alphabet without look-alikes, groups of four, and two symbols that find mistakes."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.redaction import keep_out

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Douglas Crockford's base 32: no I, L, O, U
_LOOK_ALIKES = str.maketrans("OIL", "011")
_SYMBOL_BITS = 5
_CHECK_SYMBOLS = 2
_CHECK_RANGE = 1 << _CHECK_SYMBOLS * _SYMBOL_BITS
# The largest prime below _CHECK_RANGE. One wrong symbol changes the code, read as a number, by d * 32^n, two
# swapped ones by d * 31 * 32^n, with d below 32: never by a multiple of this prime.
_CHECK_PRIME = 1021
_CHECK_REST = 1  # not 0: nothing but zeros is no code
_GROUP = 4


class CodeKind(StrEnum):
    """What a code is for."""

    RECOVERY = "recovery"
    APPROVAL = "approval"


# symbols of chance: 130 bits, that nobody can try out; 50 bits, of which each guess costs a scrypt
_RANDOM_SYMBOLS = {CodeKind.RECOVERY: 26, CodeKind.APPROVAL: 10}


def new_recovery_code(token_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """A code of 130 random bits for a recovery kit, as it is printed: seven groups of four."""
    return _new_code(CodeKind.RECOVERY, token_bytes)


def new_approval_code(token_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """A code of 50 random bits by which one computer approves another, as it is shown: three groups of four."""
    return _new_code(CodeKind.APPROVAL, token_bytes)


def read_code(text: str, kind: CodeKind) -> bytes:
    """The random bytes behind a typed code. CODE_REFUSED, with a title that says how it was mistyped.

    Case, spaces and dashes don't matter, and the letters O, I and L are read as the digits that they look like.
    """
    keep_out(text)
    symbols = [symbol for symbol in unicodedata.normalize("NFKC", text) if not _is_separator(symbol)]
    typed = "".join(symbols).upper().translate(_LOOK_ALIKES)
    if any(symbol not in ALPHABET for symbol in typed):
        raise _refused(
            "foreign character", "That code has a character that is in no code. Compare it once more."
        )
    length = _RANDOM_SYMBOLS[kind] + _CHECK_SYMBOLS
    if len(typed) != length:
        title = f"That code has {len(typed)} characters, but it should have {length}."
        raise _refused("wrong length", title)
    number = 0
    for symbol in typed:
        number = number << _SYMBOL_BITS | ALPHABET.index(symbol)
    chance, check = divmod(number, _CHECK_RANGE)
    if check != _check_of(chance):
        raise _refused("mistyped", "A character of that code is mistyped, or two are swapped.")
    return chance.to_bytes(_byte_count(kind), "big")


def _new_code(kind: CodeKind, token_bytes: Callable[[int], bytes]) -> str:
    size = _byte_count(kind)
    surplus = size * 8 - _RANDOM_SYMBOLS[kind] * _SYMBOL_BITS
    chance = int.from_bytes(token_bytes(size), "big") >> surplus
    number = chance * _CHECK_RANGE + _check_of(chance)
    length = _RANDOM_SYMBOLS[kind] + _CHECK_SYMBOLS
    places = reversed(range(length))
    symbols = "".join(ALPHABET[number >> place * _SYMBOL_BITS & (len(ALPHABET) - 1)] for place in places)
    code = "-".join(symbols[start : start + _GROUP] for start in range(0, length, _GROUP))
    keep_out(code, symbols)
    return code


def _byte_count(kind: CodeKind) -> int:
    return -(-_RANDOM_SYMBOLS[kind] * _SYMBOL_BITS // 8)


def _check_of(chance: int) -> int:
    """What makes the whole code, read as a number, leave `_CHECK_REST` when it is divided by the prime."""
    return (_CHECK_REST - chance * _CHECK_RANGE) % _CHECK_PRIME


def _is_separator(symbol: str) -> bool:
    return symbol.isspace() or symbol == "_" or unicodedata.category(symbol) in ("Pd", "Cf")


def _refused(detail: str, title: str) -> Failure:
    return Failure(FailureCode.CODE_REFUSED, detail, title=title)
