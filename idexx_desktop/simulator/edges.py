"""Every odd visit that is known of, each with a label, so that a test can ask what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.simulator.notes import EMPTY_MARKUP
from idexx_desktop.simulator.world import Line, Quirk

_NOTES = "<p>Eating well again. Abdomen soft. Continue the bland diet for two days.</p>"
OWN_NUMBER = "own"
_SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"
_SQL = "Robert'); DROP TABLE cases;-- %s $1 \\x00"
_ODD = "a\u0000b\ud800c\u202ed\ufeff\U0001f408"
_LONG = "<p>" + "The wound was lavaged and the bandage was changed. " * 6000 + "</p>"


@dataclass(frozen=True, slots=True)
class Edge:
    """One odd visit; what is not odd about it is left as it is.

    `household` is shared by visits of one owner on one day; `phone` may be `OWN_NUMBER`, a number that no
    other owner has. `booked`: it has an appointment; `consulted`: a consultation.
    """

    label: str
    type_description: str = "Sick Visit"
    reason: str = "Not eating well"
    notes: str = _NOTES
    summary: str = ""
    extra_notes: str = ""
    status: str | None = "Paid"
    booking: str = "Completed"
    lines: tuple[Line, ...] = (Line("Sick examination"),)
    pet: str = "Patch"
    owner: str = "Edgar"
    phone: str | None = OWN_NUMBER
    household: str = ""
    is_deceased: bool = False
    has_provider: bool = True
    booked: bool = True
    consulted: bool = True
    quirks: frozenset[Quirk] = frozenset()


END_OF_LIFE = (
    Edge("euthanasia-in-type", type_description="Euthanasia", reason="Appointment"),
    Edge("euthanasia-in-reason", reason="Humane euthanasia, owner present"),
    Edge("euthanasia-in-notes", notes="<p>Humane <b>euthan</b>asia was performed at 14:05.</p>"),
    Edge("euthanasia-in-extra-notes", extra_notes="<p>Patient was euthanized. Family took the collar.</p>"),
    Edge("euthanasia-in-summary", summary="<p>We are sorry for your loss. Cremation was arranged.</p>"),
    Edge("euthanasia-in-product", lines=(Line("Sick examination"), Line("Euthasol injection", 4))),
    Edge("euthanasia-product-declined", lines=(Line("Sick examination"), Line("Euthanasia", 1, True))),
    Edge("euthanasia-without-notes", type_description="Euthanasia", notes=""),
    Edge("no-euthanasia-discussed", notes="<p>Prognosis good; no euthanasia discussed.</p>"),
    Edge("passed-away", notes="<p>Owner called: passed away at home overnight.</p>"),
    Edge("quality-of-life", notes="<p>Long talk about quality of life, owner will think about it.</p>"),
    Edge("pts", notes="<p>Owner elects PTS.</p>"),
    Edge(
        "attempts",
        notes="<p>Better after two attempts at the catheter. Receipts given, eating well, home.</p>",
    ),
    Edge("scripts", notes="<p>Scripts sent to the pharmacy. Will recheck in 5 days.</p>"),
    Edge("another-pet-died", notes="<p>Their other dog died last year. This one is doing very well.</p>"),
    Edge("deceased-flag", is_deceased=True),
)

STATUSES = (
    Edge("draft", status="Draft"),
    Edge("no-notes", notes=""),
    *(Edge(f"empty-markup-{number}", notes=text) for number, text in enumerate(EMPTY_MARKUP, start=1)),
    Edge("empty-summary", summary="<p><br></p>", extra_notes="&nbsp;"),
    Edge("no-status", status=None),
    Edge("empty-status", status=""),
    Edge("no-status-no-notes", status=None, notes=""),
    Edge("notes-only", status="Completed", lines=()),
    Edge("partly-paid", status="Partly Paid"),
    Edge("voided", status="Voided"),
    Edge("cancelled", booking="Cancelled", consulted=False),
    Edge("cancelled-with-consultation", booking="Cancelled", status="Draft", notes=""),
    Edge("no-show", booking="No Show", consulted=False),
    Edge("no-show-hyphen", booking="no-show", consulted=False),
    Edge("unknown-status", status="Parked for later"),
    Edge("counter-sale", status="Counter sale", booked=False, notes="", lines=(Line("Dog food, 12 kg"),)),
    Edge("prepayment", status="Unallocated credit", booked=False, notes="", lines=()),
)

PHONES = (
    Edge("no-phone", phone=None),
    Edge("empty-phone", phone=" "),
    Edge("undialable-words", phone="call the neighbor"),
    Edge("undialable-short", phone="555-0100"),
    Edge("undialable-long", phone="+1 510 555 0100 0100 0100"),
    Edge("undialable-zeros", phone="000-000-0000"),
    Edge("uk-number", phone="+44 20 7946 0958"),
    Edge("uk-number-double-zero", phone="011 44 20 7946 0959"),
    Edge("no-country-code", phone="5105550177"),
    Edge("two-numbers", phone="(510) 555-0131 / 415-555-0132 wife"),
    Edge("extension", phone="510-555-0133 x12"),
    Edge("shared-number-1", owner="Ada", phone="(510) 555-0150"),
    Edge("shared-number-2", owner="Bob", phone="510.555.0150"),
)

HOUSEHOLDS = (
    Edge("three-pets-1", pet="Huey", household="three"),
    Edge("three-pets-2", pet="Dewey", household="three"),
    Edge("three-pets-3", pet="Louie", household="three"),
    Edge("two-pets-well", pet="Salt", household="two"),
    Edge("two-pets-euthanized", pet="Pepper", household="two", type_description="Euthanasia"),
)

SHAPES = (
    Edge("walk-in", booked=False),
    Edge("consultation-later", booking="Checked-in", consulted=False),
    Edge("text-ids", quirks=frozenset({Quirk.TEXT_IDS})),
    Edge("iso-times", quirks=frozenset({Quirk.ISO_TIMES})),
    Edge("text-ids-walk-in", booked=False, quirks=frozenset({Quirk.TEXT_IDS, Quirk.ISO_TIMES})),
    Edge("calendar-does-not-know", quirks=frozenset({Quirk.NO_CONSULTATION_ID})),
    Edge("search-does-not-know", quirks=frozenset({Quirk.NO_APPOINTMENT_ID})),
    Edge("listed-twice", quirks=frozenset({Quirk.LISTED_TWICE})),
    Edge("all-providers", quirks=frozenset({Quirk.ALL_PROVIDERS})),
    Edge("garbage-page", quirks=frozenset({Quirk.GARBAGE_PAGE})),
    Edge("bare-page", quirks=frozenset({Quirk.BARE_PAGE})),
    Edge("unreadable-page", quirks=frozenset({Quirk.UNREADABLE})),
    Edge("missing-page", quirks=frozenset({Quirk.MISSING})),
    Edge("no-provider", has_provider=False),
    Edge("no-names", pet="", owner="", reason="", type_description=""),
    Edge("quantities", lines=(Line("Tablets", "0.5"), Line("Food", 2.25), Line("Visit", "1,0"))),
    Edge(
        "html-everywhere", _SCRIPT, _SCRIPT, f"<p>Fine.</p>{_SCRIPT}<iframe src=//evil.example></iframe>",
        f"{_SCRIPT}Rest for a day.", lines=(Line(_SCRIPT),), pet=f"Mal{_SCRIPT}", owner=f"Ory{_SCRIPT}",
    ),
    Edge("sql-everywhere", _SQL, _SQL, _SQL, lines=(Line(_SQL),), pet=_SQL, owner=_SQL),
    Edge("odd-characters", _ODD, _ODD, f"<p>{_ODD} rest.</p>", lines=(Line(_ODD),), pet=_ODD, owner=_ODD),
    Edge("long-notes", notes=_LONG),
    Edge("long-names", pet="Maximilian " * 60, owner="Wolfeschlegelsteinhausenbergerdorff" * 20),
    Edge("unclosed-markup", notes="<div><p>Well <b>today<li>eat & drink &lt;2 h &bogus; <<p"),
)  # fmt: skip

EDGES = (*END_OF_LIFE, *STATUSES, *PHONES, *HOUSEHOLDS, *SHAPES)
