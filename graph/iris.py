"""The patterns of every IRI the service makes (design: a code is not an identity)."""

import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

DEFAULT_BASE = "https://lienthong.gov.vn/"

_KEEP = "/-._~:@!$&'()*+,;="


@dataclass(frozen=True, slots=True)
class Iris:
    """Makes IRIs below one base, and takes them apart again.

    Turtle and SPARQL files of the repository are written with `DEFAULT_BASE`; `rebase` turns such text
    into text for this base.
    """

    base: str = DEFAULT_BASE

    def ontology(self, module: str, term: str = "") -> str:
        return f"{self.base}ont/{module}#{term}"

    def code(self, scheme: str, notation: str = "") -> str:
        return f"{self.base}code/{scheme}/{_segment(notation)}" if notation else f"{self.base}code/{scheme}"

    @property
    def entities(self) -> str:
        """The beginning of the IRI of every entity; its kind follows."""
        return f"{self.base}id/"

    def entity(self, kind: str, key: str) -> str:
        return f"{self.entities}{kind}/{_segment(key)}"

    def dataset(self, name: str) -> str:
        return f"{self.base}dataset/{name}"

    def graph(self, dataset: str, access: str) -> str:
        return f"{self.base}graph/{dataset}/{access}"

    def shape(self, module: str, name: str = "") -> str:
        return f"{self.base}shape/{module}#{name}"

    def path(self, iri: str) -> str | None:
        """The part of `iri` behind the base, or None for an IRI of somebody else."""
        return iri[len(self.base) :] if iri.startswith(self.base) else None

    def resolve(self, path: str) -> str:
        """The IRI at `path` below the base."""
        return self.base + path.lstrip("/")

    def rebase(self, text: str) -> str:
        """Text of the repository, in which IRIs begin with `DEFAULT_BASE`, for this base."""
        return text if self.base == DEFAULT_BASE else text.replace(DEFAULT_BASE, self.base)


def _segment(key: str) -> str:
    """`key` as IRI path: letters, marks and digits of every script stay, the rest is percent-encoded."""
    return "".join(
        char if char in _KEEP or unicodedata.category(char)[0] in "LMN" else quote(char, safe="")
        for char in key
    )
