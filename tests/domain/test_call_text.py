"""What a caller says, for one pet and for several."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.call_text import ClinicContact, PetOnCall, dynamic_variables, listed, told_apart

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


RECORD = "S: BAR\nO: T 38.6, HR 120\nA: otitis\nP: drops BID"


def test_a_vets_part_of_a_summary_is_not_handed_on() -> None:
    mixed = f"{RECORD}\nDischarge instructions:\nDrops twice a day."
    said = dynamic_variables([pet("Rex", summary=mixed)], OAK)
    assert said["discharge_summary"] == "Discharge instructions:\nDrops twice a day."


def test_notes_are_handed_on_as_they_are() -> None:
    """A calling system that is given nothing would tell the owner nothing; which they are stands beside."""
    notes = replace(pet("Rex", summary=f"{RECORD}\nDischarge instructions:\nDrops."), is_notes=True)
    assert dynamic_variables([notes], OAK)["discharge_summary"] == notes.summary
    assert dynamic_variables([pet("Rex", summary=RECORD)], OAK)["discharge_summary"] == RECORD


@pytest.mark.parametrize(
    "texts", [("Soft food.", "Rest.\n\nNala: see above."), ("One.\n\nTwo.", ""), ("", "Rest.")]
)
def test_the_parts_of_several_pets_are_found_again(texts: tuple[str, str]) -> None:
    pets = [pet("Rex", summary=texts[0]), pet("Nala", summary=texts[1])]
    found = told_apart(dynamic_variables(pets, OAK)["discharge_summary"], ["Rex", "Nala"])
    joined = {
        name: "\n\nNala: ".join(text for each, text in found if each == name) for name in ("Rex", "Nala")
    }
    assert joined == {"Rex": texts[0], "Nala": texts[1]}


def test_a_text_of_one_pet_is_one_part() -> None:
    assert told_apart("Rex: rest.", ["Rex"]) == [("", "Rex: rest.")]
    assert told_apart("Rest.", ["Rex", "Nala"]) == [("", "Rest.")]
    assert told_apart("Hello.\n\nRex: rest.", ["Rex", "Rex B."]) == [("", "Hello."), ("Rex", "rest.")]
    assert told_apart("", []) == []
