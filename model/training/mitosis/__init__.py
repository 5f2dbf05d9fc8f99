"""Trains the default mitosis model and measures it; `run.py` is the command."""
