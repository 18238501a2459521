"""A validator for those who do not see everything: what may be where they cannot look is no violation.

Otherwise a reference would be right or wrong as the thing it names exists, and whoever asks could find out
what is in a graph that is not theirs. So the answer is the same whether it is there or not: it was not looked
up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import RDFS, SH, Graph, URIRef

from graph.shacl import ValidationReport, Validator, Violation
from graph.stores.lines import Statements
from graph.text import Text

NOT_LOOKED_UP = Text(
    "Chưa đối chiếu: thực thể này thuộc dữ liệu mà người gửi không được xem.",
    "Not looked up: this entity belongs to data that the sender may not see.",
)

NOTHING_TO_MEND = Text(
    "Không phải sửa gì lúc này; khi tiếp nhận dữ liệu, mục này sẽ được đối chiếu.",
    "Nothing to mend now; it will be looked up when the data is taken in.",
)


@dataclass(frozen=True, slots=True)
class PartialView:
    """Fills the port `graph.shacl.Validator` over another one. Values of `paths` have to be of classes of
    which some instances may not be seen."""

    validator: Validator
    paths: frozenset[str]

    def validate(self, version: Path | Statements, context: Sequence[Path]) -> ValidationReport:
        """Raises as the other does."""
        found = self.validator.validate(version, context)
        return replace(found, violations=tuple(map(self._seen, found.violations)))

    def _seen(self, one: Violation) -> Violation:
        of_class = one.constraint == str(SH.ClassConstraintComponent)
        if of_class and one.path in self.paths:
            return replace(one, severity="info", message=NOT_LOOKED_UP)
        return one


def partial_view(validator: Validator, shapes: Graph, ontology: Graph, unseen: Collection[str]) -> Validator:
    """`validator` as it is where nothing is `unseen` (classes)."""
    if not unseen:
        return validator
    above = {
        str(higher)
        for one in unseen
        for higher in ontology.transitive_objects(URIRef(one), RDFS.subClassOf)
        if isinstance(higher, URIRef)
    }
    paths = {
        str(shapes.value(shape, SH.path))
        for shape, _, wanted in shapes.triples((None, SH["class"], None))
        if str(wanted) in above
    }
    return PartialView(validator, frozenset(paths))
