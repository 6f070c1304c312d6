"""`consents`: recorded, listed, withdrawn; what can't be is exit 2."""

from __future__ import annotations

from tests.cli.conftest import CommandLine, has_offset
from tests.support.practice import Practice


def test_a_consent_from_end_to_end(cli: CommandLine, at_work: Practice) -> None:
    assert "No consent is on record." in cli("consents", "list").out
    ran = cli(
        "consents", "add", "510-555-0142", "--how", "in-person", "--kind", "surgery", "--by", "Ana Diaz", "--on",
        "2026-11-02", "--json",
    )  # fmt: skip
    [made] = ran.document["consents"]
    assert {key: made[key] for key in ("number", "scope", "kind", "how", "given_by", "given_on")} == {
        "number": "+15105550142", "scope": "kind", "kind": "surgery", "how": "in_person", "given_by": "Ana Diaz",
        "given_on": "2026-11-02",
    }  # fmt: skip
    assert made["recorded_by"] == at_work.program.identity.email
    assert has_offset(made["recorded_at"])
    assert "Ana Diaz" in cli("consents", "list").out
    for wrong in (
        ["add", "911", "--how", "form"],
        ["add", "510-555-0142"],
        ["add", "510-555-0142", "--how", "telepathy"],
        ["add", "510-555-0142", "--how", "form", "--scope", "everything"],
        ["add", "510-555-0142", "--how", "form", "--scope", "all", "--kind", "surgery"],
        ["add", "510-555-0142", "--how", "form", "--on", "yesterday"],
        ["withdraw", "nonsense"],
        ["withdraw", "00000000-0000-4000-8000-000000000000"],
        [],
    ):
        assert cli("consents", *wrong).code == 2, wrong
    assert cli("consents", "withdraw", made["id"], "--json").document == {"consents": []}
    assert cli("consents", "withdraw", made["id"]).code == 2
