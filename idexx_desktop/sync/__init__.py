"""One sync from start to end: its lease, its worker thread, its schedule.

The only room that imports APScheduler. It decides nothing about visits (domain does) and shows nothing (gui does).
"""
