"""Instances of a class: found by their values, put in order, counted, told; from arrays of ids.

A collection's pages ask the same of the same few predicates again and again. Here the quads of a predicate
are two sorted arrays, and the dictionary of terms lies in memory, so that a page is a few searches by halves
where SQL, and SPARQL the more, is mostly planned (docs/decisions/0030).
"""

from graph.instances.question import Condition, Constant, Order, Question, Step, Telling, Validity

__all__ = ["Condition", "Constant", "Order", "Question", "Step", "Telling", "Validity"]
