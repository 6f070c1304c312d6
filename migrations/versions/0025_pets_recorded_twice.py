"""What belongs together before a colleague's call, as `domain.households` says since a pet may be recorded twice.

One number and one name are one pet also under two client records; on one day they draw both owners' visits together.
The function of revision 0021 is the same in all else.
"""

from __future__ import annotations

from alembic import context, op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_DECLARATION = "unread_calls(clinic uuid, besides uuid)"
_PET = "lower(btrim(v.patient_name)) AS pet"
_HOMES = """
        SELECT DISTINCT d.id FROM due d"""
_SAME_DAY = "(o.day = h.day AND o.home = h.home)"
_SAME_PET = "WHEN o.patient_id IS NOT NULL AND h.patient_id IS NOT NULL THEN o.patient_id = h.patient_id"
_TWICE = (
    "(o.client_id, o.branch) IS DISTINCT FROM (h.client_id, h.branch)"
    " AND o.pet <> '' AND o.pet = h.pet AND o.phone <> '' AND o.phone = h.phone"
)
EDITS = {
    _PET: "lower(btrim(regexp_replace(v.patient_name, '\\s+', ' ', 'g'))) AS pet",
    _HOMES: f""", reached AS (
          WITH RECURSIVE step AS (
            SELECT DISTINCT user_id, day, home AS from_home, home AS to_home FROM homes
            UNION
            SELECT s.user_id, s.day, s.from_home, b.home FROM step s
            JOIN homes a ON a.user_id = s.user_id AND a.day = s.day AND a.home = s.to_home
            JOIN homes b ON b.user_id = a.user_id AND b.day = a.day AND b.phone = a.phone AND b.pet = a.pet
            WHERE a.phone <> '' AND a.pet <> ''
          ) SELECT * FROM step
        ){_HOMES}""",  # noqa: S608 - from the texts above
    _SAME_DAY: """(o.day = h.day AND EXISTS (
            SELECT FROM reached r WHERE r.user_id = h.user_id AND r.day = h.day
              AND r.from_home = h.home AND r.to_home = o.home))""",
    _SAME_PET: f"WHEN {_TWICE} THEN true\n            {_SAME_PET}",
}


def body(edits: dict[str, str]) -> str:
    """The function's body with these changes; each must be found once."""
    before = context.script.get_revision("0021").module
    text: str = before.FUNCTIONS[_DECLARATION]
    for old, new in edits.items():
        if text.count(old) != 1:
            raise RuntimeError("revision 0021 isn't as it was")
        text = text.replace(old, new)
    for word, meant in before.WORDS.items():
        text = text.replace(word, meant)
    return text


def upgrade() -> None:
    """Replace what the function compares."""
    op.execute(f"CREATE OR REPLACE FUNCTION idexx_app.{_DECLARATION} {body(EDITS)}")


def downgrade() -> None:
    """As it was."""
    op.execute(f"CREATE OR REPLACE FUNCTION idexx_app.{_DECLARATION} {body({})}")
