"""The sections of Settings. `base.Section` is what they share; pages/settings.py has their order."""
