"""Visits as vets write them up: why the pet came, what was found and done, what to do at home; rich text."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass

from idexx_desktop.simulator.world import Line, Pet

EMPTY_MARKUP = ("<p><br></p>", "<p>&nbsp;</p>", "<div><br/></div>", "<p></p><!-- template -->")


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of visit. Texts may name `{pet}`; `species` is a key of `people.BREEDS`, or "" for any."""

    type_description: str
    reason: str
    subjective: str
    objective: str
    assessment: str
    plan: str
    home_care: str
    lines: tuple[Line, ...]
    species: str = ""


STORIES = (
    Story(
        "Wellness Exam", "Annual wellness",
        "{pet} is doing well at home, eating and drinking normally. No coughing, sneezing, vomiting "
        "or diarrhea.",
        "Bright, alert, responsive. Heart and lungs clear. Grade 1 tartar. Coat in good condition.",
        "Healthy adult. Mild dental tartar.",
        "Heartworm test negative. Continue monthly prevention. Recheck in 1 year.",
        "{pet} had a healthy check-up today. Please keep giving the monthly heartworm and flea prevention.",
        (Line("Wellness examination"), Line("Heartworm antigen test"),
         Line("Heartworm prevention, 6 pack", 6)),
    ),
    Story(
        "Vaccination", "Vaccine boosters",
        "Here for boosters. Owner reports no reaction to earlier vaccines.",
        "Body condition 5/9. Nothing abnormal found.",
        "Healthy for vaccination.", "DA2PP given right front, rabies (3 year) given right hind.",
        "{pet} was vaccinated today. A little sleepiness or a sore spot for a day is normal. "
        "Call us for facial swelling, hives or vomiting.",
        (Line("DA2PP vaccine"), Line("Rabies vaccine, 3 year"), Line("Leptospirosis vaccine", 1, True)),
       "Canine",
    ),
    Story(
        "Vaccination", "Kitten series, 2nd visit",
        "Playing and eating well, using the litter box.", "Weight gain is good. Ears clean. No murmur.",
        "Healthy kitten.", "FVRCP #2 and FeLV #1 given. Dewormed. Return in 3 weeks.",
        "{pet} had the second set of kitten vaccines. Please book the next visit in three weeks.",
        (Line("FVRCP vaccine"), Line("FeLV vaccine"), Line("Pyrantel suspension", "0.5")),
        "Feline",
    ),
    Story(
        "Dental", "Dental cleaning under anesthesia",
        "Fasted since 10 pm. Bad breath for two months.",
        "Stage 2 periodontal disease. Teeth 108 and 208 mobile. Full mouth radiographs taken.",
        "Periodontal disease; two teeth extracted.",
        "Extractions 108, 208, closed with 4-0 absorbable suture. Recovery smooth. Carprofen 5 days.",
        "{pet} had two teeth removed. Soft food for 10 days, no chew toys. Give carprofen with food, "
        "starting tomorrow morning.",
        (Line("Dental prophylaxis, anesthesia"), Line("Extraction, multi-root", 2),
         Line("Carprofen 75 mg", 10)),
       "Canine",
    ),
    Story(
        "Surgery", "Spay",
        "Healthy, 7 months old. Fasted overnight.", "Pre-anesthetic bloodwork within normal limits.",
        "Routine ovariohysterectomy without complication.",
        "IV catheter, isoflurane. Three-layer closure. E-collar for 12 days. Suture check in 12 days.",
        "{pet}'s spay went well. Keep the incision dry, the collar on, and no running or jumping "
        "for 12 days.",
        (Line("Ovariohysterectomy"), Line("Pre-anesthetic panel"), Line("E-collar"),
         Line("Meloxicam oral", 1)),
    ),
    Story(
        "Surgery", "Mass removal, left flank",
        "Lump noticed six weeks ago, has grown.",
        "2.5 cm firm subcutaneous mass, left flank. Margins marked at 2 cm.",
        "Subcutaneous mass, cytology suggests lipoma; histopathology pending.",
        "Mass removed en bloc, submitted for histopathology. Sutures out in 14 days.",
        "The lump was removed and sent to the laboratory; results take about a week. "
        "Check the incision twice a day for redness or discharge.",
        (Line("Mass removal, small"), Line("Histopathology"), Line("Gabapentin 100 mg", 14)),
        "Canine",
    ),
    Story(
        "Sick Visit", "Vomiting since yesterday",
        "Vomited five times since last night, still drinking. Got into the kitchen trash.",
        "Mildly dehydrated (5 %). Abdomen soft, slightly tense cranially.",
        "Acute gastritis, dietary indiscretion suspected.",
        "SQ fluids 200 ml, maropitant injection. Bland diet for 3 days. Radiographs if vomiting goes on.",
        "{pet} has an upset stomach. Offer small bland meals for three days. Call us at once if the "
        "vomiting returns.",
        (Line("Sick examination"), Line("Maropitant injection"), Line("SQ fluids"),
         Line("Radiographs", 2, True)),
       "Canine",
    ),
    Story(
        "Sick Visit", "Itchy ears, shaking head",
        "Scratching at both ears for a week.",
        "Both canals red with brown debris. Cytology: yeast 3+, no mites.",
        "Bilateral yeast otitis externa.",
        "Ears flushed. Ointment twice daily for 10 days. Recheck in 2 weeks.",
        "Clean {pet}'s ears every other day and use the ointment twice a day for ten days, even if "
        "the itch stops.",
        (Line("Sick examination"), Line("Ear cytology"), Line("Ear ointment 15 g")),
    ),
    Story(
        "Sick Visit", "Straining to urinate",
        "In and out of the litter box since this morning, small amounts, blood seen.",
        "Bladder small, painful, not obstructed. Urinalysis: blood 3+, no crystals.",
        "Feline idiopathic cystitis.",
        "Pain relief, urinary diet, more water. Owner knows the signs of obstruction.",
        "{pet} has an inflamed bladder. Please make sure that urine comes every day; come in at "
        "once if it does not.",
        (Line("Sick examination"), Line("Urinalysis"), Line("Buprenorphine oral", 6),
         Line("Urinary diet, 4 lb")),
       "Feline",
    ),
    Story(
        "Emergency", "Ate dark chocolate",
        "Ate about 3 oz of dark chocolate one hour ago.",
        "Restless. Emesis induced: large amount recovered.",
        "Chocolate ingestion, moderate dose.",
        "Apomorphine, activated charcoal, 4 h observation. Stable on release.",
        "{pet} was made to vomit and is stable. Stools may be black for a day. Watch for "
        "restlessness or tremors.",
        (Line("Emergency examination"), Line("Apomorphine"), Line("Activated charcoal")),
        "Canine",
    ),
    Story(
        "Emergency", "Laceration, right front paw",
        "Cut paw on glass in the park.", "3 cm laceration over the metacarpal pad, no tendon involved.",
        "Pad laceration.",
        "Lavage, 5 sutures under sedation, bandage. Cephalexin 7 days. Bandage change in 2 days.",
        "Keep the bandage dry. Please come for a bandage change in two days and give the antibiotic "
        "with food.",
        (Line("Emergency examination"), Line("Laceration repair"), Line("Cephalexin 500 mg", 14),
         Line("Bandage")),
       "Canine",
    ),
    Story(
        "Recheck", "Recheck skin",
        "Itching is about 80 % better.", "Papules resolved on the belly. Mild redness between the toes.",
        "Allergic dermatitis, improving.", "Continue oclacitinib once daily. Recheck in 4 weeks.",
        "The skin looks much better. Please give the tablets once a day until the next visit.",
        (Line("Recheck examination"), Line("Oclacitinib 5.4 mg", 30)),
    ),
    Story(
        "Recheck", "Suture removal",
        "Wearing the collar well.", "Incision clean, dry and fully healed. Sutures removed.",
        "Healed as expected.", "Normal activity from tomorrow.",
        "The stitches are out. {pet} may go back to normal walks tomorrow.",
        (Line("Suture removal", 1),),
    ),
    Story(
        "Consultation", "New patient, nail trim and questions about diet",
        "Adopted two weeks ago. Owner asks about food and house training.", "Body condition 6/9. Nails long.",
        "Healthy, slightly overweight.",
        "Nails trimmed. Measured meals, 280 kcal a day. Weight check in 6 weeks.",
        "Please measure meals as we discussed and stop by for a free weight check in six weeks.",
        (Line("Consultation"), Line("Nail trim")),
    ),
)  # fmt: skip

