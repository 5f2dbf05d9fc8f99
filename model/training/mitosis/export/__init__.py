"""Calibrates the network, chooses its threshold and writes it as ONNX."""
