"""The window, offscreen, on a small program in memory."""
