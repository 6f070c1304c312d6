"""The shapes of Neo's JSON answers: every field name of the vendor's that this program reads stands here."""

from __future__ import annotations

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from idexx_desktop.neo.fields import Flag, Identifier, Line, Optional, OptionalIdentifier, Quantity, Rich


class Shape(BaseModel):
    """Every answer: unknown fields are ignored, and no error message repeats a value."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True)


class Named(Shape):
    """A branch, a provider."""

    id: OptionalIdentifier = None
    name: Line = ""


class BlockFlags(Shape):
    """Whether a row of the calendar is a block of time or a roster row, which are no visits."""

    is_block: Flag = False
    is_roster: Flag = False


class CalendarRow(BlockFlags):
    """One element of the calendar; where both ids are given, `appointment_id` wins."""

    id: OptionalIdentifier = None
    appointment_id: OptionalIdentifier = None
    consultation_id: OptionalIdentifier = None
    start: Line
    patient_id: OptionalIdentifier = None
    patient_name: Line = ""
    client_id: OptionalIdentifier = None
    first_name: Line = ""
    last_name: Line = ""
    email: Line = ""
    phone_number: Line = ""
    phone_label: Line = ""
    client_title: Line = ""
    end: Line = ""
    provider: Line = ""
    title: Line = ""
    type_description: Line = ""
    reason: Rich = ""
    current_status: Line = ""
    status_label: Line = ""
    client_branch: Optional[Named | Line] = Field(None, alias="clientBranch")


class SearchRow(Shape):
    """One row of the consultation search."""

    id: Identifier
    appointment_id: OptionalIdentifier = Field(None, alias="appointmentId")
    patient_name: Line = Field("", alias="patientName")
    client_name: Line = Field("", alias="clientName")
    provider_name: Line = Field("", alias="providerName")
    consulted_at: Line = Field("", alias="consultedAt")
    status: Line = ""
    clinical_notes: Rich = Field("", alias="clinicalNotes")


class SearchFrame(Shape):
    """What stands around the rows of a search."""

    total: int | None = Field(None, ge=0)
    per_page: int | None = Field(None, alias="perPage", ge=1)


class ConsultationPart(Shape):
    """The one object that a consultation's page must have."""

    id: Identifier
    reason: Rich = ""
    notes: Rich = ""
    discharge_summary: Rich = Field("", alias="dischargeSummary")
    date: Line = ""
    status: Line = ""


class PatientPart(Shape):
    """The pet. The names of the flag are assumed: it was seen nowhere yet."""

    id: OptionalIdentifier = None
    name: Line = ""
    species: Line = ""
    breed: Line = ""
    status: Line = ""
    deceased: Flag = Field(False, validation_alias=AliasChoices("isDeceased", "is_deceased", "deceased"))


class ClientPart(Shape):
    """The owner."""

    id: OptionalIdentifier = None
    first_name: Line = Field("", alias="firstName")
    last_name: Line = Field("", alias="lastName")
    phone: Line = ""
    mobile_phone: Line = Field(
        "", validation_alias=AliasChoices("mobilePhone", "mobile_phone", "cellPhone", "mobile")
    )
    home_phone: Line = Field("", validation_alias=AliasChoices("homePhone", "home_phone"))
    work_phone: Line = Field("", validation_alias=AliasChoices("workPhone", "work_phone"))
    phone_number: Line = Field("", validation_alias=AliasChoices("phoneNumber", "phone_number"))
    phone_label: Line = Field("", validation_alias=AliasChoices("phoneLabel", "phone_label"))
    email: Line = ""


class NotesPart(Shape):
    """The notes that stand apart from the consultation."""

    notes: Rich = ""


class PageDataPart(Shape):
    """What the page needs besides."""

    providers: Optional[list[Named]] = None


class LinePart(Shape):
    """One line of the invoice."""

    name: Line = Field("", alias="productService")
    quantity: Quantity = ""
    is_declined: Flag = Field(False, alias="isDeclined")


class ConsultationPage(Shape):
    """`page-data`; any object but `consultation` may be missing."""

    consultation: ConsultationPart
    patient: Optional[PatientPart] = None
    client: Optional[ClientPart] = None
    page_data: Optional[PageDataPart] = Field(None, alias="pageData")
    client_branch: Optional[Named | Line] = Field(None, alias="clientBranch")
    consultation_notes: Optional[NotesPart] = Field(None, alias="consultationNotes")
    consultation_lines: Optional[list[LinePart]] = Field(None, alias="consultationLines")
