"""What a person can ask for, from the window or the command line: one module a subject.

Each service is given its parts; it neither prints nor draws, and returns records or raises a `Failure`.
"""