END_OF_LIFE = Story(
    "Euthanasia", "Euthanasia",
    "Advanced kidney disease, not eating for three days. Family is in agreement.",
    "Cachectic, recumbent, dehydrated.", "End-stage chronic kidney disease.",
    "Humane euthanasia with the family present. {pet} passed peacefully. Private cremation.",
    "", (Line("Euthanasia"), Line("Pentobarbital solution", 6), Line("Private cremation")),
)  # fmt: skip


def vitals(species: str, chance: random.Random) -> str:
    """A line of vital signs: degrees Fahrenheit, beats and breaths a minute, pounds."""
    heaviest = 17 if species == "Feline" else 92
    return (
        f"T {chance.uniform(100.2, 102.4):.1f} F, HR {chance.randrange(80, 190, 4)}, "
        f"RR {chance.randrange(16, 40, 2)}, Wt {chance.uniform(5, heaviest):.1f} lb"
    )


def _paragraphs(parts: dict[str, str]) -> str:
    return "".join(f"<p><strong>{title}:</strong> {text}</p>" for title, text in parts.items())


def _headings(parts: dict[str, str]) -> str:
    return "".join(f"<h4>{title}</h4><p>{text}</p>" for title, text in parts.items())


def _breaks(parts: dict[str, str]) -> str:
    text = "<br>".join(f"{title[0]}: {text}" for title, text in parts.items())
    return f'<div style="font-family: Arial; font-size: 14px">{text}</div>'


def _items(parts: dict[str, str]) -> str:
    rows = "".join(f"<li><b>{title}</b>&nbsp;&ndash; {text}</li>" for title, text in parts.items())
    return f"<p>&nbsp;</p><ul>{rows}</ul><p><br></p>"


_LAYOUTS: tuple[Callable[[dict[str, str]], str], ...] = (_paragraphs, _headings, _breaks, _items)


def soap_notes(story: Story, pet: Pet, chance: random.Random) -> str:
    """The story as notes in HTML, in one of the layouts that vets' templates have."""
    parts = {
        "Subjective": story.subjective,
        "Objective": f"{vitals(pet.species, chance)}. {story.objective}",
        "Assessment": story.assessment,
        "Plan": story.plan,
    }
    told = {title: html.escape(text.format(pet=pet.name), quote=False) for title, text in parts.items()}
    return chance.choice(_LAYOUTS)(told)


def home_care(story: Story, pet: str) -> str:
    """What the owner is told to do at home, as HTML; "" where there is nothing to say."""
    return f"<p>{html.escape(story.home_care.format(pet=pet), quote=False)}</p>" if story.home_care else ""
