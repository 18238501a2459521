"""SQL for the focus nodes of shapes (SHACL §2.1.3)."""

from collections.abc import Mapping, Sequence

from rdflib import RDF
from rdflib.term import Node

from graph.shacl.model import Targets
from graph.shacl.terms import Constants


def of_all(
    targets: Sequence[tuple[int, Targets]], constants: Constants, below: Mapping[Node, Sequence[int]]
) -> str:
    """SELECT of the distinct focus nodes `id` of many shapes, each by its number `scope`.

    Focus nodes are subjects of what is validated; what others say can make them so (`guests`). `below` gives
    the ids of each class and those below it.
    """
    parts, classes = ["SELECT 0::UINTEGER AS id, 0 AS scope LIMIT 0"], []
    for scope, one in targets:
        ids = sorted({lower for each in one.classes for lower in below[each]})
        classes += [f"({lower}, {scope})" for lower in ids]
        for relation in ("own", "guests"):
            for end, predicates in (("s", one.subjects_of), ("o", one.objects_of)):
                parts += [
                    f"SELECT {end}, {scope} FROM {relation} WHERE p = {constants.id(each)}"
                    for each in predicates
                ]
        if one.nodes:
            listed = ", ".join(map(constants.id, one.nodes))
            parts.append(f"SELECT unnest([{listed}])::UINTEGER, {scope}")
    if classes:
        typed = " UNION ALL ".join(
            f"SELECT s, o FROM {relation} WHERE p = {constants.id(RDF.type)}"
            for relation in ("own", "guests")
        )
        parts.append(
            f"SELECT q.s, c.scope FROM ({typed}) q"
            f" JOIN (VALUES {', '.join(classes)}) c(class, scope) ON c.class = q.o"
        )
    listed = " UNION ALL ".join(f"({one})" for one in parts)
    return f"SELECT DISTINCT scope, id FROM ({listed})"
