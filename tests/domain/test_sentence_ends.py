"""Sentences of texts for people: each by itself, no word lost."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from idexx_desktop.domain.sentence_ends import sentences_of

RECORDS = Path(__file__).parents[1] / "records"

# one sentence a line of each: what was written, with a bar where a person would take a breath
CUT = """
Rex had his teeth cleaned today.| He may be sleepy until tomorrow.
Dr. Kim removed two teeth.| Mrs. Baker has the tablets.
Give 0.5 ml twice daily.| Recheck in 2 weeks.
Give one tablet at 8 a.m. and one at 8 p.m. with food.| Call us if he vomits.
Tramadol every 8 h.| Clindamycin twice daily.
Keep the incubator at 90 F.| Do not feed if cold.
Use approx. 5 ml.| Wipe the rest away.
Small meals (e.g. chicken) for three days.| Then normal food.
Bring her in at once!| Don't wait.
Is she eating?| If not, call us.
Stay on the tablets, i.e. one a day.
The ashes are at our Elm St. clinic.
Oxygen i/d. Continue metronidazole 5 days.
Mr. Darcy may go home.| He did well.
See Dr. J. Smith on Monday.
It may take a while... be patient.
1. Give the tablets.| 2. Keep him quiet.
he was good. call us if he vomits.
Bitte 1x tgl. 1 Tablette.| Bei Erbrechen sofort anrufen.
Kontrolle am 3. Tag, z.B. morgens.| Der Verband bleibt trocken.
Frau Dr. Maier ruft ca. 14 Uhr an.
La Dra. García llamará mañana.| ¿Come bien?| ¡No le dé huesos!
Revenir si vomissements.| Rappeler le Dr. Roy.
Codeína cada 8 h. Broncodilatador cada 12 h.
お薬は一日二回です。| 来週また来てください。
"""
EXPECTED = {"Oxygen i/d. Continue": 2, "he was good.": 2, "Codeína cada": 2}


@pytest.mark.parametrize("line", CUT.strip().splitlines())
def test_a_text_is_cut_where_a_person_takes_a_breath(line: str) -> None:
    found = sentences_of(line.replace("|", ""))
    special = next((count for start, count in EXPECTED.items() if line.startswith(start)), None)
    if special is None:
        assert found == [part.strip() for part in line.split("|")]
    else:
        assert len(found) == special


def test_lists_and_wrapped_lines() -> None:
    text = (
        "Going home:\n- tablets twice a day\n • no baths\n* call us\n\n"
        "Please keep the collar on for ten days so that the wound can\nheal in peace. It comes off then.\n"
        "-----\nNext visit\nin two weeks"
    )
    assert sentences_of(text) == [
        "Going home:",
        "tablets twice a day",
        "no baths",
        "call us",
        "Please keep the collar on for ten days so that the wound can heal in peace.",
        "It comes off then.",
        "Next visit",
        "in two weeks",
    ]


def test_what_stands_for_a_missing_word_is_kept() -> None:
    assert sentences_of("Next visit:\n____\n***") == ["Next visit:", "____", "***"]
    assert sentences_of(" \n--\n. . .\n") == []


def test_no_word_of_any_record_is_lost() -> None:
    """In its order, too: a sixth of the records that are kept for the reader, in every language."""
    count = 0
    for path in sorted(RECORDS.glob("records_*.jsonl")):
        for line in path.read_text("utf-8").splitlines()[::6]:
            record = json.loads(line)
            for text in (record.get("discharge") or "", record.get("notes") or ""):
                assert re.findall(r"\w+", " ".join(sentences_of(text))) == re.findall(r"\w+", text)
                count += bool(text)
    assert count > 2_000
