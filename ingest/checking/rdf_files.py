"""RDF files held against the shapes, as they are: without a data set, a mapping, or publication."""

from collections.abc import Callable, Mapping
from pathlib import Path

from graph.errors import Place, SourceError
from graph.formats import DOCUMENTS, Format
from graph.labels import local_name
from graph.shacl import Violation
from graph.shacl.reporting import Origin, Report, Result
from graph.shacl.reporting.identity import identified
from graph.shacl.reporting.report import columns_of, counts_of
from graph.stores.lines import Document, read
from graph.text import Text
from ingest import reasons
from ingest.checking.checker import Checker
from ingest.report import now

_EXTENSIONS = {one.extension: one for one in DOCUMENTS}
_ALSO = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "json": "jsonld", "xml": "rdf", "owl": "rdf"}


def format_of(name: str) -> Format:
    """By the extension. Raises SourceError naming those that are known."""
    extension = Path(name).suffix.lstrip(".").lower()
    known = _EXTENSIONS.get(_ALSO.get(extension, extension))
    if known is None:
        listed = ", ".join(f".{one}" for one in (*_EXTENSIONS, *_ALSO))
        raise SourceError(
            Text(
                f"Không biết tệp «{name}» ở định dạng nào.", f"The format of the file “{name}” is not known."
            ),
            hint=Text(
                f"RDF: {listed}. Với tệp nguồn của một bộ dữ liệu, thêm --dataset TÊN.",
                f"RDF: {listed}. For a source file of a data set, add --dataset NAME.",
            ),
            place=Place(file=name),
        )
    return known


def check(files: Mapping[str, tuple[Path, Format]], tools: Checker, on_step: Callable[[str], None]) -> Report:
    """The report of files, by the name that each has for people, judged as one graph.

    Raises SourceError with file and line where one is not what it should be.
    """
    subject = ", ".join(files)
    for name in files:
        on_step(f"read {name}")
    given = {name: Document(path, form) for name, (path, form) in files.items()}
    statements = read(given, base=tools.settings.base_iri)
    on_step("validate")
    found = tools.validator.validate(statements, tools.context())
    results = identified(_result(one, tools, subject) for one in found.violations)
    return Report(
        subject=subject,
        checked=now().isoformat(),
        outcome="checked",
        focus_nodes=found.focus_nodes,
        shapes=found.shapes,
        counts=counts_of(results),
        columns=columns_of(results),
        results=tuple(results),
        ids={one.id: one.access for one in results[: reasons.EXPLAINED]},
    )


def _result(one: Violation, tools: Checker, subject: str) -> Result:
    """In the words of the remedy the property stands for a column, the entity for a row."""
    place = one.source_row
    line = place.row if place else None
    name = local_name(one.path) if one.path else None
    return Result(
        id="",
        rule=reasons.rule(one),
        severity=one.severity,
        shape=one.shape,
        constraint=one.constraint,
        path=one.path,
        focus=one.focus,
        value=one.value,
        message=one.message,
        remedy=tools.words.of(one, [one.focus], name),
        origin=Origin(place.source if place else subject, (), line),
    )
