"""The widgets that pages are made of. They know tokens and fonts, and nothing of services.

Texts go through `Text`, which shows plain text only: what Neo sends is inert here.
"""
