"""The sections of Settings; pages/settings.py has their order. What they share is gui/sections.py."""
