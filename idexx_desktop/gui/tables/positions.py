"""Where the next page of each kind of row starts: the keyset of the last row shown (`Page.before`)."""

from idexx_desktop.domain.places import audit_place as audit_position
from idexx_desktop.domain.places import call_place as call_position
from idexx_desktop.domain.places import history_place as history_position
from idexx_desktop.domain.places import visit_place as visit_position

__all__ = ["audit_position", "call_position", "history_position", "visit_position"]
