"""One module for each data set with generated sources, named like it with underscores; found by discovery.

Each has `write(world, folder, manifest)`: streams its source files into `folder`, plants its faults, and
counts in `manifest` what must come out of them.
"""
