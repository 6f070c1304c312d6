"""The real window on a real program: records in PostgreSQL, the practice Neo behind it."""
