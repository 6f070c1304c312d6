"""The catalogue of audited actions, held by what the program does."""
