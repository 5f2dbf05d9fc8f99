"""Measures networks on windows and on whole fields, and draws the results."""
