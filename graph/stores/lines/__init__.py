"""N-Triples and N-Quads read a block of lines at a time, not a quad at a time (RDF 1.1 N-Quads, §2 and §4).

A file is cut into blocks of whole lines, which two threads read (`reading`). In a block the few lines that
are not written plainly are left to the parser of `graph.stores.documents`; of all others the tokens are found
(`scanning`), each different one is looked at once (`tokens`), and what they say is a `Part`. The parts of one
or more files are put together as `Statements` (`joining`). What is accepted is what that parser accepts: a
file of which anything is in doubt is read by it alone, and the errors are its.
"""

from graph.stores.lines.reading import Document, read
from graph.stores.lines.statements import Stated, Statements

__all__ = ["Document", "Stated", "Statements", "read"]
