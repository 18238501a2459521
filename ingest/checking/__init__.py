"""Checks: data held against the shapes, published or not, and the reports of it."""
