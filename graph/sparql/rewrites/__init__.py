"""Queries rewritten for Oxigraph: other plans with the same solutions, and their text.

Each rule is a pure function of one pattern (SPARQL 1.1 §18) and gives none where it does not apply. Rules
look at no data: what one makes of a query has the same solutions over every dataset, so no rule can add a
graph, lose a solution or count one twice. What was measured, and which rules did not earn their place, is
in decision 0028.
"""

from graph.sparql.rewrites.rewriting import Rewritten, rewritten

__all__ = ["Rewritten", "rewritten"]
