"""The other pets of a call: the same pet is named once, and two pets of one name are told apart."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.call_text import companions

ROXY, NALA, ROXY_TOO, ROXY_THREE = ("1", "Roxy"), ("2", "Nala"), ("3", "Roxy"), ("4", "Roxy")


@pytest.mark.parametrize(
    ("own", "others", "said"),
    [
        (ROXY, [ROXY], ()),
        (NALA, [ROXY, ROXY], ("Roxy",)),
        (NALA, [ROXY, ROXY_TOO], ("2 pets called Roxy",)),
        (ROXY, [ROXY_TOO, NALA], ("another Roxy", "Nala")),
        (ROXY, [ROXY_TOO, ROXY_THREE], ("2 other pets called Roxy",)),
        (("", "Roxy"), [("", "Roxy"), ("", "")], ()),
        (("", "Nala"), [("", "Roxy"), ("", "Roxy")], ("Roxy",)),
    ],
)
def test_who_else_a_call_is_about(
    own: tuple[str, str], others: list[tuple[str, str]], said: tuple[str, ...]
) -> None:
    assert companions(own, others) == said
