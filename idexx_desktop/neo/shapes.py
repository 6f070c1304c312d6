"""Where what is read stands in Neo's answers: every name of the vendor's, in one of its spellings.

Several names are one field, as different answers call it; the first that holds anything counts.
"""

from __future__ import annotations

# one element of the calendar; where both ids are given, `appointment_id` wins
APPOINTMENT_ID = ("appointment_id", "id")
CONSULTATION_ID = ("consultation_id",)
END = ("end", "end_time", "end_date_time")
START = ("start", "start_time", "start_date_time")
PATIENT_ID = ("patient_id",)
CLIENT_ID = ("client_id",)
PATIENT_NAME = ("patient_name",)
CLIENT_NAME = ("client_name",)
FIRST_NAME, LAST_NAME = ("first_name",), ("last_name",)
EMAIL = ("email", "client_email")
CALENDAR_PHONE = ("phone_number", "client_phone", "phone", "mobile_phone")
PROVIDER = ("provider", "provider_name")
TITLE = ("title",)
TYPE = ("type_description", "appointment_type", "appointment_type_name")
REASON = ("reason",)
CALENDAR_STATUS = ("current_status", "status_label", "status", "appointment_status")
BRANCH = ("client_branch", "branch")

# one row of the consultation search
CONSULTED_AT = ("consulted_at",)
STATUS = ("status",)
CLINICAL_NOTES = ("clinical_notes",)

# a consultation's page
CONSULTATION, PATIENT, CLIENT = ("consultation",), ("patient", "pet", "animal"), ("client", "owner")
PAGE_DATA, PROVIDERS = ("page_data",), ("providers",)
NOTES, DISCHARGE_SUMMARY, CONSULTATION_NOTES = ("notes",), ("discharge_summary",), ("consultation_notes",)
DATE = ("date",)
NAME = ("name",)
SPECIES, BREED = ("species",), ("breed",)
PHONE, PHONE_LABEL = ("phone", "phone_number"), ("phone_label", "phone_type")
MOBILE_PHONE = ("mobile_phone", "cell_phone", "mobile", "cell")
HOME_PHONE, WORK_PHONE = ("home_phone",), ("work_phone",)
OTHER_PHONES = ("phone_2", "alternate_phone", "secondary_phone", "other_phone")
LINES = ("consultation_lines", "lines", "invoice_lines")
PRODUCT = ("product_service", "product", "service", "product_name", "item", "name", "description")
QUANTITY, IS_DECLINED = "quantity", ("is_declined", "declined")
