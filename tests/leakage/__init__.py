"""What must not get out: logs, crashes, the browser, the window, details for support."""
