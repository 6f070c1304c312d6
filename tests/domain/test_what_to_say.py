"""What a call has to say: the owner's words, when to call, the vet's notes aside; gaps and offers marked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from idexx_desktop.domain.headings import is_shorthand
from idexx_desktop.domain.what_to_say import Ask, WhatToSay, for_the_owner, is_from_notes, what_to_say

RECORDS = Path(__file__).parents[1] / "records"
OWNERS = "Luna did well today. Give one tablet a day. Call us if she vomits."
SOAP = (
    "S: BAR at home, E/D/U nl\nO: T 38.6, HR 120, mm pink, CRT <2\nA: otitis externa AU\nP: flush, Otomax BID 7 d",
    "Subjective: Doing well.\nObjective: T 101.2 F, HR 90. Clear.\nAssessment: Healthy.\nPlan: Recheck 1 year.",
    "Subjective\nDoing well.\nObjective\nT 101.2 F.\nAssessment\nHealthy.\nPlan\nRecheck 1 year.",
    "Subjective – Doing well.\nObjective – T 101.2 F.\nAssessment – Healthy.\nPlan – Recheck 1 year.",
    "S/ eats well O/ T 38.4 A/ healthy P/ vaccine given",
    "S) vomited x3 O) tense abd A) gastritis P) maropitant",
    "SUBJECTIVE:\nvomited\nOBJECTIVE:\nT 39\nASSESSMENT:\ngastritis\nPLAN:\nSQ fluids",
    "**Subjective**\nvomited\n**Objective**\nT 39",
    "Hx: v+ x3d. PE: BAR, mm pink, CRT <2s, T 38.9, HR 110. Dx: GE. Tx: SQ fluids, maropitant 1 mg/kg IV. Rx: RTN 2d",
    "BAR, mm pink, CRT 1s, BCS 5/9, T 38.5 HR 100 RR 24, abd soft, WNL, PCV 40",
    "Anamnese: frisst nicht\nKlinische Untersuchung: T 39,2\nDiagnose: Gastritis\nTherapie: Infusion",
    "Anamnèse : vomit\nExamen clinique : T 39,1\nDiagnostic : gastrite\nTraitement : perfusion",
    "Anamnesis: vómitos\nExploración física: T 39\nDiagnóstico: gastritis\nTratamiento: suero",
    "Anamnesi: vomito\nEsame obiettivo: T 39\nDiagnosi: gastrite\nTerapia: fluidi",
    "Anamnese: braken\nLichamelijk onderzoek: T 39\nDiagnose: gastritis\nBehandeling: infuus",
    "Anamnese: vômito\nExame físico: T 39\nDiagnóstico: gastrite\nTratamento: soro",
)


def texts(parts: WhatToSay) -> tuple[list[str], list[str]]:
    return [each.text for each in parts.first], [each.text for each in parts.when_to_call]


def words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text))


def test_a_summary_for_the_owner_in_sentences() -> None:
    found = what_to_say(OWNERS)
    assert texts(found) == (["Luna did well today.", "Give one tablet a day."], ["Call us if she vomits."])
    assert found.aside == ""
    assert [each.ask for each in found.sentences] == [None] * 3


@pytest.mark.parametrize("text", SOAP)
def test_a_vets_record_is_never_the_words_to_say(text: str) -> None:
    """Whether or not it is known where it comes from."""
    for from_notes in (None, True):
        found = what_to_say(text, from_notes=from_notes)
        assert found.sentences == ()
        assert words(found.aside) == words(text)


@pytest.mark.parametrize("text", SOAP[:8])
def test_nor_is_one_that_stands_in_the_summary(text: str) -> None:
    found = what_to_say(text, from_notes=False)
    assert found.sentences == ()
    assert for_the_owner(text) == text, "a calling system is given what there is"


@pytest.mark.parametrize("title", ["Discharge instructions:", "CARE AT HOME", "For the owner -", "## Going home",
                                   "Entlassung:", "Instrucciones para casa:", "Conseils :"])  # fmt: skip
@pytest.mark.parametrize("text", SOAP[:7])
def test_the_owners_part_of_a_record(text: str, title: str) -> None:
    title = f"{title} " if title.endswith("-") else title
    whole = f"{text}\n{title}\n{OWNERS}"
    for from_notes in (None, True, False):
        found = what_to_say(whole, from_notes=from_notes)
        assert [each.text for each in found.sentences] == OWNERS.replace(". ", ".\n").split("\n")
        assert words(f"{found.text} {found.aside}") == words(whole)
    assert words(for_the_owner(whole)) == words(f"{title} {OWNERS}")


def test_which_text_of_a_visit_was_written_for_the_owner() -> None:
    """The discharge summary; else what speaks to the owner in a field beside a vet's record."""
    letter, record = "Please keep the collar on. Call us if he scratches.", SOAP[0]
    assert not is_from_notes(letter, letter, record)
    assert not is_from_notes(letter, "", record)
    assert is_from_notes(letter, "", letter)
    assert is_from_notes(letter, "", "Came for a checkup.")
    assert is_from_notes("Owner will keep the collar on, please call.", "", record)
    assert is_from_notes("Came in lame, sent home.", "", record)
    assert is_from_notes(record, "", "")
    assert not is_from_notes("", "", "")


