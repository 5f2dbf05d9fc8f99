"""Trains the network on all sources, and without each source in turn."""
