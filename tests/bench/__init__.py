"""Figures: `python3 run.py bench NAME` measures and prints; nothing is kept."""
