"""The numbers of the model as a person reads them, so that the program's reading can be judged without it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tests.simulation.neo import NOT_TO_BE_CALLED

# what each number of the model is, by hand: the number that is called, the others of its field, where it rings
DIALLED = {
    "(510) 555-0123": ("+15105550123", (), "America/Los_Angeles"),
    "305-555-0134": ("+13055550134", (), "America/New_York"),
    "808-555-0145": ("+18085550145", (), "Pacific/Honolulu"),
    "510-555-0167 / 510-555-0178 wife": ("+15105550167", ("+15105550178",), "America/Los_Angeles"),
    NOT_TO_BE_CALLED: ("+15105550189", (), "America/Los_Angeles"),
}
ZONES = {each: ZoneInfo(zone) for number, others, zone in DIALLED.values() for each in (number, *others)}