def test_prose_of_a_vet_is_for_the_owner_only_if_it_may_be() -> None:
    """What is known to be notes is not said; what isn't known is said unless it looks like a record."""
    prose = "Dog came in with a sore ear. Cleaned, and drops were given."
    assert what_to_say(prose, from_notes=True).sentences == ()
    assert len(what_to_say(prose, from_notes=False).sentences) == 2
    assert len(what_to_say(prose).sentences) == 2


def test_headings_of_an_owners_text_are_no_sentences() -> None:
    text = "Medication:\n- Carprofen 75 mg twice a day\nFEEDING\nSoft food.\nDiagnosis: ear infection"
    found = what_to_say(text, from_notes=False)
    assert [(each.text, each.heading) for each in found.first] == [
        ("Medication:", True),
        ("Carprofen 75 mg twice a day", False),
        ("FEEDING", True),
        ("Soft food.", False),
        ("Diagnosis: ear infection", False),
    ]


def test_a_list_below_its_heading_is_about_that() -> None:
    text = "Keep her warm.\nCall us if:\n- vomiting\n- the wound is open\nFeeding:\n- small meals"
    assert texts(what_to_say(text)) == (
        ["Keep her warm.", "Feeding:", "small meals"],
        ["Call us if:", "vomiting", "the wound is open"],
    )


def test_what_goes_on_from_before_takes_it_along() -> None:
    text = "The stools are dark. This is normal. He limps. If so, call us. She eats."
    assert texts(what_to_say(text)) == (
        ["She eats."],
        ["The stools are dark.", "This is normal.", "He limps.", "If so, call us."],
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Call us if he vomits.", "Return if the leg swells again.", "Should she stop eating, please phone.",
        "Come in straight away for pale gums.", "Watch for bleeding.", "Check the wound daily for redness.",
        "Monitor his breathing.", "A little sleepiness is normal.", "She may be quiet tonight.",
        "Loose stools are to be expected.", "Ring any time, day or night, if worried.",
        "Collapse: bring him in at once.",
        "If he scratches, stop the drops.", "Any signs of pain: call us.",
        "Please make sure that urine comes every day; come in at once if it does not.",
        "Bei Erbrechen sofort anrufen.", "Bitte melden Sie sich, wenn er nicht frisst.", "Etwas Müdigkeit ist normal.",
        "Llámenos si vomita.", "Acuda a urgencias si respira mal.", "Es normal que duerma más.",
        "Revenir si gonflement.", "Appelez-nous s'il vomit ou si la plaie saigne.", "Il peut être fatigué ce soir.",
        "Chiamare se vomita.", "È normale un po' di gonfiore.", "Bel ons als hij braakt.",
        "Sloomheid vandaag is normaal.",
        "Ligue se vomitar.", "Se ficar mole, traga imediatamente.",
    ],
)  # fmt: skip
def test_when_to_call_and_what_is_normal(sentence: str) -> None:
    assert texts(what_to_say(f"Rex went home. {sentence}", from_notes=False))[1] == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Give one tablet twice daily.", "He vomited five times last night.", "The swelling has gone down.",
        "Recheck in two weeks.", "No running or jumping.", "The wound was bleeding and was closed.",
        "We will call you tomorrow.", "Keep the bandage dry.", "All his results are normal.",
        "Her heart sounds normal.",
        "Continue even if it looks better.", "Keine Bäder für zehn Tage.", "Comida blanda cinco días.",
        "Gouttes deux fois par jour.", "Collare dieci giorni.", "Druppels tweemaal daags.",
        "Ração úmida por cinco dias.",
        "Back to normal food on Monday.",
    ],
)  # fmt: skip
def test_what_is_none_of_these(sentence: str) -> None:
    assert texts(what_to_say(sentence, from_notes=False)) == ([sentence], [])


