"""Tables of any length: columns as data, one model that fetches page by page off the window's thread, one delegate.

A page makes `columns`, a `PagedModel` and a `TablePane`, and calls `model.ask(fetch)` when its filters change.
"""
