"""Queries that are answered in the process in front: step by step from what they name, reading a bounded
number of quads."""
