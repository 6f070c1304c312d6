"""The vendor's site: answers of every kind, and a real browser that signs in to the practice site."""
