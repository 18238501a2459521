"""The short texts of YARRRML: `ex:$(code)~iri`, `$(name)`, `vi~lang`, prefixed names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

REFERENCE = re.compile(r"\$\(((?:\\.|[^()\\]|\([^()]*\))+)\)")
_PREFIXED = re.compile(r"(?P<prefix>[A-Za-z_][\w.\-]*)?:(?P<local>.*)", re.DOTALL)
_MARK = re.compile(r"(?P<value>.*)~(?P<mark>iri|literal|blank|lang)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Short:
    """A value without its mark (`~iri`, `~literal`, `~blank`, `~lang`)."""

    value: str
    mark: str | None

    @property
    def is_constant(self) -> bool:
        return REFERENCE.search(self.value) is None

    @property
    def reference(self) -> str | None:
        """The reference, where the value is that and nothing else."""
        found = REFERENCE.fullmatch(self.value)
        return None if found is None else unescaped(found[1])


def short(text: str) -> Short:
    found = _MARK.fullmatch(text)
    return Short(text, None) if found is None else Short(found["value"], found["mark"])


def unescaped(reference: str) -> str:
    return re.sub(r"^\\_|\\([()\\])", lambda found: found[1] or "_", reference)


def template(text: str) -> str:
    """`…$(name)…` as an RML template, `…{name}…`."""
    pieces, position = [], 0
    for found in REFERENCE.finditer(text):
        pieces.append(_escaped(text[position : found.start()]))
        pieces.append("{" + _escaped(unescaped(found[1])) + "}")
        position = found.end()
    return "".join([*pieces, _escaped(text[position:])])


def _escaped(text: str) -> str:
    return re.sub(r"([\\{}])", r"\\\1", text)


def expanded(text: str, prefixes: Mapping[str, str]) -> str | None:
    """A prefixed name as an IRI (or its beginning), None where no such prefix is declared."""
    found = _PREFIXED.fullmatch(text)
    if found is None or (found["prefix"] or "") not in prefixes or found["local"].startswith("//"):
        return None
    return prefixes[found["prefix"] or ""] + found["local"]
