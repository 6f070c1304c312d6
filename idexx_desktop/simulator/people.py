"""Made-up names and numbers, varied on purpose: accents, apostrophes, other scripts, several ways "
"to type a number.

The numbers are from the fictional range 555-0100 to 555-0199, so a call that went wrong would reach nobody.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

FIRST_NAMES = (
    "Maria", "James", "Aisha", "Chen", "Olivia", "Siobhán", "Mateo", "Priya", "Noah", "Zoë", "Liam", "Yuki",
    "Fatima", "Björn", "Grace", "Tomás", "Ingrid", "Samuel", "Nia", "Étienne", "Hannah", "Omar", "Lucía",
    "Peter",
    "Mei", "Daniel", "Anaïs", "Kofi", "Ruth", "Marco", "Elena", "Joseph", "Thi", "Walter", "Amara",
    "Jean-Luc",
    "Rosa", "Ivan", "Deborah", "Sunil",
)  # fmt: skip

LAST_NAMES = (
    "Garcia", "O'Neil", "Nguyen", "Patel", "Smith", "Müller", "Okafor", "D'Angelo", "Kowalski", "Johnson",
    "王",
    "Hernández", "van der Berg", "Kim", "Brown", "Søndergaard", "Lopez", "Abdi", "Fitzgerald", "Tanaka",
    "Moreau",
    "St. James", "Williams", "Ivanova", "Castillo", "Lee", "Haddad", "Peterson", "Núñez", "Clark", "Osei",
    "Rossi", "Walker", "Dvořák", "Singh", "McKenzie", "Reyes", "Adeyemi-Cole", "Young", "Park",
)  # fmt: skip

PET_NAMES = (
    "Bella", "Max", "Luna", "Señor Whiskers", "Charlie", "小虎", "Daisy", "Rocky", "Zoë", "Biscuit", "Milo",
    "Nala",
    "Mr. Tibbs", "Cooper", "Coco", "Duke", "Pickles", "Sadie", "Oliver", "Ziggy", "Rosie", "Bear", "Maple",
    "Simba",
    "Pepper", "Gus", "Olive", "Thor", "Willow", "Toby", "Mochi", "Finn", "Hazel", "Ollie", "Ruby", "Jasper",
    "Poppy",
    "Winston", "Chloé", "Bruno", "Penny", "Figaro", "Stella", "Ghost", "Peanut", "Scout", "Tofu", "Marley",
    "Kiki",
    "Sir Barks-a-Lot", "Roxy", "Leo", "Ginger", "Oreo", "Moose", "Shadow", "Honey", "Jack", "Suki", "Waffles",
)  # fmt: skip

BREEDS = {
    "Canine": (
        "Labrador Retriever", "Golden Retriever", "French Bulldog", "Beagle", "German Shepherd",
        "Poodle (Miniature)",
        "Mixed breed", "Dachshund", "Chihuahua", "Border Collie", "Boxer", "Cavalier King Charles Spaniel",
    ),
    "Feline": (
        "Domestic Shorthair", "Domestic Longhair", "Siamese", "Maine Coon", "Ragdoll", "Bengal", "Persian",
    ),
}  # fmt: skip

# Mostly the practice's own surroundings; a few owners kept a number from another time zone.
_AREA_CODES = (
    "510", "415", "925", "408", "650", "707", "916", "209", "831", "530", "559", "213", "310", "619", "714",
    "818",
    "503", "206", "702", "775", "602", "303", "512", "312", "212", "617", "808",
)  # fmt: skip

_STYLES = ("({a}) 555-{n}", "{a}-555-{n}", "+1 {a} 555 {n}", "{a}555{n}", "{a}.555.{n}", "1-{a}-555-{n}")


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """A veterinarian of the practice."""

    name: str
    email: str
    license_number: str


PROVIDERS = (
    ProviderFacts("Dr. Sofía Alvarez", "s.alvarez@oakstreet.example", "CA-10293"),
    ProviderFacts("Dr. Ben Whitaker", "b.whitaker@oakstreet.example", "CA-11847"),
    ProviderFacts("Dr. Keiko Mori", "k.mori@oakstreet.example", "CA-12050"),
    ProviderFacts("Dr. Patrick O'Shea", "p.oshea@oakstreet.example", "CA-09761"),
)


def phone_number(index: int) -> str:
    """The `index`-th fictional number, typed in one of the ways of a front desk; the first 2,700 differ."""
    area = _AREA_CODES[index % len(_AREA_CODES)]
    line = 100 + (index // len(_AREA_CODES) + 37 * (index % len(_AREA_CODES))) % 100
    return _STYLES[index % len(_STYLES)].format(a=area, n=f"{line:04d}")


def owner_name(chance: random.Random) -> tuple[str, str]:
    """First and last name."""
    return chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)


def pet_facts(chance: random.Random, species: str) -> tuple[str, str]:
    """Name and breed of a pet of this species (a key of `BREEDS`)."""
    return chance.choice(PET_NAMES), chance.choice(BREEDS[species])
