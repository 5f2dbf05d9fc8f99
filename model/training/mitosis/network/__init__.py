"""Defines the trained network and runs it, and reads the network of IBM that it is compared with."""
