"""One module a subject; each command takes its arguments and returns an `Answer`."""
