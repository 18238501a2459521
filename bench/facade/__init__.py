"""What the facade costs: `python -m bench.facade`."""
