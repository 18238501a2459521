"""The focus nodes of shapes (SHACL §2.1.3)."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rdflib import RDF
from rdflib.term import Node

from graph.shacl.arrays import Arrays
from graph.shacl.ids import Ids, are_among
from graph.shacl.model import Targets
from graph.shacl.terms import Constants


def focus_nodes(
    targets: Targets,
    arrays: Arrays,
    constants: Constants,
    below: Mapping[Node, Sequence[int]],
    only: Ids | None,
) -> Ids:
    """The focus nodes in order, each once; of some nodes `only`, where these are given.

    They are subjects of what is validated, or made so by what others say about it. `below` gives the ids of
    each class and those below it.
    """
    found = arrays.distinct(np.concatenate(list(_nodes(targets, arrays, constants, below))))
    return found if only is None else found[are_among(found, only)]


def _nodes(
    targets: Targets, arrays: Arrays, constants: Constants, below: Mapping[Node, Sequence[int]]
) -> Iterator[Ids]:
    yield np.array([int(constants.id(one)) for one in targets.nodes], np.uint32)
    if classes := sorted({lower for each in targets.classes for lower in below[each]}):
        instances = arrays.targeted_instances(int(constants.id(RDF.type)))
        yield from (instances.of(one) for one in classes)
    for end, predicates in enumerate((targets.subjects_of, targets.objects_of)):
        for each in predicates:
            yield arrays.triples.targeted(int(constants.id(each)))[end]
