"""A dictionary of terms as compiled code has it.

It is three arrays. `records` has the terms one after the other, each with a head of four numbers (its id,
what it is, how many bytes, whether it is in doubt) and padded to eight bytes; `heads` are the same bytes as
numbers. `slots` is the hash table: half a hash, and where the record is. So a term that is met again costs
two places of memory that are not in the cache, and not the six of as many arrays.
"""

import numpy as np

RESOURCE, GRAPH, SUFFIX, LITERAL = range(4)
"""What a term is: an IRI or a blank node, the label of a graph, what follows the quotes of a literal; and a
literal is LITERAL and the id of its suffix."""
COUNT, END = range(2)
"""In `state`: how many terms there are, and where their records end."""
HEAD = 16
TOKEN = np.dtype(
    [("at", np.int64), ("size", np.int64), ("kind", np.int64), ("doubt", np.bool_), ("code", np.uint64)],
    align=True,
)
"""A token that is to be looked up: where it is, of how many bytes, what it is, whether in doubt; its hash."""
SPARE = 8
"""So many bytes behind all arrays of text may be read, whatever they are."""
