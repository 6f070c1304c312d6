"""A consultation's own page, object by object: any of them may be missing but the consultation."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from idexx_desktop.domain.key_words import plain_keys
from idexx_desktop.domain.visits import HOME, MOBILE, WORK, About, Consultation, Product, Telephone, Told
from idexx_desktop.neo import shapes
from idexx_desktop.neo.fields import instant_or_none, line_of, rich_of
from idexx_desktop.neo.records import Record
from idexx_desktop.neo.telling import Place, told_in

_CONSULTATION = plain_keys(
    "id", "reason", "notes", "dischargeSummary", "date", "status", "patientId", "clientId"
)
_NOTES = plain_keys("id", "notes")
_PATIENT = plain_keys("id", "name", "species", "breed")
_CLIENT = plain_keys("id", "firstName", "lastName", "email")
_LINE = plain_keys("id", "quantity", *shapes.IS_DECLINED)
_PAGE = plain_keys(
    "consultation", "patient", "client", "pageData", "consultationNotes", *shapes.LINES, *shapes.BRANCH
)


class Odd(Exception):  # noqa: N818 - as said of a page
    """What makes a page unreadable; `where` names a field and holds no value."""

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(where)


def consultation_in(page: Record, zone: ZoneInfo) -> Consultation:
    """The consultation of a page that holds what is needed of one. Raises `Odd`."""
    part, patient, client = (
        page.part(*shapes.CONSULTATION),
        page.part(*shapes.PATIENT),
        page.part(*shapes.CLIENT),
    )
    patient_id = _id(patient, "patient.id", "id")
    products, of_lines = _lines(page, patient_id)
    return Consultation(
        consultation_id=_id(part, "consultation.id", "id") or "",
        reason=part.rich(*shapes.REASON),
        notes=part.rich(*shapes.NOTES),
        consultation_notes=_notes_apart(page),
        discharge_summary=part.rich(*shapes.DISCHARGE_SUMMARY),
        date=instant_or_none(part.line(*shapes.DATE), zone),
        status=part.line(*shapes.STATUS),
        patient_id=patient_id,
        patient_name=patient.line(*shapes.NAME),
        species=patient.line(*shapes.SPECIES),
        breed=patient.line(*shapes.BREED),
        patient_status=patient.line(*shapes.STATUS),
        client_id=_id(client, "client.id", "id"),
        owner_name=client.full_name(),
        phone=client.line(*shapes.PHONE),
        telephones=tuple(_telephones(client)),
        email=client.line("email"),
        provider=_provider(page),
        branch=page.line(*shapes.BRANCH),
        products=products,
        told=tuple(dict.fromkeys((*_told(page, patient_id), *of_lines))),
    )


def _telephones(client: Record) -> Iterator[Telephone]:
    """The numbers that have a name of their own, in the order in which they are called."""
    first, label = client.line(*shapes.PHONE), client.line(*shapes.PHONE_LABEL)
    found = [(MOBILE, client.line(*shapes.MOBILE_PHONE)), (label, first if label else "")]
    found += [("", number) for name in shapes.PHONE if (number := client.line(name)) != first]
    found += [(HOME, client.line(*shapes.HOME_PHONE)), (WORK, client.line(*shapes.WORK_PHONE))]
    found += [("", client.line(name)) for name in shapes.OTHER_PHONES]
    yield from (Telephone(name, number) for name, number in found if number)


def _notes_apart(page: Record) -> str:
    """The notes that stand apart from the consultation: as an object, as several, or as the text itself."""
    value = page.value(*shapes.CONSULTATION_NOTES)
    texts = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
    parts = page.parts(*shapes.CONSULTATION_NOTES)
    return "\n\n".join(filter(None, (*map(rich_of, texts), *(part.rich(*shapes.NOTES) for part in parts))))


def _id(part: Record, where: str, name: str) -> str | None:
    try:
        return part.optional_id(name)
    except ValueError:
        raise Odd(f"{where}: no id") from None


def _told(page: Record, patient_id: str | None) -> Iterator[Told]:
    """What the objects of a page say besides. Where several stand in the place of one, all of them are read."""
    for patient in page.parts(*shapes.PATIENT):
        yield from told_in(patient.raw, Place("patient", patient_id, of_animal=True), _PATIENT)
    for part in page.parts(*shapes.CONSULTATION):
        yield from told_in(part.raw, Place("consultation", patient_id), _CONSULTATION)
    for notes in page.parts(*shapes.CONSULTATION_NOTES):
        yield from told_in(notes.raw, Place("consultationNotes", patient_id), _NOTES)
    for client in page.parts(*shapes.CLIENT):
        # what is written about an owner may be about another animal of theirs: a person sees where it stands
        yield from told_in(client.raw, Place("client", patient_id), _CLIENT)
    yield from told_in(page.raw, Place("page", patient_id), apart=_PAGE)
    for names in (shapes.PATIENT, shapes.CLIENT):
        if isinstance(text := page.value(*names), str):  # in place of an object: at least it is read
            yield Told(About.WORDS, names[0], rich_of(text))


def _lines(page: Record, patient_id: str | None) -> tuple[tuple[Product, ...], tuple[Told, ...]]:
    """The products, and what else the lines that were not declined say."""
    products: list[Product] = []
    told: list[Told] = []
    for raw in _line_values(page.value(*shapes.LINES)):
        if isinstance(raw, str):
            products.append(Product(line_of(raw)))
            continue
        line = Record(raw)
        name, said = line.line(*shapes.PRODUCT), told_in(line.raw, Place("line", patient_id), _LINE)
        if not name and not _words(said) and not _names_product(line):
            raise Odd("consultationLines.productService is missing")
        declined = any(line.flag(flag) for flag in shapes.IS_DECLINED)
        also = [line.line(each) for each in shapes.PRODUCT if line.has(each)]
        more = [text for text in (*also, *_words(said)) if text not in ("", name)]
        products.append(
            Product(name, line.quantity(shapes.QUANTITY), declined, " / ".join(dict.fromkeys(more)))
        )
        if not declined:
            told += [each for each in said if each.about is not About.WORDS]
    return tuple(products), tuple(told)


def _words(said: tuple[Told, ...]) -> list[str]:
    return [each.value for each in said if each.about is About.WORDS]


def _names_product(line: Record) -> bool:
    """Whether a line has a place for its product, which holds nothing: a note, a heading."""
    return any(line.has(name) and line.value(name) is None for name in shapes.PRODUCT)


def _line_values(value: object) -> Iterator[object]:
    """The lines of a list, of an object that holds one line or names many, or of one around a list."""
    if value is None:
        return
    if isinstance(value, dict):
        inner = Record(value)
        if any(inner.has(name) for name in shapes.PRODUCT) or inner.has("id"):
            yield value
            return
        yield from _line_values(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, list):
                yield from _line_values(each)
            elif isinstance(each, str | dict):
                if each:
                    yield each
            elif each is not None:
                raise Odd("consultationLines is a list of something else")
    else:
        raise Odd("consultationLines is no list")


def _provider(page: Record) -> str:
    """The provider where the page names exactly one; a longer list is the practice's, not the visit's."""
    providers = page.part(*shapes.PAGE_DATA).value(*shapes.PROVIDERS)
    if not isinstance(providers, list) or len(providers) != 1:
        return ""
    return Record(providers[0]).line(*shapes.NAME)
