"""IRIs as people see them: a short name, and an address on this service where we describe it."""

from dataclasses import dataclass

from graph.iris import Iris
from graph.prefixes import Prefixes


@dataclass(frozen=True, slots=True)
class Links:
    """`language` is carried along where the reader chose it by `?lang=`."""

    iris: Iris
    prefixes: Prefixes
    language: str | None = None

    def short(self, iri: str) -> str:
        """`unit:…` by a declared prefix, else the path below the base, else the IRI."""
        compact = self.prefixes.compact(iri)
        if compact != iri:
            return compact
        return self.iris.path(iri) or iri

    def href(self, iri: str) -> str | None:
        """Server-relative for what is ours, the IRI itself for the web of others, None for no address."""
        path = self.iris.path(iri)
        if path is not None:
            return self.local(f"/{path}")
        return iri if iri.startswith(("http://", "https://")) else None

    def local(self, path: str) -> str:
        """A path of this service in the language chosen."""
        if self.language is None:
            return path
        address, hash_sign, fragment = path.partition("#")
        joint = "&" if "?" in address else "?"
        return f"{address}{joint}lang={self.language}{hash_sign}{fragment}"
