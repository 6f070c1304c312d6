"""The second reader: says of a whole record how much it reads like one of an animal that died or is about to.

A small linear model that was made from labelled records (`run.py train-reader`); nothing of the program but
`domain` uses it, and it uses nothing of the program. Why a model, and what it must never decide:
resources/docs/decisions/a-second-reader.md
"""
