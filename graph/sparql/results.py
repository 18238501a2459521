"""Solutions of a SELECT as Python values (SPARQL 1.1 Query Results JSON)."""

import json
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Term:
    """One RDF term. `datatype` is None for a plain literal (xsd:string) and for one with a language."""

    kind: Literal["uri", "literal", "bnode"]
    value: str
    datatype: str | None = None
    language: str | None = None


def solutions(document: bytes) -> list[dict[str, Term]]:
    """One dictionary per solution: variable → term; an unbound variable has no entry."""
    return [
        {
            name: Term(cell["type"], cell["value"], cell.get("datatype"), cell.get("xml:lang"))
            for name, cell in binding.items()
        }
        for binding in json.loads(document)["results"]["bindings"]
    ]
