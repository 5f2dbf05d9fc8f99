"""Reads images and chooses the labeled windows that the network learns from."""
