"""Every generated document. `python -m tests.documents` rewrites those that no longer say what they describe."""

from __future__ import annotations

from tests.attacks.shared_columns import shared_columns
from tests.attacks.who_may import who_may_do_what
from tests.support.audit_catalogue import audit_catalogue
from tests.support.documents import Document

DOCUMENTS = (
    Document("audit-catalogue.md", audit_catalogue),
    Document("shared-columns.md", shared_columns),
    Document("who-may-do-what.md", who_may_do_what),
)


def main() -> None:
    """Rewrite what differs, and say so."""
    for document in DOCUMENTS:
        if not document.is_current():
            document.rewrite()
            print(f"rewritten: {document.name}")


if __name__ == "__main__":
    main()
