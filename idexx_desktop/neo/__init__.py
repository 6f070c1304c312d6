"""The vendor's site: sign-in, endpoints, payload models, and a name for everything that can go wrong.

The only room that imports Playwright. It reads; it never writes into Neo, and knows no database and no key.
"""