@pytest.mark.parametrize(
    "sentence",
    [
        "Next visit in ___ days.", "Dear [owner name], thank you.", "{{pet_name}} did well.", "Come back in XX days.",
        "Give <insert drug> twice daily.", "Recheck: TBD", "Dose: *** ml", "Call <clinic phone>.",
        "Give [[dose]] daily.",
        "Weight ?? kg", "Next dose at ........", "Thank you %OWNER%.", "Ask Dr. (insert name) about it.",
        "Dear {owner}, all is well.", "Eats [ ] drinks [ ]",
    ],
)  # fmt: skip
def test_gaps_are_marked(sentence: str) -> None:
    assert [each.ask for each in what_to_say(sentence, from_notes=False).sentences] == [Ask.GAP]


@pytest.mark.parametrize(
    "sentence",
    [
        "Stop by for a free weigh-in.", "Book now for the dental month!", "10% off all food.", "Download our app.",
        "Please stop by for a free weight check in six weeks.", "Complimentary nail trim.", "Follow us on Facebook.",
        "Leave us a review on Google.", "Ask about our puppy classes.", "Use code for $20 off.",
        "Sign up online today.",
        "Kostenlose Gewichtskontrolle.", "Contrôle gratuit dans 8 jours.", "20 % de descuento en pienso.",
        "Prenotate ora con il 10 % di sconto.", "Nu 10% korting.", "Agende agora.",
    ],
)  # fmt: skip
def test_offers_are_marked(sentence: str) -> None:
    assert [each.ask for each in what_to_say(sentence, from_notes=False).sentences] == [Ask.OFFER]


@pytest.mark.parametrize(
    "sentence",
    [
        "Feel free to call.", "She is free of fleas.", "Feed grain-free food.", "He may roam free in the house.",
        "Keep him off stairs.", "Give food (chicken [boiled]) twice.", "Temperature < 39 and weight > 3 kg.",
        "Book a recheck in two weeks.", "He saved his dinner.", "Free access to water.",
        "The cone comes off on day 10.",
    ],
)  # fmt: skip
def test_ordinary_sentences_are_not(sentence: str) -> None:
    marks = [each.ask for each in what_to_say(sentence, from_notes=False).sentences]
    assert marks in ([None], [Ask.GAP] if "[boiled]" in sentence else [None])


def test_nothing_and_a_lot() -> None:
    assert what_to_say("") == WhatToSay()
    assert what_to_say(" \n ... \n") == WhatToSay()
    found = what_to_say("Give one tablet. Call us if he vomits.\n" * 500)
    assert len(found.sentences) == 1_000


def test_summaries_that_people_wrote() -> None:
    """A sixth of the made-up summaries, in seven languages: none loses a word, and hardly one looks like a record."""
    taken = count = 0
    for path in sorted(RECORDS.glob("records_*.jsonl")):
        for line in path.read_text("utf-8").splitlines()[::6]:
            text = json.loads(line).get("discharge") or ""
            if text:
                found = what_to_say(text, from_notes=False)
                assert words(f"{found.text} {found.aside}") == words(text)
                taken += is_shorthand(text)
                count += 1
    assert count > 650
    assert taken < count / 100
