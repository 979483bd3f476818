"""Processes, load and measurements."""
