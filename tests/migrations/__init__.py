"""Tests of the schema and of what becomes of an adopted database."""
