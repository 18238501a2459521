"""N-Triples and N-Quads read a block of lines at a time, not a quad at a time (RDF 1.1 N-Quads, §2 and §4).

A file is cut into blocks of whole lines, which two threads read (`reading`) by compiled code (`kernel`, kept
by `machine_code`): each has a `dictionary` of the terms that it met. The few lines that are not written
plainly are left to the parser of `graph.stores.documents`, and so is what a term means where it does not say
so itself (`tokens`). The parts of one or more files are put together as `Statements` (`joining`). What is
accepted is what that parser accepts: a file of which anything is in doubt is read by it alone, and the errors
are its.
"""

from graph.stores.lines.reading import Document, prepare, read
from graph.stores.lines.statements import Stated, Statements

__all__ = ["Document", "Stated", "Statements", "prepare", "read"]
