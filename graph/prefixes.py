"""The prefixes of `ontology/catalogue.ttl`: declared once, used by queries, pages, reports and files."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from rdflib import SH

from graph import turtle
from graph.errors import OntologyError
from graph.iris import DEFAULT_BASE
from graph.text import Text


class Prefixes(Mapping[str, str]):
    """Prefix → namespace."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = dict(sorted(namespaces.items()))
        self._longest_first = sorted(self._namespaces.items(), key=lambda item: -len(item[1]))

    @classmethod
    def load(cls, catalogue: Path, *, base: str = DEFAULT_BASE) -> "Prefixes":
        """The `sh:declare` statements of a catalogue.

        Raises OntologyError for a prefix with two namespaces.
        """
        graph = turtle.read(catalogue, base=base)
        namespaces: dict[str, str] = {}
        for declaration in graph.objects(None, SH.declare):
            prefix = str(graph.value(declaration, SH.prefix))
            namespace = str(graph.value(declaration, SH.namespace))
            if namespaces.setdefault(prefix, namespace) != namespace:
                raise OntologyError(
                    Text(
                        f"Tiền tố «{prefix}» có hai không gian tên.", f"Prefix “{prefix}” has two namespaces."
                    ),
                    hint=Text(
                        f"Giữ một trong hai: {namespace}, {namespaces[prefix]}",
                        f"Keep one of {namespace}, {namespaces[prefix]}",
                    ),
                )
        return cls(namespaces)

    def __getitem__(self, prefix: str) -> str:
        return self._namespaces[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._namespaces)

    def __len__(self) -> int:
        return len(self._namespaces)

    def expand(self, name: str) -> str:
        """`place:Commune` → its IRI. Raises KeyError for an undeclared prefix."""
        prefix, _, local = name.partition(":")
        return self._namespaces[prefix] + local

    def compact(self, iri: str) -> str:
        """The IRI with the longest namespace that fits shortened to its prefix, else the IRI itself."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace):
                local = iri[len(namespace) :]
                if local and not set(local) & set("/#?:"):
                    return f"{prefix}:{local}"
        return iri

    def sparql(self) -> str:
        """The PREFIX lines for a SPARQL query (SPARQL 1.1 §4.1.1)."""
        return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in self.items())
