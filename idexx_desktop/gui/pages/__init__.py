"""The pages of the window. `base.Page` is what they share, `registry.PAGES` is their order."""
