"""The window: pages, tables, first run, tray. The only room that imports PySide6.

It asks services and shows what they return; it never touches SQL, keys or the site, and never waits on
its thread.
"""
