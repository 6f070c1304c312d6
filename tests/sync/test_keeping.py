"""Texts of notes are kept as long as the clinic has set, and no longer."""

from __future__ import annotations

from tests.support.practice import Practice

STAMPS = {"visit_notes": "changed_at", "visit_readings": "read_at"}


def test_old_texts_are_forgotten_by_the_next_sync(synced: Practice) -> None:
    synced.query("UPDATE public.clinic_settings SET notes_kept_days = 30")
    key = synced.query("SELECT visit_key FROM public.visit_notes ORDER BY visit_key LIMIT 1")[0]["visit_key"]
    for table, stamp in STAMPS.items():
        # a visit that no list shows any more, so that the sync has no reason to write its text again
        aged = f"UPDATE public.{table} SET visit_key = 'a:old', {stamp} = %s - interval '40 days'"
        synced.query(f"{aged} WHERE visit_key = %s", synced.clock.now(), key)
    assert synced.sync().failure is None
    for table in STAMPS:
        kept = {row["visit_key"] for row in synced.query(f"SELECT visit_key FROM public.{table}")}
        assert "a:old" not in kept, table
        assert len(kept) > 10, table
