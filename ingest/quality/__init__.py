"""The quality of each published version, measured: DQV (W3C Note, 15 December 2016) in the graph.

`left_out` remembers what quarantine took out of a version; `expectations` reads from ontology and shapes what
there should be; `counting` counts over columns; `figures` makes metrics of the counts; `series` keeps the
measurements of all versions as the reference set `quality`, one graph for each class of access.
"""
