"""Tables of any length: columns as data, a model that fetches pages off the window's thread, a delegate.

A page makes `columns`, a `PagedModel` and a `TablePane`, and calls `model.ask(fetch)` when filters change.
"""
