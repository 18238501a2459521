"""What a saved query is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import unknown_name
from graph.queries.binding import bind
from graph.queries.parameter import Parameter
from graph.sparql.results import Term
from graph.sparql.terms import XSD
from graph.text import Text

KINDS = ("iri", "text", "integer", "decimal", "date", "month", "year", "boolean")
_DATATYPES = {
    "text": (None,),
    "integer": (f"{XSD}integer",),
    "decimal": (f"{XSD}decimal", f"{XSD}integer"),
    "date": (f"{XSD}date",),
    "month": (f"{XSD}gYearMonth",),
    "year": (f"{XSD}gYear",),
    "boolean": (f"{XSD}boolean",),
}
PARAMETER_KIND = Text("tham số", "parameter")


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the answer; `kind` is one of `KINDS`."""

    name: str
    kind: str
    optional: bool

    def admits(self, value: Term | None) -> bool:
        """Whether an answer may have this in the column; None is unbound."""
        if value is None:
            return self.optional
        if self.kind == "iri":
            return value.kind == "uri"
        return value.kind == "literal" and value.datatype in _DATATYPES[self.kind]


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question, its SPARQL text, and the file it stands in; `answer` is empty where it is not stated.

    `name` tells any two apart: the file's, below its data set's where it is about one (`a-set/a-question`).
    `version` rises when a caller of before would have to change. `access` is the class of access that the
    whole answer takes; whoever may read less is answered over that.
    """

    name: str
    question: Text
    text: str
    path: Path
    parameters: tuple[Parameter, ...] = ()
    answer: tuple[Column, ...] = ()
    dataset: str | None = None
    version: int = 1
    access: str | None = None

    def asking(self, values: Mapping[str, str]) -> str:
        """The text with other values of parameters. Raises UnknownNameError and ParameterError."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise unknown_name(PARAMETER_KIND, name, list(known))
        return bind(self.text, {name: known[name].term(value) for name, value in values.items()})
