"""What a caller says, for one pet and for several."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.call_text import ClinicContact, PetOnCall, dynamic_variables, listed

OAK = ClinicContact("Oak Street Vets", "+15105550100", "+15105550199", ZoneInfo("America/Los_Angeles"))
# still 19 November in the clinic
AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


def pet(name: str, *, vet: str = "Dr. Chen", kind: str = "dental", summary: str = "Soft food.") -> PetOnCall:
    return PetOnCall(name, "Maria Lopez", vet, AT, kind, summary)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        ([""], ""),
        (["Rex"], "Rex"),
        (["Rex", "Nala"], "Rex and Nala"),
        (["Rex", "Nala", "Milo"], "Rex, Nala and Milo"),
        (["Rex", "", "Rex", "Nala"], "Rex and Nala"),
    ],
)
def test_names_in_a_row(names: list[str], said: str) -> None:
    assert listed(names) == said


def test_one_pet() -> None:
    assert dynamic_variables([pet("Rex")], OAK) == {
        "pet_name": "Rex",
        "owner_name": "Maria Lopez",
        "clinic_name": "Oak Street Vets",
        "clinic_phone": "+15105550100",
        "emergency_phone": "+15105550199",
        "vet_name": "Dr. Chen",
        "appointment_date": "November 19, 2026",
        "call_type": "discharge",
        "sub_type": "dental",
        "discharge_summary": "Soft food.",
    }


def test_several_pets_are_each_told_by_name() -> None:
    pets = [pet("Rex"), pet("Nala", vet="Dr. Ruiz", kind="surgery", summary="Rest."), pet("Milo", summary="")]
    said = dynamic_variables(pets, OAK)
    assert said["pet_name"] == "Rex, Nala and Milo"
    assert said["vet_name"] == "Dr. Chen and Dr. Ruiz"
    assert said["sub_type"] == "general"
    assert said["discharge_summary"] == "Rex: Soft food.\n\nNala: Rest."


def test_what_is_missing_is_left_out() -> None:
    nobody = PetOnCall("", "", "", None, "general", "")
    said = dynamic_variables([nobody, pet("Rex", summary="Rest.")], OAK)
    assert (said["owner_name"], said["appointment_date"]) == ("Maria Lopez", "November 19, 2026")
    assert dynamic_variables([nobody], OAK)["appointment_date"] == ""
    assert dynamic_variables([nobody, pet("", summary="Rest.")], OAK)["discharge_summary"] == "Rest."
