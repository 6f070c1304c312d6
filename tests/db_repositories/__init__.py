"""Repositories on a real PostgreSQL, as the program's own logins."""
